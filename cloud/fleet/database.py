"""Which database the cloud uses, from the URL that a person writes: SQLite, or PostgreSQL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

FORM = "postgresql://user:password@host:port/name, or postgresql:///name?host=/folder/of/the/socket"


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for one database; an empty `url` means SQLite in `folder`.

    Raises ImproperlyConfigured for any other URL, without repeating it: it may hold a password.
    """
    return _postgresql(url) if url else _sqlite(folder / "cloud.db")


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
        },
        # under ASGI a request has a thread of its own, and a kept connection would serve nobody again;
        # where threads are kept, cloud/api/threads.py lets their connections live
        "CONN_MAX_AGE": 0,
    }


def _postgresql(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        port, name = parts.port, unquote(parts.path.removeprefix("/"))
        socket = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    except ValueError:
        raise ImproperlyConfigured(f"BASHGAH_DATABASE cannot be read: {FORM}") from None
    if parts.scheme not in {"postgresql", "postgres"} or not name or socket.keys() - {"host"}:
        raise ImproperlyConfigured(f"BASHGAH_DATABASE is empty (SQLite), or {FORM}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or socket.get("host", [""])[0],
        "PORT": str(port or ""),
        # questions of many parts are answered in a tenth of the time in which they would be compiled
        "OPTIONS": {"connect_timeout": 5, "options": "-c jit=off"},
        "CONN_MAX_AGE": 0,
    }

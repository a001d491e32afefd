"""A mail server as people write it: `smtp://user:password@host:587` or `smtps://...`."""

from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TIMEOUT: Final = 10
"""Seconds."""


def mail(url: str) -> dict[str, object]:
    """Django's settings of a mail server; of none, that nothing is sent. Raises ImproperlyConfigured.

    With a user, `smtp` begins TLS before the password is said.
    """
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        # not repeated: it may hold a password
        raise ImproperlyConfigured("BASHGAH_SMTP: write smtp://user:password@host:587 or smtps://...")
    sealed, user = parts.scheme == "smtps", unquote(parts.username or "")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": port or (465 if sealed else 587 if user else 25),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": sealed,
        "EMAIL_USE_TLS": bool(user) and not sealed,
        "EMAIL_TIMEOUT": TIMEOUT,
    }

"""Databases that are ready, made once and copied: to migrate each anew takes seconds every time."""

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from tests.cloud import postgres
from tests.once import copy

ROOT = Path(__file__).parents[2]
PREPARE = """
from datetime import UTC, datetime
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from cloud.collector.writer import make_room
from cloud.fleet.installation import generation
from tests.cloud.conftest import make_club
generation()
make_club()
make_room(datetime.now(UTC))
"""


def migrated(folder: Path) -> None:
    """Put SQLite's file into a folder, with all tables and nobody in them."""
    copy("migrated", _migrate, folder)


def with_club(folder: Path, url: str) -> None:
    """Make the tables and the small club, in a folder or in the empty database of PostgreSQL's at `url`."""
    if url:
        name, template = (each.rpartition("/")[2] for each in (url, _club_on_postgresql()))
        postgres.ask(postgres.cluster().url("postgres"), f"DROP DATABASE {name}")
        postgres.ask(postgres.cluster().url("postgres"), f"CREATE DATABASE {name} TEMPLATE {template}")
    else:
        copy("small-club", _make_club, folder)


def _migrate(folder: Path) -> None:
    _run(["-m", "cloud", "migrate", "--verbosity", "0"], folder)


def _make_club(folder: Path) -> None:
    migrated(folder)
    _run(["-c", PREPARE], folder)


@cache
def _club_on_postgresql() -> str:
    url = postgres.cluster().make()
    with tempfile.TemporaryDirectory(prefix="bg-ready-") as folder:
        _run(["-c", PREPARE], Path(folder), url)
    return url


def _run(words: list[str], folder: Path, url: str = "") -> None:
    ours = {
        "DJANGO_SETTINGS_MODULE": "cloud.settings",
        "BASHGAH_CLOUD_DATA": str(folder),
        "BASHGAH_DATABASE": url,
        "BASHGAH_SECRET_KEY": "only for tests",
    }
    subprocess.run([sys.executable, *words], check=True, env=os.environ | ours, cwd=ROOT)

"""The way back: a backup becomes the database, as another life of it, while nobody uses it."""

import secrets
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from cloud.fleet import backup_postgresql, backup_sqlite
from cloud.fleet.backup import DATABASE, BackupError, Say, beside, has_room, opened
from cloud.fleet.presence import InUse, alone

_BUSY = "something uses the database: stop collector, worker and web, then restore again"
_JOINED = (
    "SELECT s.kiosk || '/' || s.epoch || '-' || e.sequence FROM collector_storedevent e"
    " JOIN collector_stream s ON s.id = e.stream_id WHERE e.type = 'club.member.joined.v1'"
    " AND e.data LIKE '%\"personal\":true%' AND NOT EXISTS (SELECT 1 FROM club_personpart p"
    " WHERE p.event = s.kiosk || '/' || s.epoch || '-' || e.sequence) ORDER BY e.id"
)


def restore(file: Path, say: Say, *, overwrite: bool) -> str:
    """Put a backup in the database's place; the new generation. Raises BackupError: then nothing changed."""
    backup = opened(file)
    if backup.manifest.vendor != connection.vendor:
        raise BackupError(
            f"{file} is of {backup.manifest.vendor}, and BASHGAH_DATABASE means {connection.vendor}"
        )
    settings.DATA.mkdir(parents=True, exist_ok=True)
    try:
        with alone(settings.DATA):
            _may(overwrite=overwrite)
            return _restored(file, say)
    except InUse:
        raise BackupError(_BUSY) from None


def persons_missing() -> Iterator[str]:
    """The names of the events whose personal part is nowhere: their kiosks have wiped it."""
    with connection.cursor() as cursor:
        cursor.execute(_JOINED)
        yield from (name for (name,) in cursor.fetchall())


def _restored(file: Path, say: Say) -> str:
    backup, generation = opened(file), secrets.token_hex(8)
    target = settings.DATA / "cloud.db"
    say(f"reading {file}, of {backup.manifest.at:%Y-%m-%d %H:%M:%S} UTC")
    has_room(settings.DATA, file.stat().st_size)
    with beside(target) as work:
        backup.take(DATABASE, work)
        say("putting it in place")
        if connection.vendor == "sqlite":
            backup_sqlite.put_in_place(work, Path(settings.DATABASES["default"]["NAME"]), generation)
        else:
            backup_postgresql.put_in_place(work, generation)
    for name in backup.secrets():
        backup.take(name, settings.DATA / Path(name).name)
    return generation


def _may(*, overwrite: bool) -> None:
    """Raise BackupError if there is something that must not be overwritten, or others are at it."""
    if connection.vendor == "sqlite":
        there = Path(settings.DATABASES["default"]["NAME"]).exists()
    else:
        there = bool(connection.introspection.table_names())
        _nobody_else()
        connection.close()
    if there and not overwrite:
        raise BackupError("there is a database, which would be overwritten: say so with --yes")


def _nobody_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise BackupError(_BUSY)

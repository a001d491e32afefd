"""`python -m cloud backup FILE`, or `--into FOLDER`: the database and its keys, while everything runs."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cloud.fleet import backup_postgresql, backup_sqlite
from cloud.fleet.backup import BackupError, write
from cloud.fleet.backup_nightly import beside_the_others
from cloud.fleet.ready import assert_ready

KEEP = 14


class Command(BaseCommand):
    help = "Write the database and its keys into one file, and read it back."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("file", type=Path, nargs="?", metavar="FILE")
        where.add_argument("--into", type=Path, metavar="FOLDER", help="beside the others there")
        parser.add_argument("--keep", type=int, default=KEEP, help=f"how many stay in FOLDER ({KEEP})")

    def handle(
        self, *_args: object, file: Path | None, into: Path | None, keep: int, **_options: object
    ) -> None:
        assert_ready()
        try:
            if file is not None:
                self._write(file)
            elif into is not None:
                beside_the_others(into.absolute(), keep, self._size(), self._write, self._say)
        except BackupError as error:
            raise CommandError(f"no backup was made: {error}") from None

    def _write(self, file: Path) -> None:
        write(file.absolute(), connection.vendor, self._dump, settings.DATA, self._say)

    def _size(self) -> int:
        if connection.vendor == "sqlite":
            return backup_sqlite.size(Path(settings.DATABASES["default"]["NAME"]))
        return backup_postgresql.size()

    def _dump(self, to: Path) -> None:
        if connection.vendor == "sqlite":
            backup_sqlite.dump(Path(settings.DATABASES["default"]["NAME"]), to, self._say)
        else:
            backup_postgresql.dump(to, self._say)

    def _say(self, what: str) -> None:
        self.stderr.write(f"backup: {what}")

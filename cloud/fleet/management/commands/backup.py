"""`python -m cloud backup FILE`: the database and its keys in one file, while everything runs."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cloud.fleet import backup_postgresql, backup_sqlite
from cloud.fleet.backup import BackupError, write
from cloud.fleet.ready import assert_ready


class Command(BaseCommand):
    help = "Write the database and its keys into one file, and read it back."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *_args: object, file: Path, **_options: object) -> None:
        assert_ready()
        try:
            write(file.absolute(), connection.vendor, self._dump, settings.DATA, self._say)
        except BackupError as error:
            raise CommandError(f"no backup was made: {error}") from None

    def _dump(self, to: Path) -> None:
        if connection.vendor == "sqlite":
            backup_sqlite.dump(Path(settings.DATABASES["default"]["NAME"]), to, self._say)
        else:
            backup_postgresql.dump(to, self._say)

    def _say(self, what: str) -> None:
        self.stderr.write(f"backup: {what}")

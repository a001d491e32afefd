"""`python -m cloud restore FILE`: a backup becomes the database, under a new generation."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.fleet.backup import BackupError
from cloud.fleet.backup_restore import persons_missing, restore

NEXT = """\
Start collector, worker and web again. The kiosks send again by themselves what the backup has not, as far
back as they keep it, and fetch all members anew. What tills and web pages wrote after the backup is lost.
`python -m cloud restore --missing` tells then whose personal part did not come back with its event."""


class Command(BaseCommand):
    help = "Put a backup in the database's place, while collector, worker and web are stopped."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", nargs="?")
        parser.add_argument("--yes", action="store_true", help="overwrite the database that is there")
        parser.add_argument(
            "--missing", action="store_true", help="only list the personal parts that are missing"
        )

    def handle(self, *_args: object, file: Path | None, yes: bool, missing: bool, **_options: object) -> None:
        if not missing:
            self._restore(file, overwrite=yes)
        names = list(persons_missing())
        self.stdout.write(f"{len(names)} new members whose personal part is missing: ask them again")
        for name in names:
            self.stdout.write(f"  {name}")

    def _restore(self, file: Path | None, *, overwrite: bool) -> None:
        if file is None:
            raise CommandError("which FILE?")
        try:
            generation = restore(file, self._say, overwrite=overwrite)
        except BackupError as error:
            raise CommandError(f"nothing was restored: {error}") from None
        call_command("migrate", verbosity=0)
        self.stdout.write(f"restored, as generation {generation}.\n{NEXT}")

    def _say(self, what: str) -> None:
        self.stderr.write(f"restore: {what}")

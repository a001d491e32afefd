"""`python -m cloud explain ENTRY`: why an entry of the ledger is there."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.club.models import Entry
from cloud.desk.explain import explain


class Command(BaseCommand):
    help = "Say in one sentence why an entry of the ledger is there."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("entry", type=int)
        parser.add_argument("--language", choices=("fa", "en"), default="en")

    def handle(self, *_args: object, entry: int, language: str, **_options: object) -> None:
        found = Entry.objects.select_related("store").filter(id=entry).first()
        if found is None:
            raise CommandError(f"the ledger has no entry {entry}")
        self.stdout.write(explain(found, "fa" if language == "fa" else "en"))

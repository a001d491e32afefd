"""`python -m cloud retire --before YYYY-MM`: drop the events of past months; what came of them stays."""

from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.collector.retention import kept, retire
from cloud.fleet.ready import assert_ready


class Command(BaseCommand):
    help = "Drop the events of past months, and keep closing figures from which a rebuild starts."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--before", required=True, metavar="YYYY-MM", help="the first month (of arrival, UTC) that stays"
        )

    def handle(self, *_args: object, before: str, **_options: object) -> None:
        assert_ready()
        first = _first_of(before)
        dropped = retire(first)
        self.stdout.write(f"{dropped} events dropped; {kept(first)} stay, not posted or parked")


def _first_of(month: str) -> datetime:
    """The first moment of a month that is past or now; CommandError for any other text."""
    try:
        first = datetime.strptime(f"{month}-01+0000", "%Y-%m-%d%z")
    except ValueError:
        raise CommandError(f"a month is YYYY-MM, not {month!r}") from None
    if first > datetime.now(UTC):
        raise CommandError(f"{month} has not begun: only months that are over can be dropped")
    return first

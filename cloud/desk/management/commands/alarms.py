"""`python -m cloud alarms judge|list|quiet`: judge now, show what is open, and when nobody is told."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override

from cloud.club.decisions import decide, decided, written
from cloud.club.errors import ClubError
from cloud.desk.alarms.rows import RELATED
from cloud.desk.alarms.wording import sentence
from cloud.desk.alarms.work import judge
from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready
from cloud.voice.alarms.models import CLOSED, Signal
from cloud.voice.alarms.quiet import QuietHours


class Command(BaseCommand):
    help = "Judge the days that are over, as the worker does every hour; list alarms that are not closed."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        what.add_parser("judge", help="judge now; messages are left to the worker")
        what.add_parser("list", help="alarms that are not closed, the newest first")
        hours = what.add_parser("quiet", help="the quiet hours: by FILE, or show")
        hours.add_argument("document", type=text_of, nargs="?", metavar="FILE")

    def handle(self, *_args: object, what: str, **options: Any) -> None:  # noqa: ANN401 - argparse's values
        assert_ready()
        try:
            for line in _lines(what, options.get("document")):
                self.stdout.write(line)
        except ClubError as error:
            raise CommandError(str(error)) from None


def _lines(what: str, document: str | None) -> Iterator[str]:
    if what == "judge":
        yield f"alarms raised: {judge(datetime.now(UTC))}"
    elif what == "quiet":
        yield written(decided(QuietHours) if document is None else decide(QuietHours, document))
    else:
        yield from _open()


def _open() -> Iterator[str]:
    found = Signal.objects.exclude(state=CLOSED).select_related(*RELATED).order_by("-id")
    with override("en"):
        for signal in found.iterator():
            who = signal.watch.accountable.get_username()
            yield f"{signal.pk} {signal.state}, {who}: {sentence(signal)}"

"""`python -m cloud parked`: what was set aside, and why; with --replay, try it again."""

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import QuerySet

from cloud.collector.models import Parked
from cloud.collector.replay import Outcome, replay
from cloud.fleet.ready import assert_ready

SAID: dict[Outcome, str] = {
    "posted": "read or booked now",
    "failed": "failed again, and stay with the newest reason",
    "waits": "wait until the worker has come so far; try again later",
    "message": "are messages without a place, which their kiosk sends again itself",
    "gone": "were taken by another replay",
}


class Command(BaseCommand):
    help = "List what could not be read or booked, or try it again after a mend."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--replay", action="store_true", help="try again what is listed")
        parser.add_argument("--kiosk", help="only this kiosk's")
        parser.add_argument("--reason", metavar="TEXT", help="only where the reason holds TEXT")

    def handle(
        self,
        *_args: object,
        replay: bool,
        kiosk: str | None,
        reason: str | None,
        **_options: object,
    ) -> None:
        assert_ready()
        chosen = _chosen(kiosk, reason)
        if replay:
            self._replay(chosen)
        else:
            self._list(chosen)

    def _list(self, chosen: QuerySet[Parked]) -> None:
        for row in chosen.order_by("id").defer("raw").iterator():
            place = "-" if row.sequence is None else row.sequence
            when = f"{row.received_at:%Y-%m-%d %H:%M:%S}"
            self.stdout.write(f"{when} {row.kiosk or '-'} {place} {row.times}x {row.reason}")

    def _replay(self, chosen: QuerySet[Parked]) -> None:
        for outcome, count in sorted(replay(chosen).items()):
            self.stdout.write(f"{count} {SAID[outcome]}")


def _chosen(kiosk: str | None, reason: str | None) -> QuerySet[Parked]:
    chosen = Parked.objects.all()
    chosen = chosen if kiosk is None else chosen.filter(kiosk=kiosk)
    return chosen if reason is None else chosen.filter(reason__icontains=reason)

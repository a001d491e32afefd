"""`python -m cloud rules show|check|publish|dry-run`: the earning rules, and what others would cost."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.club.models import RuleSet
from cloud.club.rule_files import BadRules, read
from cloud.club.rule_sets import publish
from cloud.collector.dry_run import Cost, dry_run
from cloud.fleet.arguments import text_of
from cloud.fleet.ready import assert_ready

LONGEST = 3660
"""Days that a dry run looks back at most."""


def moment(text: str) -> datetime:
    """A moment with its offset from UTC."""
    try:
        found: datetime | None = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ArgumentTypeError(f"{text}: write a moment with its offset, as 2026-03-21T00:00:00+03:30")
    return found


def days(text: str) -> int:
    """A number of days, at least one."""
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"{text}: write a whole number of days from 1 to {LONGEST}")
    return int(text)


class Command(BaseCommand):
    help = "Show the earning rules, check or publish others, or see what others would have cost."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        show = what.add_parser("show", help="the newest version, or another")
        show.add_argument("--version", type=int, dest="number", metavar="N")
        for name, told in {
            "check": "whether a file can be published",
            "publish": "make a file the next version; prints its number",
            "dry-run": "what a file's rules would have cost on the last days, by store",
        }.items():
            one = what.add_parser(name, help=told)
            one.add_argument("document", type=text_of, metavar="FILE")
            if name == "publish":
                one.add_argument("--from", type=moment, dest="since", metavar="MOMENT", help="in a minute")
                one.add_argument("--by", default="console", metavar="NAME", help="who says so")
            if name == "dry-run":
                one.add_argument("--days", type=days, required=True, metavar="N")

    def handle(self, *_args: object, what: str, **options: Any) -> None:  # noqa: ANN401 - the parser's own
        assert_ready()
        try:
            if what == "show":
                self.stdout.write(_show(options["number"]))
            elif what == "check":
                self.stdout.write(f"{len(read(options['document'], 0).each)} rules, all well")
            elif what == "publish":
                self.stdout.write(_publish(options["document"], options["by"], options["since"]))
            else:
                self._dry_run(options["document"], options["days"])
        except BadRules as error:
            raise CommandError(str(error)) from None

    def _dry_run(self, document: str, number: int) -> None:
        since = datetime.now(UTC) - timedelta(days=number)
        cost = dry_run(read(document, 0), since, lambda said: self.stderr.write(f"dry-run: {said}"))
        for line in _lines(cost, number):
            self.stdout.write(line)


def _show(number: int | None) -> str:
    chosen = RuleSet.objects.order_by("-version")
    found = (chosen if number is None else chosen.filter(version=number)).first()
    if found is None:
        raise CommandError("there is no such version; `python -m cloud rules show` shows the newest")
    made = f"by {found.made_by} at {_told(found.made_at)}"
    return f"version {found.version}, {made}, in force from {_told(found.active_from)}\n{found.document}"


def _publish(document: str, by: str, since: datetime | None) -> str:
    version = publish(document, by, datetime.now(UTC), since)
    return f"version {version}, in force from {_told(RuleSet.objects.get(version=version).active_from)}"


def _lines(cost: Cost, number: int) -> Iterator[str]:
    yield f"{cost.events} visits and answers of the last {number} days"
    yield f"{'store':<40} {'would have cost':>20} {'was booked':>20}"
    for store in sorted(cost.would.keys() | cost.booked.keys()):
        yield f"{store:<40} {cost.would[store]:>20} {cost.booked[store]:>20}"
    yield f"{'all stores':<40} {cost.would.total():>20} {cost.booked.total():>20}"
    yield "limits are counted from the first of these days on, as if nothing was used before"
    if cost.unseen:
        yield f"not in it, for no stored event tells of them: {', '.join(sorted(cost.unseen))}"


def _told(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} UTC"

"""`python -m cloud rebuild`: post the stored events again, compare, and put right what may be put right."""

import sys
from collections.abc import Iterator, Sequence

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.collector.rebuild import Report, rebuild
from cloud.collector.rebuild_entries import Line
from cloud.collector.rebuild_tables import ClosedMeanwhile
from cloud.fleet.ready import assert_ready

SHOWN = 10
"""Differences of one sort that are told one by one."""


class Command(BaseCommand):
    help = "Post the stored events into scratch tables, compare, and put right all but the ledger."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only compare")

    def handle(self, *_args: object, check: bool, **_options: object) -> None:
        assert_ready()
        try:
            report = rebuild(self._say, put_right=not check)
        except ClosedMeanwhile as error:
            raise CommandError(str(error)) from None
        for line in _lines(report, check=check):
            self.stdout.write(line)
        if not report.exact:
            sys.exit(1)

    def _say(self, what: str) -> None:
        self.stderr.write(f"rebuild: {what}")


def _lines(report: Report, *, check: bool) -> Iterator[str]:
    yield f"{report.events} events posted again"
    yield from _of_entries(report)
    done = "differ" if check or report.failed else "put right"
    for found in report.projections:
        so = _so(found.missing + found.extra, done)
        yield f"{found.table}: {found.missing} rows missing, {found.extra} too many{so}"
    yield f"members: {report.members} whose row at the kiosks may be wrong{_so(report.members, done)}"
    yield from _some(
        f"{len(report.failed)} events cannot be posted any more; nothing was put right", report.failed
    )


def _of_entries(report: Report) -> Iterator[str]:
    entries = report.entries
    yield f"entries: {entries.found} in the ledger, {entries.reordered} of them in another order than now"
    yield from _some(f"entries: {len(entries.missing)} missing", [_told(line) for line in entries.missing])
    yield from _some(
        f"entries: {len(entries.extra)} that no event gives", [_told(line) for line in entries.extra]
    )


def _some(head: str, things: Sequence[str]) -> Iterator[str]:
    if things:
        yield head
        yield from (f"  {thing}" for thing in things[:SHOWN])
    if len(things) > SHOWN:
        yield f"  and {len(things) - SHOWN} more"


def _told(line: Line) -> str:
    return f"{line.source_key}: {line.points} points for {line.member_id}"


def _so(wrong: int, done: str) -> str:
    return f": {done}" if wrong else ""

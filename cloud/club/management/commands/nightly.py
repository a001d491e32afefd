"""`python -m cloud nightly`: what lapsed, and birthdays, are booked; a ledger that is not right is told."""

import logging
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError

from cloud.club.birthdays import birthdays
from cloud.club.invariants import broken
from cloud.club.nightly import lapse_all
from cloud.club.rule_sets import RuleSets
from cloud.collector import parts
from cloud.collector.speeding import speeding
from cloud.fleet.ready import assert_ready
from cloud.fleet.scrubbing import scrub

log = logging.getLogger("cloud.nightly")


class Command(BaseCommand):
    help = (
        "Book what lapsed and what birthdays earn; look at every invariant of the ledger, and for members at"
        " more sales than anybody makes. Exit code 1: there is an alarm."
    )
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        now = datetime.now(UTC)
        members = lapse_all(now, self._said)
        self.stdout.write(f"points of {members} members lapsed")
        members = birthdays(RuleSets().look(), now, self._said)
        self.stdout.write(f"birthdays of {members} members")
        self._forget(now)
        fast = self._fast(now)
        found = list(broken())
        for invariant, entries in found:
            log.error("the ledger is not right: it is not so that %s; entries %s", invariant, entries)
        if found:
            raise CommandError(
                f"{len(found)} invariants of the ledger do not hold: the log names the entries."
                " Look at them with `python -m cloud explain ENTRY`; change nothing before you know why."
            )
        self.stdout.write("the ledger is right")
        if fast:
            raise CommandError(
                f"{fast} members were at more sales of a store in a day than is believed: the log names them."
                " Look whose cards these are, and who served."
            )

    def _forget(self, now: datetime) -> None:
        """Empty what somebody said of themselves and nobody waits for."""
        emptied = parts.forget(now)
        if emptied:
            scrub()
        self.stdout.write(f"{emptied} personal parts of which nothing came are empty")

    def _fast(self, now: datetime) -> int:
        found = speeding(now)
        for member, store, day, sales, absent in found:
            log.error(
                "too many sales of one member: %s at %s on %s, %d sales, %d of them without a tap before",
                *(member, store, day, sales, absent),
            )
        return len(found)

    def _said(self, members: int) -> None:
        self.stdout.write(f"{members} members so far")

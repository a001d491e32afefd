"""`python -m cloud nightly`: what lapsed, and birthdays, are booked; a ledger that is not right is told."""

import logging
from datetime import UTC, datetime

from django.core.management.base import BaseCommand, CommandError

from cloud.club.birthdays import birthdays
from cloud.club.invariants import broken
from cloud.club.nightly import lapse_all
from cloud.club.rule_sets import RuleSets
from cloud.fleet.ready import assert_ready

log = logging.getLogger("cloud.nightly")


class Command(BaseCommand):
    help = "Book what lapsed and what birthdays earn; look at the ledger. Exit code 1: it is not right."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        now = datetime.now(UTC)
        members = lapse_all(now, self._said)
        self.stdout.write(f"points of {members} members lapsed")
        members = birthdays(RuleSets().look(), now, self._said)
        self.stdout.write(f"birthdays of {members} members")
        found = list(broken())
        for invariant, entries in found:
            log.error("the ledger is not right: it is not so that %s; entries %s", invariant, entries)
        if found:
            raise CommandError(
                f"{len(found)} invariants of the ledger do not hold: the log names the entries."
                " Look at them with `python -m cloud explain ENTRY`; change nothing before you know why."
            )
        self.stdout.write("the ledger is right")

    def _said(self, members: int) -> None:
        self.stdout.write(f"{members} members so far")

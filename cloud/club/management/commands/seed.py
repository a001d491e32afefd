"""`python -m cloud seed`: fill an empty database with a generated club, for the demo only."""

import argparse
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.club.clubkey import club_key
from cloud.club.demo.seed import DAYS, NotEmpty, seed
from cloud.club.demo.shops import ZONE
from cloud.club.demo.staff import MANAGER, STAFF, Employee
from cloud.club.demo.tray import demo_cards, write_cards
from cloud.club.demo.watched import watch
from cloud.desk.models import Staff
from cloud.fleet.models import Store
from cloud.fleet.ready import assert_ready
from mqtt.vocabulary import ClubKey

MEMBERS = 5000
EVERY = 3.0
"""Seconds between two lines of progress where they cannot be written over each other."""


def key_of(text: str) -> ClubKey:
    """A club key as an option."""
    try:
        return club_key(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


class Command(BaseCommand):
    help = "Fill an empty database with a generated club: stores, members, cards, a year of history."
    requires_system_checks = ()
    _said = 0.0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=date.fromisoformat, help="the day on which it is used (today)")
        parser.add_argument("--members", type=int, default=MEMBERS)
        parser.add_argument(
            "--days", type=int, default=DAYS, help="of history, until the day before (a year)"
        )
        parser.add_argument("--club-key", type=key_of, required=True, metavar="ID:HEX")
        parser.add_argument("--cards", type=Path, metavar="FILE", help="where to write the tray of cards")
        parser.add_argument("--user", help="an owner for the pages")
        parser.add_argument("--password", help="that user's password")
        parser.add_argument(
            "--staff", action="store_true", help="somebody of each role, with that password, and watches"
        )

    def handle(  # noqa: PLR0913 - one argument an option
        self,
        *_args: object,
        until: date | None,
        members: int,
        days: int,
        club_key: ClubKey,
        cards: Path | None,
        user: str | None,
        password: str | None,
        staff: bool,
        **_options: object,
    ) -> None:
        assert_ready()
        until = until or datetime.now(ZONE).date()
        try:
            with _quiet():
                club = seed(club_key, until, members, self._say, days)
        except NotEmpty:
            raise CommandError(
                "this database has members already; seed only fills an empty one:"
                " set BASHGAH_CLOUD_DATA to another folder and run `python -m cloud migrate` first"
            ) from None
        if cards:
            write_cards(cards, demo_cards(club.regulars, club_key))
        if user:
            _employ(Employee(user, "", "owner"), password)
        if staff:
            for each in STAFF:
                _employ(each, password)
            watch(user or MANAGER, STAFF, until)
        self._end(f"seeded: {len(club.regulars)} members, {club.events} events until {until}")
        for line in club.summary.lines():
            self.stdout.write(f"  {line}")

    def _say(self, text: str) -> None:
        """Show progress: on one line, or now and then on a line of its own where nobody watches."""
        if sys.stdout.isatty():
            self.stdout.write(f"\r\x1b[K{text}", ending="")
            self.stdout.flush()
        elif time.monotonic() - self._said >= EVERY:
            self._said = time.monotonic()
            self.stdout.write(text)
            self.stdout.flush()

    def _end(self, text: str) -> None:
        self.stdout.write(f"\r\x1b[K{text}" if sys.stdout.isatty() else text)


def _employ(who: Employee, password: str | None) -> None:
    """They need not change it, as anybody must whose password a person gave them."""
    user = User.objects.create_user(who.user, password=password, first_name=who.name)
    staff = Staff.objects.create(user=user, role=who.role)
    staff.stores.set(Store.objects.filter(id__in=who.stores))


@contextmanager
def _quiet() -> Iterator[None]:
    """Let the club not tell of each who leaves: a year of it would come at once."""
    log = logging.getLogger("cloud.club")
    was = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(was)

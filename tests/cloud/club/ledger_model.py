"""Two members, all that can be booked on them, and what must be so after each step."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cloud.club import holds, lapsing, ledger, postings
from cloud.club.account import Account, Cause, Terms
from cloud.club.accounts import standings
from cloud.club.errors import ClubError
from cloud.club.invariants import broken
from cloud.club.models import Allocation, Debt, Entry, Hold, Lot, Merge, Purchase, Return
from mqtt.vocabulary import KioskId, MemberId, Points
from tests.cloud.conftest import make_club, make_member
from tests.cloud.kiosks import MEMBER, NOON

OTHER = MemberId("m-2222222222")
KIOSK = KioskId("vanak-1")
DAY = timedelta(days=1)
members = st.sampled_from([MEMBER, OTHER])
points = st.integers(1, 60).map(Points)
days = st.none() | st.integers(1, 6)
at_most = st.integers(0, 99)
BOOKED: tuple[type[Model], ...] = (Entry, Lot, Debt, Allocation, Hold, Merge, Purchase, Return)


class Ledger(RuleBasedStateMachine):
    """Two members, and everything that can happen to their points; days pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.number = NOON, 0
        self.balance: Counter[str] = Counter()
        self.done: list[Callable[[], object]] = []
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    @initialize()
    def begin(self) -> None:
        self.open()

    def open(self) -> None:
        """Make what the machine begins with."""
        make_club()
        make_member(OTHER)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def cause(self) -> Cause:
        self.number += 1
        return Cause(f"test/{self.number}", self.now, self.now)

    def spending(self) -> Cause:
        """Why points on hold are spent."""
        return self.cause()

    def post(self, done: Callable[[], object]) -> bool:
        """Do something, now and perhaps later again; whether it could be done."""
        could = self.act(done)
        if could:
            self.done.append(done)
        return could

    def act(self, done: Callable[[], object]) -> bool:
        """Do something, and say it again at once: nothing is another for that. Whether it could be done."""
        try:
            done()
        except ClubError:
            return False
        self.say_again(done)
        return True

    def say_again(self, *done: Callable[[], object]) -> None:
        before = booked()
        for each in done:
            with suppress(ClubError):
                each()
        assert booked() == before

    def holder(self, member: MemberId) -> MemberId:
        """Who has the points of a member: another one after a merge."""
        return member

    @rule(member=members, points=points, pending=st.integers(-1, 2), validity=days)
    def earn(self, member: MemberId, points: Points, pending: int, validity: int | None) -> None:
        member, begins = self.holder(member), self.now + pending * DAY
        terms = Terms(begins, None if validity is None else begins + validity * DAY)
        cause = self.cause()
        self.post(lambda: postings.goodwill(member, points, cause, terms))
        self.balance[member] += points

    @rule(member=members, points=points)
    def redeem(self, member: MemberId, points: Points) -> None:
        member = self.holder(member)
        cause, can = self.cause(), self.available(member)
        self.post(lambda: postings.redeem(member, points, cause))
        self.balance[member] -= points if points <= can else 0

    @rule(member=members, points=points)
    def correct(self, member: MemberId, points: Points) -> None:
        member, cause = self.holder(member), self.cause()
        self.post(lambda: postings.correct(member, points, cause))
        self.balance[member] -= points

    @rule(member=members, points=points)
    def transfer(self, member: MemberId, points: Points) -> None:
        giver, taker = self.holder(member), self.holder(OTHER if member == MEMBER else MEMBER)
        cause = self.cause()
        if giver != taker and self.post(lambda: postings.transfer(giver, taker, points, cause)):
            self.balance[giver] -= points
            self.balance[taker] += points

    @rule(pick=at_most, points=points)
    def claw_back(self, pick: int, points: Points) -> None:
        earned = self.pick(pick, "goodwill")
        if earned and points <= earned.points - self.undone(earned):
            cause = self.cause()
            self.post(lambda: postings.claw_back(earned, points, cause))
            self.balance[self.holder(MemberId(earned.member_id))] -= points

    @rule(pick=at_most, points=points)
    def give_back(self, pick: int, points: Points) -> None:
        spent = self.pick(pick, "redeem")
        if spent and points <= -spent.points - self.undone(spent):
            cause = self.cause()
            self.post(lambda: postings.give_back(spent, points, cause))
            self.balance[self.holder(MemberId(spent.member_id))] += points

    @rule(member=members, points=points)
    def hold(self, member: MemberId, points: Points) -> None:
        member, cause = self.holder(member), self.cause()
        self.post(lambda: holds.hold(member, points, holds.ALLOWANCE, KIOSK, cause))

    @rule(pick=at_most, points=points)
    def settle(self, pick: int, points: Points) -> None:
        held = self.held(pick)
        if held and points <= held.points:
            cause = self.spending()
            self.post(lambda: holds.settle(held.id, points, cause))
            self.balance[held.member_id] -= points

    @rule(pick=at_most)
    def release(self, pick: int) -> None:
        held, now = self.held(pick), self.now
        if held:
            self.post(lambda: holds.release(held.id, now))

    @rule(pick=at_most)
    def write_off(self, pick: int) -> None:
        held = self.held(pick)
        if held:
            cause = self.cause()
            self.post(lambda: holds.write_off(held.id, cause))
            self.balance[held.member_id] -= held.points

    @rule(member=members, later=st.integers(1, 3))
    def days_pass(self, member: MemberId, later: int) -> None:
        self.now += later * DAY
        postings.lapse(member, self.cause())

    @rule(member=members, later=st.integers(1, 3))
    def nights_pass(self, member: MemberId, later: int) -> None:
        self.now += later * DAY
        lapsing.lapse({member, MEMBER}, self.now)

    @rule(begin=at_most)
    def redeliver(self, begin: int) -> None:
        """All that was done comes again, from somewhere on."""
        if self.done:
            self.say_again(*self.done[begin % len(self.done) :])

    @invariant()
    def nothing_is_broken(self) -> None:
        assert list(broken()) == []

    @invariant()
    def balances_are_what_was_booked(self) -> None:
        for member in (MEMBER, OTHER) if self.number else ():
            account = Account.of(member)
            entries = list(Entry.objects.filter(member=member))
            lapsed = sum(entry.points for entry in entries if entry.kind == "expire")
            assert sum(entry.points for entry in entries) == self.balance[member] + lapsed
            assert sum(lot.remaining for lot in account.lots) - account.debt == self.balance[member] + lapsed

    @invariant()
    def what_is_available_is_the_balance_less_what_is_pending_and_on_hold(self) -> None:
        for member in (MEMBER, OTHER) if self.number else ():
            told = standings([member], self.now)[member].available
            with transaction.atomic():
                account = postings.lapsed(Account.of(member), self.cause())
                balance = sum(entry.points for entry in Entry.objects.filter(member=member))
                later = ledger.pending(account.lots, self.now)
                assert account.available(self.now) == told == balance - later - account.held
                transaction.set_rollback(True)

    @invariant()
    def what_is_on_hold_is_not_spent_by_others(self) -> None:
        # only what is taken back, from either of two who are merged, is taken from what is on hold too
        if self.number and not Entry.objects.filter(kind__in=("clawback", "adjust")).exists():
            assert min(self.available(member) for member in (MEMBER, OTHER)) >= 0

    def available(self, member: MemberId) -> int:
        with transaction.atomic():
            try:
                return postings.lapsed(Account.of(member), self.cause()).available(self.now)
            finally:
                transaction.set_rollback(True)

    def pick(self, number: int, kind: str) -> Entry | None:
        found = list(Entry.objects.filter(kind=kind).order_by("id"))
        return found[number % len(found)] if found else None

    def undone(self, entry: Entry) -> int:
        return abs(sum(each.points for each in entry.reversals.all()))

    def held(self, number: int) -> Hold | None:
        found = list(Hold.objects.filter(state="open").order_by("id"))
        return found[number % len(found)] if found else None


def booked() -> list[list[dict[str, Any]]]:
    """All that is booked, as it stands in the tables."""
    return [list(table._default_manager.order_by("pk").values()) for table in BOOKED]  # noqa: SLF001 - Django's documented way

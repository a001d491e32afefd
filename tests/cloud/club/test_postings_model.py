"""Whatever is booked in whatever order: every invariant of the ledger stands, and nothing is booked twice."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cloud.club import holds, lapsing, postings
from cloud.club.account import Account, Cause, Terms
from cloud.club.invariants import broken
from cloud.club.models import Entry, Hold
from cloud.club.postings import NotEnough
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


class Ledger(RuleBasedStateMachine):
    """Two members, and everything that can happen to their points; days pass."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.number = NOON, 0
        self.balance: Counter[str] = Counter()
        self.done: list[Callable[[], object]] = []
        self.atomic = transaction.atomic()

    @initialize()
    def begin(self) -> None:
        self.atomic.__enter__()
        make_club()
        make_member(OTHER)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def cause(self) -> Cause:
        self.number += 1
        return Cause(f"test/{self.number}", self.now, self.now)

    def post(self, done: Callable[[], object]) -> None:
        """Do something that can be said again."""
        with suppress(NotEnough):
            done()
            self.done.append(done)

    @rule(member=members, points=points, pending=st.integers(-1, 2), validity=days)
    def earn(self, member: MemberId, points: Points, pending: int, validity: int | None) -> None:
        begins = self.now + pending * DAY
        terms = Terms(begins, None if validity is None else begins + validity * DAY)
        cause = self.cause()
        self.post(lambda: postings.goodwill(member, points, cause, terms))
        self.balance[member] += points

    @rule(member=members, points=points)
    def redeem(self, member: MemberId, points: Points) -> None:
        cause, can = self.cause(), self.available(member)
        self.post(lambda: postings.redeem(member, points, cause))
        self.balance[member] -= points if points <= can else 0

    @rule(member=members, points=points)
    def correct(self, member: MemberId, points: Points) -> None:
        cause = self.cause()
        self.post(lambda: postings.correct(member, points, cause))
        self.balance[member] -= points

    @rule(member=members, points=points)
    def transfer(self, member: MemberId, points: Points) -> None:
        taker = OTHER if member == MEMBER else MEMBER
        cause = self.cause()
        self.post(lambda: postings.transfer(member, taker, points, cause))
        if Entry.objects.filter(source_key=cause.source).exists():
            self.balance[member] -= points
            self.balance[taker] += points

    @rule(pick=at_most, points=points)
    def claw_back(self, pick: int, points: Points) -> None:
        earned = self.pick(pick, "goodwill")
        if earned and points <= earned.points - self.undone(earned):
            cause = self.cause()
            self.post(lambda: postings.claw_back(earned, points, cause))
            self.balance[earned.member_id] -= points

    @rule(pick=at_most, points=points)
    def give_back(self, pick: int, points: Points) -> None:
        spent = self.pick(pick, "redeem")
        if spent and points <= sum(a.points for a in spent.allocations.all()) - self.undone(spent):
            cause = self.cause()
            self.post(lambda: postings.give_back(spent, points, cause))
            self.balance[spent.member_id] += points

    @rule(member=members, points=points)
    def hold(self, member: MemberId, points: Points) -> None:
        cause = self.cause()
        self.post(lambda: holds.hold(member, points, holds.ALLOWANCE, KIOSK, cause))

    @rule(pick=at_most, points=points)
    def settle(self, pick: int, points: Points) -> None:
        held = self.held(pick)
        if held and points <= held.points:
            cause = self.cause()
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
            holds.write_off(held.id, self.cause())
            self.balance[held.member_id] -= held.points

    @rule(member=members, later=st.integers(1, 3))
    def days_pass(self, member: MemberId, later: int) -> None:
        self.now += later * DAY
        postings.lapse(member, self.cause())

    @rule(later=st.integers(1, 3))
    def nights_pass(self, later: int) -> None:
        self.now += later * DAY
        lapsing.lapse((MEMBER, OTHER), self.now)

    @rule(pick=at_most)
    def redeliver(self, pick: int) -> None:
        if self.done:
            self.done[pick % len(self.done)]()

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
    def what_is_on_hold_is_not_spent_by_others(self) -> None:
        for member in (MEMBER, OTHER) if self.number else ():
            if not Entry.objects.filter(member=member, kind__in=("clawback", "adjust")).exists():
                assert self.available(member) >= 0

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


@pytest.mark.django_db
def test_any_order_of_postings_keeps_every_invariant() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

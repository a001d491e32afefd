"""Two kiosks and a till want one member's points, in any order of words: nothing is ever spent twice."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from cloud.club import holds, postings, redeemed, redeeming
from cloud.club.account import Account, Cause, Terms
from cloud.club.accounts import balances
from cloud.club.invariants import broken
from cloud.club.models import Coupon, Entry, Hold
from cloud.club.postings import NotEnough
from cloud.club.recalls import recalled
from cloud.club.redeemed import Told
from mqtt.down import Spend
from mqtt.vocabulary import AllowanceId, GroupId, KioskId, Points, StoreId
from tests.cloud.conftest import make_club
from tests.cloud.kiosks import MEMBER, NOON
from tests.cloud.redeemers import WALLET, abandoned, allow, asked, confirmed, granted, returned, visit_id

points = st.integers(1, 40).map(Points)
at_most = st.integers(0, 99)
kiosks = st.integers(0, 1)


@dataclass
class Kiosk:
    """One that keeps to the contract: all that it does is in its journal first, which arrives when it may."""

    id: KioskId
    behind: timedelta
    journal: list[Told] = field(default_factory=list)
    delivered: int = 0
    lent: dict[AllowanceId, Points] = field(default_factory=dict)
    asks: dict[int, Spend] = field(default_factory=dict)
    waits: set[int] = field(default_factory=set)
    gave: dict[int, int] = field(default_factory=dict)

    def tells(self, event: Told, now: datetime) -> None:
        """What the collector hears: at once, or again."""
        store = StoreId(self.id.removesuffix("-1"))
        redeemed.note(event, redeemed.Kiosk(self.id, store, GroupId("tehran"), now - self.behind, now))


class Redeeming(RuleBasedStateMachine):
    """The clock of the second kiosk is a day behind."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.number = NOON, 0
        self.earned = self.at_till = 0
        self.kiosks = (
            Kiosk(KioskId("vanak-1"), timedelta()),
            Kiosk(KioskId("tajrish-1"), timedelta(days=1)),
        )
        self.atomic = transaction.atomic()

    @initialize(most=st.integers(1, 60), percent=st.sampled_from([30, 100]))
    def begin(self, most: int, percent: int) -> None:
        self.atomic.__enter__()
        make_club()
        allow(most, percent)

    def teardown(self) -> None:
        if self.number:
            self.nothing_is_left_open_when_all_words_have_come()
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def next(self) -> int:
        self.number += 1
        self.now += timedelta(minutes=1)
        return self.number

    # --- the till

    @rule(points=points, validity=st.none() | st.integers(1, 4))
    def earn(self, points: Points, validity: int | None) -> None:
        until = None if validity is None else self.now + timedelta(days=validity)
        cause = Cause(f"earn/{self.next()}", self.now, self.now)
        postings.goodwill(MEMBER, points, cause, Terms(self.now - timedelta(days=2), until))
        self.earned += points

    @rule(points=points)
    def spend_at_the_till(self, points: Points) -> None:
        cause = Cause(f"till/{self.next()}", self.now, self.now)
        with suppress(NotEnough):
            postings.redeem(MEMBER, points, cause)
            self.at_till += points

    @rule(days=st.integers(1, 3))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        postings.lapse(MEMBER, Cause(f"night/{self.next()}", self.now, self.now))

    @rule(pick=at_most)
    def write_off(self, pick: int) -> None:
        found = list(Hold.objects.filter(state="open").order_by("id"))
        if found:
            self.next()
            holds.write_off(found[pick % len(found)].id, Cause("", self.now, self.now))

    # --- the kiosks

    @rule(at=kiosks, arrives=st.booleans())
    def tap(self, at: int, arrives: bool) -> None:  # noqa: FBT001 - hypothesis gives it
        self.next()
        kiosk = self.kiosks[at]
        lent = redeeming.lend(kiosk.id, WALLET, MEMBER, self.now)
        if lent is not None and arrives and not self.used(kiosk, lent.allowance):
            kiosk.lent[lent.allowance] = lent.points

    @rule(at=kiosks, points=points)
    def grant_offline(self, at: int, points: Points) -> None:
        kiosk = self.kiosks[at]
        if kiosk.lent:
            allowance, most = kiosk.lent.popitem()
            visit, part = self.next(), Points(min(points, most))
            kiosk.gave[visit] = part
            kiosk.journal.append(granted(visit, part, allowance))

    @rule(at=kiosks)
    def hear_of_recalls(self, at: int) -> None:
        kiosk = self.kiosks[at]
        for allowance in recalled().get(kiosk.id, ()):
            if kiosk.lent.pop(allowance, None) is not None:
                kiosk.journal.append(returned(allowance))

    @rule(at=kiosks, points=points, giving_back=st.booleans())
    def want_to_spend(self, at: int, points: Points, giving_back: bool) -> None:  # noqa: FBT001 - likewise
        kiosk, visit = self.kiosks[at], self.next()
        allowance = kiosk.lent.popitem()[0] if giving_back and kiosk.lent else None
        kiosk.asks[visit] = Spend(visit_id(visit), points, allowance)
        kiosk.waits.add(visit)
        kiosk.journal.append(asked(visit, points, allowance))

    @rule(at=kiosks, pick=at_most, heard=st.booleans())
    def an_ask_arrives(self, at: int, pick: int, heard: bool) -> None:  # noqa: FBT001 - likewise
        """The first time or again, in time or late; its reply arrives or does not."""
        kiosk = self.kiosks[at]
        if kiosk.asks:
            self.next()
            visit = sorted(kiosk.asks)[pick % len(kiosk.asks)]
            spend = kiosk.asks[visit]
            can = redeeming.ask(kiosk.id, MEMBER, spend, self.now)
            if heard and visit in kiosk.waits:
                self.decide(kiosk, visit, can=can)

    @rule(at=kiosks, pick=at_most)
    def give_up(self, at: int, pick: int) -> None:
        kiosk = self.kiosks[at]
        if kiosk.waits:
            self.decide(kiosk, sorted(kiosk.waits)[pick % len(kiosk.waits)], can=False)

    @rule(at=kiosks, number=st.integers(1, 5))
    def words_arrive(self, at: int, number: int) -> None:
        kiosk = self.kiosks[at]
        self.next()
        for event in kiosk.journal[kiosk.delivered : kiosk.delivered + number]:
            kiosk.tells(event, self.now)
            kiosk.delivered += 1

    @rule(at=kiosks, pick=at_most)
    def a_word_comes_again(self, at: int, pick: int) -> None:
        kiosk = self.kiosks[at]
        if kiosk.delivered:
            before = self.ledger()
            self.next()
            kiosk.tells(kiosk.journal[pick % kiosk.delivered], self.now)
            assert self.ledger() == before

    # --- what is always so

    @invariant()
    def no_more_is_given_out_than_was_earned(self) -> None:
        assert self.at_till + sum(sum(kiosk.gave.values()) for kiosk in self.kiosks) <= self.earned

    @invariant()
    def the_ledger_is_sound(self) -> None:
        assert list(broken()) == []
        if self.number:
            assert Account.of(MEMBER).available(self.now) >= 0

    @invariant()
    def each_visit_that_was_told_of_is_booked_once(self) -> None:
        booked = dict(
            Entry.objects.filter(source_key__startswith="spent:").values_list("source_key", "points")
        )
        told = {
            redeeming.spent_by(kiosk.id, event.visit): -event.points
            for kiosk in self.kiosks
            for event in kiosk.journal[: kiosk.delivered]
            if isinstance(event, redeemed.Given)
        }
        assert booked == told
        assert Coupon.objects.count() == len(told)

    def nothing_is_left_open_when_all_words_have_come(self) -> None:
        """Once kiosks have given up, given back and told everything, the balance is what was not spent."""
        for at, kiosk in enumerate(self.kiosks):
            while kiosk.waits:
                self.give_up(at, 0)
            for allowance in list(kiosk.lent):
                kiosk.journal.append(returned(allowance))
            self.words_arrive(at, len(kiosk.journal))
        unheard = sum(held.points for held in Hold.objects.filter(state="written-off") if not _undone(held))
        lapsed = -sum(entry.points for entry in Entry.objects.filter(kind="expire"))
        given = sum(sum(kiosk.gave.values()) for kiosk in self.kiosks)
        left = self.earned - self.at_till - given - unheard - lapsed
        assert balances([MEMBER]).get(MEMBER, 0) == left
        still = set(Hold.objects.filter(state="open").values_list("purpose", flat=True))
        assert still <= {holds.ALLOWANCE}, "but for those that no kiosk ever got"

    def decide(self, kiosk: Kiosk, visit: int, *, can: bool) -> None:
        kiosk.waits.discard(visit)
        wanted = kiosk.asks[visit].points
        if can:
            kiosk.gave[visit] = wanted
        said: Callable[[int, int], Told] = confirmed if can else abandoned
        kiosk.journal.append(said(visit, wanted))

    def used(self, kiosk: Kiosk, allowance: AllowanceId) -> bool:
        """What the kiosk notes in its journal's file with each event that uses one."""
        return any(getattr(event, "allowance", None) == allowance for event in kiosk.journal)

    def ledger(self) -> object:
        return [list(table.objects.order_by("pk").values()) for table in (Entry, Hold, Coupon)]


def _undone(held: Hold) -> bool:
    return Entry.objects.get(source_key=holds.written_off(held)).reversals.exists()


@pytest.mark.django_db
def test_whatever_comes_in_whatever_order_no_point_is_spent_twice() -> None:
    run_state_machine_as_test(
        Redeeming,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""What hurt other clubs, each as a test. The clerk with his own card at 800 sales is in `test_velocity`."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cloud.club import holds, merging, postings, returns, sales
from cloud.club.account import Account, Cause, Terms
from cloud.club.accounts import balances, standings
from cloud.club.errors import Untimely
from cloud.club.invariants import broken
from cloud.club.models import Entry, Purchase, Return
from cloud.club.postings import NotEnough
from cloud.club.rule_files import BadRules
from cloud.club.spending import Spending, spend
from mqtt.vocabulary import KioskId, MemberId, Points, StoreId
from tests.cloud.api.caller import caller
from tests.cloud.api.tills import redeemed, rule
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER, NOON, Kiosk, days, tap
from tests.cloud.test_poster import post_all

FRIEND = MemberId("m-bbbbbbbbbb")
VANAK = StoreId("vanak")
KIOSK = KioskId("vanak-1")
pytestmark = pytest.mark.usefixtures("sound")


@pytest.fixture
def sound(club: None) -> Iterator[None]:  # noqa: ARG001 - what it needs
    """A point for each 1,000 Rial; afterwards the ledger is sound."""
    rule()
    make_member(FRIEND)
    yield
    assert not list(broken())


def buy(invoice: str, amount: int, day: int = 0, **other: Any) -> None:  # noqa: ANN401 - what a purchase has
    line = {"id": "1", "amount": amount}
    said: dict[str, Any] = {"store_id": VANAK, "member_id": MEMBER, "lines": [line], "invoice": invoice}
    sales.buy(Purchase(**said | {"occurred_at": days(day), "received_at": days(day)} | other))


def bring_back(number: str, invoice: str, amount: int, day: int = 1) -> None:
    said: dict[str, Any] = {"store_id": VANAK, "number": number, "invoice": invoice, "lines": {"1": amount}}
    returns.take_back(Return(**said, occurred_at=days(day), received_at=days(day)))


def pay(number: str, invoice: str, points: int, day: int = 0, member: MemberId = MEMBER) -> None:
    spend(Spending(VANAK, number, invoice, member, Points(points)), days(day))


def cause(name: str, day: int = 0) -> Cause:
    return Cause(name, days(day), days(day))


def give(points: int, member: MemberId = MEMBER, *, until: int | None = None) -> None:
    terms = Terms(NOON, None if until is None else days(until))
    postings.goodwill(member, Points(points), cause(f"gift/{member}/{points}"), terms)


def has(day: int = 1, member: MemberId = MEMBER) -> int:
    return standings([member], days(day))[member].available


def test_what_was_sent_again_after_a_lost_reply_earns_once(store: Callable[..., object]) -> None:
    rule(when="visit", gives={"kind": "fixed", "points": 10})
    kiosk = Kiosk()
    for day in range(3):
        kiosk.record(tap(day + 1), at=days(day))
    for first, last in ((1, 2), (1, 2), (2, 3), (1, 3), (1, 3)):
        store(kiosk.send(first, last))
        post_all()
    assert balances([MEMBER]) == {MEMBER: 30}
    rule()
    for _ in range(5):
        buy("A-1", 10_000)
    assert balances([MEMBER]) == {MEMBER: 40}


def test_what_a_kiosk_spends_offline_was_set_aside_before_and_is_deducted_however_late_it_tells() -> None:
    give(10, until=5)
    allowance = holds.hold(MEMBER, Points(6), holds.ALLOWANCE, KIOSK, cause("lent"))
    with pytest.raises(NotEnough):
        pay("R-1", "A-1", 5)
    pay("R-1", "A-1", 4)
    postings.lapse(MEMBER, cause("night", 30))
    for _ in range(2):
        holds.settle(allowance.id, Points(6), cause("told", 40))
    assert (has(40), balances([MEMBER])) == (0, {MEMBER: 0})


def test_what_a_kiosk_that_is_lost_may_have_spent_is_written_off_once() -> None:
    give(10)
    lent = [holds.hold(MEMBER, Points(3), holds.ALLOWANCE, KIOSK, cause(f"lent/{one}")) for one in range(2)]
    for _ in range(2):
        holds.write_off(lent[0].id, cause("lost", 9))
    assert has(9) == 4
    holds.settle(lent[1].id, Points(1), cause("told", 9))
    assert has(9) == 6


def test_who_brings_back_what_they_bought_keeps_none_of_its_points() -> None:
    buy("A-1", 9999)
    for number, amount in enumerate((3333, 1, 6665)):
        bring_back(f"B-{number}", "A-1", amount)
    assert has() == 0


def test_points_that_were_spent_are_charged_once_whichever_sale_comes_back_first() -> None:
    for one, order in enumerate((("earned", "paid"), ("paid", "earned"))):
        buy(f"earned-{one}", 10_000)
        pay(f"R-{one}", f"paid-{one}", 10)
        buy(f"paid-{one}", 10_000, paid=0)
        for name in order:
            for _ in range(2):
                bring_back(f"{name}-{one}", f"{name}-{one}", 10_000)
        assert has() == 0


def test_a_return_takes_what_was_earned_whatever_is_earned_today() -> None:
    buy("A-1", 10_000)
    rule(gives={"kind": "per-amount", "step": 10, "points": 5})
    bring_back("B-1", "A-1", 5000)
    assert has() == 5
    rule(when="visit", gives={"kind": "fixed", "points": 1})
    bring_back("B-2", "A-1", 5000)
    assert has() == 0


def test_who_earned_on_one_invoice_and_spent_on_another_owes_what_came_back() -> None:
    buy("A-1", 10_000)
    pay("R-1", "A-2", 10)
    bring_back("B-1", "A-1", 10_000)
    assert has() == -10
    with pytest.raises(NotEnough):
        pay("R-2", "A-3", 1, day=1)
    buy("A-4", 12_000, day=2)
    assert has(2) == 2


@pytest.mark.parametrize("points", [..., None, "", "all", 0, -3, 2.5, 10**15, "۳"])
def test_a_redemption_without_an_amount_that_can_be_spends_nothing(points: object) -> None:
    give(10)
    said = {name: value for name, value in redeemed(points).items() if value is not ...}
    answer = caller().post("/api/v1/redemptions", said)
    assert answer.status == (409 if points == 10**15 else 422)
    assert has() == 10


def test_what_lapses_takes_no_debits_along() -> None:
    give(10, until=5)
    pay("R-1", "A-1", 6)
    give(7)
    assert [has(day) for day in (4, 5, 6)] == [11, 7, 7]
    postings.lapse(MEMBER, cause("night", 6))
    assert (has(6), balances([MEMBER])) == (7, {MEMBER: 7})


def test_a_merge_loses_nothing_and_an_un_merge_gives_each_their_own() -> None:
    give(30, FRIEND, until=9)
    give(5, FRIEND)
    give(20)
    postings.correct(MEMBER, Points(28), cause("typing"))
    before = balances([MEMBER, FRIEND])
    merged = merging.merge(FRIEND, MEMBER, days(1))
    assert balances([MEMBER, FRIEND]) == {FRIEND: 0, MEMBER: sum(before.values())}
    merging.unmerge(merged.id, days(2))
    assert balances([MEMBER, FRIEND]) == before == {FRIEND: 35, MEMBER: -8}


def test_what_lapsed_while_two_were_one_is_not_taken_from_the_others_points() -> None:
    give(30, FRIEND, until=3)
    give(20)
    merged = merging.merge(FRIEND, MEMBER, days(1))
    merging.unmerge(merged.id, days(4))
    assert (has(4), has(4, FRIEND)) == (20, 0)


def test_what_came_back_while_two_were_one_is_owed_by_whose_sale_it_was() -> None:
    buy("A-1", 10_000)
    pay("R-1", "A-2", 6)
    give(3, FRIEND)
    merged = merging.merge(MEMBER, FRIEND, days(1))
    bring_back("B-1", "A-1", 10_000, day=2)
    assert has(2, FRIEND) == -3
    merging.unmerge(merged.id, days(3))
    assert (has(3), has(3, FRIEND)) == (-6, 3)


def test_two_are_not_parted_while_what_came_is_on_hold() -> None:
    give(10, FRIEND)
    merged = merging.merge(FRIEND, MEMBER, days(1))
    lent = holds.hold(MEMBER, Points(4), holds.ALLOWANCE, KIOSK, cause("lent", 1))
    with pytest.raises(Untimely, match="on hold"):
        merging.unmerge(merged.id, days(2))
    holds.release(lent.id, days(2))
    merging.unmerge(merged.id, days(2))
    assert (has(2), has(2, FRIEND)) == (0, 10)


def test_what_lapsed_after_a_merge_is_not_asked_for_once_more_by_a_return() -> None:
    rule(valid_days=3)
    buy("A-1", 10_000)
    merging.merge(MEMBER, FRIEND, days(1))
    postings.lapse(FRIEND, cause("night", 9))
    bring_back("B-1", "A-1", 10_000, day=9)
    assert (has(9), has(9, FRIEND)) == (0, 0)


def test_what_is_still_owed_of_a_redemption_is_not_owed_any_more_when_it_comes_back() -> None:
    give(10)
    lent = holds.hold(MEMBER, Points(10), holds.ALLOWANCE, KIOSK, cause("lent"))
    postings.correct(MEMBER, Points(4), cause("typing"))
    told = Cause("told", NOON, NOON, store=VANAK, invoice="A-1")
    spent = holds.settle(lent.id, Points(10), told)
    buy("A-1", 10_000, paid=0)
    assert has() == -4
    for number, amount in enumerate((2000, 7000, 1000)):
        bring_back(f"B-{number}", "A-1", amount)
    assert has() == 6
    with pytest.raises(ValueError, match="more than entry"):
        postings.give_back(spent, Points(1), cause("again"))


def test_what_lapsed_on_hold_takes_nothing_away_from_the_rest() -> None:
    give(4, until=2)
    give(10)
    holds.hold(MEMBER, Points(4), holds.ALLOWANCE, KIOSK, cause("lent"))
    postings.lapse(MEMBER, cause("night", 3))
    assert (has(3), Account.of(MEMBER).available(days(3))) == (10, 10)
    pay("R-1", "A-1", 10, day=3)
    assert has(3) == 0


@pytest.mark.parametrize("when", ["earn", "goodwill", "transfer", "redeem", "redeem_return", "clawback"])
def test_no_rule_pays_for_what_is_only_booked(when: str) -> None:
    with pytest.raises(BadRules, match="field when"):
        rule(when=when)


def test_a_rule_does_not_pay_on_its_own_payout() -> None:
    buy("A-1", 10_000)
    pay("R-1", "A-2", 10)
    buy("A-2", 10_000, paid=0)
    bring_back("B-1", "A-2", 10_000)
    postings.transfer(MEMBER, FRIEND, Points(10), cause("gift", 1))
    give(5, FRIEND)
    merging.merge(MEMBER, FRIEND, days(1))
    assert (has(1), has(1, FRIEND)) == (0, 15)
    assert Entry.objects.filter(kind="earn").count() == 1

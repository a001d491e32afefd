"""The arithmetic of points, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.club.ledger import (
    Allocation,
    Lot,
    Moved,
    Owed,
    ReturnRefused,
    Sale,
    SaleLine,
    allocate,
    claw,
    expire,
    pay,
    reverse,
    spendable,
    spent,
)
from mqtt.vocabulary import Points

NOON = datetime(2026, 3, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def lot(entry: int, points: int, *, active: int = -9, expires: int | None = None) -> Lot:
    """A lot; days from noon."""
    return Lot(entry, Points(points), NOON + active * DAY, None if expires is None else NOON + expires * DAY)


def total(allocations: tuple[Allocation, ...]) -> int:
    return sum(part.points for part in allocations)


days = st.integers(-5, 5)
lots = st.lists(st.tuples(st.integers(0, 50), days, st.none() | days), max_size=6).map(
    lambda made: [lot(n, p, active=a, expires=e) for n, (p, a, e) in enumerate(made, 1)]
)


def test_what_expires_soonest_is_spent_first_and_what_never_does_last() -> None:
    there = [lot(1, 10), lot(2, 10, expires=9), lot(3, 10, expires=2), lot(4, 10, expires=2)]
    assert [part.lot for part in allocate(there, Points(35), NOON)] == [3, 4, 2, 1]


def test_what_is_pending_or_past_its_day_is_not_spent() -> None:
    there = [lot(1, 10, active=1), lot(2, 10, expires=0), lot(3, 10, active=0)]
    assert allocate(there, Points(30), NOON) == (Allocation(3, Points(10)),)


@given(lots, st.integers(1, 200), days)
def test_a_debit_takes_all_it_can_and_no_more(there: list[Lot], points: int, day: int) -> None:
    at = NOON + day * DAY
    taken = allocate(there, Points(points), at)
    assert total(taken) == min(points, spendable(there, at))
    assert all(one.remaining >= 0 for one in spent(there, taken))


@given(lots, days, st.integers(0, 60))
def test_after_expiry_nothing_lapsed_is_left_but_what_is_on_hold(
    there: list[Lot], day: int, kept: int
) -> None:
    at = NOON + day * DAY
    left = spent(there, expire(there, at, Points(kept)))
    assert sum(one.remaining for one in left if one.lapsed(at)) <= kept
    assert [one.remaining for one in left if not one.lapsed(at)] == [
        one.remaining for one in there if not one.lapsed(at)
    ]
    assert expire(left, at, Points(0)) == () or kept


def test_points_on_hold_do_not_lapse_and_the_others_do() -> None:
    assert expire([lot(1, 10, expires=0)], NOON, Points(4)) == (Allocation(1, Points(6)),)


@given(lots, st.lists(st.integers(1, 80), max_size=3))
def test_a_debt_is_paid_as_far_as_there_is_something(there: list[Lot], owed: list[int]) -> None:
    debts = [Owed(100 + n, Points(points)) for n, points in enumerate(owed)]
    paid = sum(total(parts) for parts in pay(debts, there).values())
    assert paid == min(sum(owed), sum(one.remaining for one in there))


def test_a_claw_takes_from_its_own_lot_then_from_what_is_pending() -> None:
    there = [lot(1, 10, expires=1), lot(2, 10, active=1), lot(3, 10)]
    assert [part.lot for part in claw(there, Points(25), NOON, own=3)] == [3, 2, 1]


def sale(*, earned: int = 10, lapsed: int = 0) -> Sale:
    return Sale(
        (SaleLine("1", 300_000), SaleLine("2", 700_000)),
        (Moved(7, Points(earned), "1", lapsed=Points(lapsed)), Moved(8, Points(5))),
        (Moved(9, Points(100)),),
    )


def test_a_returned_line_takes_back_its_points_and_its_part_of_the_others() -> None:
    assert reverse(sale(), {"1": 300_000}) == ({7: 10, 8: 1}, {9: 30})


def test_points_that_lapsed_unspent_are_not_asked_for_again() -> None:
    assert reverse(sale(lapsed=8), {"1": 300_000}).claw == {7: 2, 8: 1}


@pytest.mark.parametrize("amount", [0, -1, 300_001, 10**15])
def test_no_more_is_returned_than_was_bought(amount: int) -> None:
    with pytest.raises(ReturnRefused, match="300000 Rial left"):
        reverse(sale(), {"1": amount})


def test_a_line_that_was_not_sold_is_not_returned() -> None:
    with pytest.raises(ReturnRefused, match="no line '3'"):
        reverse(sale(), {"3": 1})


@given(st.integers(1, 999), st.lists(st.integers(1, 10**6), min_size=1, max_size=5))
def test_returned_bit_by_bit_a_line_gives_up_just_what_it_earned(points: int, parts: list[int]) -> None:
    amount, back, undone = sum(parts), 0, 0
    for part in parts:
        earned = Moved(1, Points(points), "1", reversed=Points(undone))
        undone += reverse(Sale((SaleLine("1", amount, back),), (earned,)), {"1": part}).claw.get(1, 0)
        back += part
        assert undone <= points
    assert undone == points

"""What judges a run finds points that are booked otherwise than they were spent."""

from pathlib import Path

import pytest

from mqtt.events import (
    AllowanceReturned,
    Event,
    RedemptionAbandoned,
    RedemptionAsked,
    RedemptionConfirmed,
    RedemptionGrantedOffline,
)
from mqtt.tracking import of_visit
from mqtt.vocabulary import AllowanceId, CouponCode, Points, VisitId
from tests.faults.club import member
from tests.faults.told import KIOSK, Told, heard
from tests.faults.truth import Truth
from tests.faults.verdict import Verdict, judge
from tests.faults.world import CLOUD

WHO, LENT = member(0), AllowanceId("a" * 32)
FIRST, SECOND = VisitId("1" * 16), VisitId("2" * 16)


def granted(visit: VisitId, points: int = 30) -> RedemptionGrantedOffline:
    return RedemptionGrantedOffline(
        visit, WHO, LENT, Points(points), points * 1000, CouponCode(of_visit(visit))
    )


def confirmed(visit: VisitId) -> RedemptionConfirmed:
    return RedemptionConfirmed(visit, WHO, Points(30), 30_000, CouponCode(of_visit(visit)))


def asked(visit: VisitId) -> RedemptionAsked:
    return RedemptionAsked(visit, WHO, Points(30))


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    """Nothing is said yet."""
    return Truth(tmp_path / "truth.jsonl")


@pytest.fixture
def database() -> Told:
    """Nobody has spent anything."""
    return Told()


def spend(database: Told, visit: VisitId, points: int = 30) -> None:
    """Book a redemption."""
    database.spent.append((f"spent:{KIOSK}/{visit}", WHO, -points))
    database.left[WHO] -= points
    database.coupons.append((of_visit(visit), points))


def stored(database: Told, truth: Truth, *events: Event, put_back: tuple[str, ...] = ()) -> Verdict:
    """What is said of a run in which a kiosk recorded these, and all arrived."""
    heard(truth, *events)
    database.store(*events)
    return judge(database, truth, [], put_back)


@pytest.mark.parametrize("event", [granted(FIRST), confirmed(FIRST)])
def test_points_that_are_booked_once_as_they_were_spent_are_good(
    database: Told, truth: Truth, event: Event
) -> None:
    spend(database, FIRST)
    verdict = stored(database, truth, event)
    assert verdict.good
    assert verdict.redemptions == 1


def test_points_that_were_spent_and_not_booked_are_a_difference(database: Told, truth: Truth) -> None:
    redemption, coupon, left = stored(database, truth, granted(FIRST)).differences
    assert redemption.endswith("0 booked, 30 owed")
    assert coupon == f"coupon {of_visit(FIRST)}: 0 booked, 30 owed"
    assert left == f"points left {WHO}: 120 booked, 90 owed"


def test_a_redemption_that_nobody_told_of_is_a_difference(database: Told, truth: Truth) -> None:
    spend(database, FIRST)
    spend(database, SECOND)
    assert len(stored(database, truth, granted(FIRST)).differences) == 3


def test_points_that_come_from_nowhere_are_a_difference(database: Told, truth: Truth) -> None:
    database.left[WHO] += 1
    assert stored(database, truth).differences == [f"points left {WHO}: 121 booked, 120 owed"]


def test_an_invariant_that_does_not_hold_is_a_difference(database: Told, truth: Truth) -> None:
    database.broken["nobody owes and has points"] = [(7,)]
    assert stored(database, truth).differences == ["nobody owes and has points: [(7,)]"]


@pytest.mark.parametrize("put_back", [(), ("tajrish-1",)])
def test_whoever_owes_without_an_older_copy_put_back_is_a_difference(
    database: Told, truth: Truth, put_back: tuple[str, ...]
) -> None:
    spend(database, FIRST)
    database.debts = [(7, WHO)]
    verdict = stored(database, truth, granted(FIRST), put_back=put_back)
    assert verdict.differences == [f"{WHO} owes for entry 7"]
    assert verdict.owed == 1


@pytest.mark.parametrize("put_back", [KIOSK, CLOUD])
def test_a_kiosk_or_a_cloud_that_forgot_may_let_somebody_owe(
    database: Told, truth: Truth, put_back: str
) -> None:
    spend(database, FIRST)
    database.debts = [(7, WHO)]
    assert stored(database, truth, granted(FIRST), put_back=(put_back,)).good


@pytest.mark.parametrize("other", [granted(SECOND), AllowanceReturned(LENT)])
def test_an_allowance_that_is_used_twice_is_a_difference(database: Told, truth: Truth, other: Event) -> None:
    for event in (granted(FIRST), other):
        if isinstance(event, RedemptionGrantedOffline):
            spend(database, event.visit)
    (found,) = stored(database, truth, granted(FIRST), other).differences
    assert found.startswith(f"{LENT} is used by ")


def test_a_kiosk_whose_journal_was_put_back_may_use_an_allowance_again(database: Told, truth: Truth) -> None:
    spend(database, FIRST)
    spend(database, SECOND)
    assert stored(database, truth, granted(FIRST), granted(SECOND), put_back=(KIOSK,)).good


def test_a_redemption_that_is_never_decided_is_a_difference(database: Told, truth: Truth) -> None:
    spend(database, SECOND)
    (found,) = stored(database, truth, asked(FIRST), granted(SECOND)).differences
    assert found.endswith("is not decided")


def test_a_redemption_that_is_just_being_asked_for_is_good(database: Told, truth: Truth) -> None:
    assert stored(database, truth, asked(FIRST)).good


def test_points_that_stay_set_aside_after_the_decision_are_a_difference(database: Told, truth: Truth) -> None:
    database.aside = [(f"grant:{KIOSK}/{FIRST}",)]
    abandoned = RedemptionAbandoned(FIRST, WHO, Points(30), "left")
    assert stored(database, truth, asked(FIRST)).good
    found = stored(database, truth, abandoned).differences
    assert found == [f"still set aside: grant:{KIOSK}/{FIRST}"]


def test_only_a_kiosk_that_forgot_says_again_what_it_gave_back(database: Told, truth: Truth) -> None:
    stored(database, truth, AllowanceReturned(LENT))
    assert stored(database, truth, AllowanceReturned(LENT)).doubled == 1
    assert judge(database, truth, [], [KIOSK]).good

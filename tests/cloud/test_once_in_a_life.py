"""Joining, the first visit and birthdays earn once, or once a year, in whatever order things arrive."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cloud.club import cards, leaving, merging
from cloud.club.accounts import balances
from cloud.club.birthdays import birthdays
from cloud.club.models import Entry, Member, Person
from cloud.club.rule_sets import RuleSets
from cloud.collector.rebuild import rebuild
from cloud.collector.retention import retire
from mqtt.vocabulary import CardKey, KioskId, MemberId, StoreId
from tests.cloud.conftest import make_club, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, days, tap
from tests.cloud.test_kiosk_joining import EMPTY, NEWCOMER, OTHER, collected, joined, stored
from tests.cloud.test_poster import post_all
from tests.cloud.test_rule_sets import give

TAJRISH = KioskId("tajrish-1"), StoreId("tajrish")
TWIN = MemberId("m-bbbbbbbbbb")


@pytest.fixture(autouse=True)
def _club(db: None) -> None:  # noqa: ARG001 - what it needs
    make_club()


def fixed(when: str, points: int = 50, **more: object) -> dict[str, Any]:
    return {"id": when, "when": when, "gives": {"kind": "fixed", "points": points}, **more}


def night(at: datetime) -> int:
    return birthdays(RuleSets().look(), at, lambda _: None)


def born(day: date, member: MemberId = MEMBER) -> None:
    Person.objects.filter(member=member).update(birthday=day)


def earned() -> list[tuple[str, str, int]]:
    return list(Entry.objects.order_by("id").values_list("member_id", "reason", "points"))


# --- joining


@pytest.mark.parametrize("batch", [1, 100])
def test_joining_earns_once_however_often_it_is_told(batch: int) -> None:
    give(fixed("joining"))
    kiosk = Kiosk().record(joined(), joined(), joined(2), joined(1, OTHER))
    for _ in range(2):
        stored(kiosk.send())
        post_all(batch)
    assert earned() == [(NEWCOMER, "joining", 50)]
    assert rebuild(lambda _: None, put_right=False).exact


def test_a_card_that_makes_nobody_earns_nothing_by_it() -> None:
    give(fixed("joining"))
    cards.issue(MEMBER, OTHER, NOON)
    collected(Kiosk().record(joined(1, OTHER)))
    assert earned() == []


def test_joining_with_a_budget_stops_at_it() -> None:
    give(fixed("joining", limits={"budget": 120}))
    kiosk = Kiosk()
    for number in range(4):
        kiosk.record(joined(number, CardKey(f"1:{200 + number:032x}")))
    collected(kiosk)
    assert len(earned()) == 2
    assert rebuild(lambda _: None, put_right=False).exact


def test_a_join_of_which_the_event_is_dropped_still_stands_in_the_closing_figures() -> None:
    give(fixed("joining"))
    collected(Kiosk().record(joined()))
    assert retire(days(60)) == 1
    assert rebuild(lambda _: None, put_right=False).exact


# --- the first visit


def test_the_first_visit_earns_once_whichever_kiosk_is_heard_first() -> None:
    give(fixed("first-visit"))
    late = Kiosk().record(tap(1))
    collected(Kiosk(*TAJRISH).record(tap(2), at=days(1)), at=days(1))
    collected(late, at=days(2))
    assert earned() == [(MEMBER, "visit", 50)]
    assert rebuild(lambda _: None, put_right=False).exact


def test_the_visit_in_which_one_joins_is_not_the_first_the_next_one_is() -> None:
    give(fixed("first-visit"), fixed("joining", 7))
    kiosk = Kiosk().record(tap(1, EMPTY, member=None), joined(), tap(2, EMPTY), tap(3, EMPTY))
    collected(kiosk)
    assert sorted(earned()) == [(NEWCOMER, "joining", 7), (NEWCOMER, "visit", 50)]


# --- birthdays


def test_a_birthday_earns_once_a_year_however_often_the_night_comes() -> None:
    give(fixed("birthday"))
    born(date(1990, 3, 21))
    assert [night(days(n)) for n in (0, 0, 1, 6)] == [1, 1, 1, 1]
    assert earned() == [(MEMBER, "birthday", 50)]
    night(days(365))
    assert balances([MEMBER]) == {MEMBER: 100}
    assert rebuild(lambda _: None, put_right=False).exact


def test_the_day_is_the_stores() -> None:
    give(fixed("birthday"))
    born(date(1990, 3, 22))
    before_midnight = NOON + timedelta(hours=11, minutes=59)
    assert night(before_midnight) == 0
    assert night(before_midnight + timedelta(minutes=2)) == 1


@pytest.mark.parametrize(("late", "earns"), [(6, 1), (7, 0)])
def test_a_week_of_nights_that_did_not_come_costs_nobody_a_birthday(late: int, earns: int) -> None:
    give(fixed("birthday"))
    born(date(1990, 3, 21))
    night(days(late))
    assert len(earned()) == earns


def test_who_changes_the_birthday_has_one_a_year_all_the_same() -> None:
    give(fixed("birthday"))
    for number in range(3):
        born(date(1990, 3, 21 + number))
        night(days(number))
    assert len(earned()) == 1


def test_who_joined_after_the_day_left_or_never_said_it_has_none() -> None:
    give(fixed("birthday"))
    born(date(1990, 3, 21))
    Member.objects.filter(id=MEMBER).update(joined_on=date(2026, 3, 22))
    make_member(TWIN)
    assert night(days(1)) == 0
    Member.objects.filter(id=MEMBER).update(joined_on=date(2026, 3, 21))
    leaving.leave(MEMBER, NOON)
    assert night(days(1)) == 0


def test_one_who_was_merged_has_the_birthday_of_the_one_they_became() -> None:
    give(fixed("birthday"))
    make_member(TWIN)
    born(date(1990, 3, 21))
    born(date(1990, 3, 21), TWIN)
    merging.merge(TWIN, MEMBER, NOON)
    assert night(NOON) == 1
    assert earned() == [(MEMBER, "birthday", 50)]


def test_without_a_rule_for_it_nobody_is_looked_for() -> None:
    born(date(1990, 3, 21))
    assert night(NOON) == 0


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_who_was_born_on_a_leap_day_has_birthday_every_year(year: int, day: int) -> None:
    give(fixed("birthday"))
    born(date(2000, 2, 29))
    at = NOON.replace(year=year, month=2)
    assert [night(at.replace(day=day) + timedelta(days=by)) for by in (-1, 0, 1)] == [0, 1, 1]
    assert len(earned()) == 1


def test_its_card_is_not_needed_for_a_birthday() -> None:
    give(fixed("birthday"))
    born(date(1990, 3, 21))
    cards.lose(CARD, NOON)
    assert night(NOON) == 1

"""How busy the generated club is: its weeks, its salary days, its feasts; without a database."""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest

from cloud.club.demo.hands import Hands
from cloud.club.demo.history import History, Tray
from cloud.club.demo.people import people
from cloud.club.demo.seasons import busy, nowruz, yalda
from cloud.club.demo.shops import ZONE
from mqtt.vocabulary import ClubKey

FIRST, LAST = date(2025, 11, 22), date(2026, 11, 21)
KEY = ClubKey("1", bytes(16))


@pytest.fixture(scope="module")
def came() -> Counter[date]:
    """How many members came on each day of a year."""
    dice = Random(1)
    regulars = people(dice, 300, FIRST - timedelta(days=400), FIRST, KEY)
    history = History(dice, regulars, KEY, Hands.of(regulars), Tray((), LAST))
    counted = Counter[date]()
    for number in range(365):
        list(history.sent(FIRST + timedelta(days=number)))
        counted.update(one.at.astimezone(ZONE).date() for one in history.came)
    return counted


def mean(came: Counter[date], *days: date) -> float:
    return sum(came[day] for day in days) / len(days)


def since(first: date, number: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(number)]


def test_nowruz_is_the_next_first_of_farvardin() -> None:
    assert nowruz(date(2025, 11, 22)) == date(2026, 3, 21)
    assert nowruz(date(2026, 3, 21)) == date(2026, 3, 21)
    assert nowruz(date(2026, 3, 22)) == date(2027, 3, 21)


def test_yalda_is_near_in_the_last_days_of_azar() -> None:
    assert [day for day in since(FIRST, 365) if yalda(day)] == since(date(2025, 12, 19), 3)


def test_salaries_are_spent_around_the_turn_of_a_jalali_month() -> None:
    # 29 Tir and 15 Mordad 1405, both Mondays
    assert busy(date(2026, 7, 20)) > 1.2 * busy(date(2026, 8, 10))


def test_before_nowruz_everybody_buys_and_in_the_holidays_few(came: Counter[date]) -> None:
    ordinary = mean(came, *since(date(2026, 5, 1), 31))
    assert mean(came, *since(date(2026, 3, 7), 14)) > 1.4 * ordinary
    assert mean(came, *since(date(2026, 3, 21), 4)) < 0.7 * ordinary


def test_yalda_is_a_peak(came: Counter[date]) -> None:
    assert mean(came, *since(date(2025, 12, 19), 3)) > 1.3 * mean(came, *since(date(2026, 1, 1), 14))


def test_the_weekend_is_busier_than_the_week(came: Counter[date]) -> None:
    days = since(date(2026, 5, 1), 140)
    weekend = [day for day in days if day.weekday() in {3, 4}]
    assert mean(came, *weekend) > 1.2 * mean(came, *(day for day in days if day not in weekend))

"""What is a signal and what is noise."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from cloud.voice.alarms.judging import LEAST, Finding, Rules, judge
from cloud.voice.indices import Counts
from tests.cloud.alarms.watched import BADLY, WELL, chart

DAY = date(2026, 11, 23)
LIMITS = Rules(limits=True)


def history(*last: Counts, days: int = 20) -> dict[date, Counts]:
    """Days of which nothing is to be said, and then these."""
    every = [*([WELL] * days), *last]
    return {DAY - timedelta(days=len(every) - 1 - at): counts for at, counts in enumerate(every)}


def found(days: Mapping[date, Counts], rules: Rules, *wanted: date) -> list[Finding]:
    return judge("ces", days, wanted or (DAY,), rules, chart)


def kinds(days: Mapping[date, Counts], rules: Rules) -> list[tuple[str, float]]:
    return [(each.kind, each.limit) for each in found(days, rules)]


def test_a_threshold_is_crossed_by_the_whole_interval() -> None:
    days = {DAY: {4: 20, 5: 20}}  # 4.5, from 4.34 to 4.66
    assert kinds(days, Rules(below=4.7)) == [("below", 4.7)]
    assert kinds(days, Rules(below=4.6)) == []
    assert kinds(days, Rules(above=4.3)) == [("above", 4.3)]
    assert kinds(days, Rules(above=4.4)) == []


@pytest.mark.parametrize(("n", "alarms"), [(29, 0), (30, 1)])
def test_too_few_answers_are_no_alarm(n: int, alarms: int) -> None:
    assert len(found({DAY: {1: n}}, Rules(below=4))) == alarms
    assert len(found(history({1: n}), LIMITS)) == alarms


def test_a_day_below_its_limit_is_a_signal_and_says_which() -> None:
    assert kinds(history(BADLY), LIMITS) == [("lower", 5.0)]
    assert kinds(history({7: 40}), LIMITS) == [("upper", 6.0)]
    assert kinds(history(WELL), LIMITS) == []


def test_limits_are_looked_at_only_where_they_are_wanted() -> None:
    assert found(history(BADLY), Rules()) == []


def test_without_days_enough_there_are_no_limits() -> None:
    assert kinds(history(BADLY, days=LEAST - 1), LIMITS) == [("lower", 5.0)]
    assert kinds(history(BADLY, days=LEAST - 2), LIMITS) == []


def test_a_run_is_told_once_where_it_begins() -> None:
    low = {5: 30, 6: 10}
    assert kinds(history(low, low), LIMITS) == []
    assert kinds(history(low, low, low), LIMITS) == [("run", 5.5)]
    assert kinds(history(low, low, low, low), LIMITS) == []


def test_later_days_do_not_change_what_is_said_of_a_day() -> None:
    days = history(BADLY)
    alone = found(days, LIMITS)
    assert found(days | {DAY + timedelta(days=n): WELL for n in range(1, 9)}, LIMITS) == alone


def test_the_threshold_is_told_where_a_control_limit_is_crossed_too() -> None:
    assert kinds(history(BADLY), Rules(below=4.0, limits=True)) == [("below", 4.0)]


def test_a_day_without_answers_is_nothing() -> None:
    assert found({}, Rules(below=4, limits=True)) == []

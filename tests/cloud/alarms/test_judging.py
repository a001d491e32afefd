"""What is a signal and what is noise."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.voice.alarms import judging
from cloud.voice.alarms.judging import WEEK, Finding, Rules, judge
from cloud.voice.indices import Counts
from tests.cloud.alarms.watched import BADLY, FRIDAY, WELL, chart, week

DAY = date(2026, 11, 23)
LIMITS = Rules(limits=True)
FORTNIGHT = [DAY - timedelta(days=back) for back in range(14)]
FEW = st.sampled_from([{}, {1: 9}, {2: 20, 4: 2}, {4: 5, 5: 5}, {5: 4, 6: 7}, {7: 28}])
"""The answers of a day: fewer than 30."""
WEEKS = st.lists(st.lists(FEW, min_size=7, max_size=7), min_size=1, max_size=9)


def weeks(*each: Counts) -> dict[date, Counts]:
    """Weeks, the last one until the Friday, with their answers on all of their days."""
    found: dict[date, Counts] = {}
    for back, counts in enumerate(reversed(each)):
        found |= week(counts, FRIDAY - timedelta(days=7 * back))
    return found


def laid(given: list[list[dict[int, int]]]) -> dict[date, Counts]:
    """Weeks as they are drawn, the last one until the Friday."""
    days = [counts for each in given for counts in each]
    return {FRIDAY - timedelta(days=len(days) - 1 - at): counts for at, counts in enumerate(days)}


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
    assert kinds(history(BADLY, days=judging.DAY.least - 1), LIMITS) == [("lower", 5.0)]
    assert kinds(history(BADLY, days=judging.DAY.least - 2), LIMITS) == []


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


def test_where_days_have_too_few_answers_their_weeks_are_judged() -> None:
    days = weeks(*([WELL] * 8), BADLY)
    (finding,) = found(days, LIMITS, *FORTNIGHT)
    assert (finding.day, finding.days, finding.kind, finding.limit) == (FRIDAY, 7, "lower", 5.0)
    assert (finding.estimate.n, finding.estimate.value) == (40, 2.5)


def test_a_week_is_judged_by_a_threshold_too() -> None:
    (finding,) = found(weeks(BADLY), Rules(below=4), *FORTNIGHT)
    assert (finding.day, finding.days, finding.kind) == (FRIDAY, 7, "below")


@pytest.mark.parametrize(("n", "alarms"), [(29, 0), (30, 1)])
def test_a_week_with_too_few_answers_is_no_alarm_either(n: int, alarms: int) -> None:
    assert len(found(weeks({1: n}), Rules(below=4), *FORTNIGHT)) == alarms


def test_without_weeks_enough_there_are_no_limits() -> None:
    assert len(found(weeks(*([WELL] * (WEEK.least - 1)), BADLY), LIMITS, FRIDAY)) == 1
    assert found(weeks(*([WELL] * (WEEK.least - 2)), BADLY), LIMITS, FRIDAY) == []


def test_weeks_too_long_on_one_side_are_told_once() -> None:
    low = {5: 30, 6: 10}
    last = (FRIDAY, FRIDAY - timedelta(days=7))
    assert found(weeks(*([WELL] * 6), low, low), LIMITS, *last) == []
    told = found(weeks(*([WELL] * 6), low, low, low, low), LIMITS, *last)
    assert [(each.day, each.days, each.kind) for each in told] == [(last[1], 7, "run")]


def test_the_days_are_judged_again_once_most_of_them_have_answers_enough() -> None:
    first = FRIDAY - timedelta(days=14)
    days = week(WELL, first) | {first + timedelta(days=n): BADLY for n in range(1, 15)}
    assert [each.days for each in found(days, Rules(below=4), FRIDAY - timedelta(days=7))] == [7]
    assert [each.days for each in found(days, Rules(below=4), FRIDAY)] == [1]


@settings(max_examples=20, deadline=None)
@given(WEEKS, st.data())
def test_on_which_of_its_days_a_week_was_answered_changes_nothing(
    given: list[list[dict[int, int]]], data: st.DataObject
) -> None:
    rules = Rules(below=4.5, above=5.5, limits=True)
    shuffled = [data.draw(st.permutations(each)) for each in given]
    assert found(laid(given), rules, *FORTNIGHT) == found(laid(shuffled), rules, *FORTNIGHT)


@settings(max_examples=20, deadline=None)
@given(WEEKS, FEW)
def test_of_small_days_whole_weeks_are_told_and_no_later_day_changes_them(
    given: list[list[dict[int, int]]], later: dict[int, int]
) -> None:
    days, rules = laid(given), Rules(below=4.5, above=4.5, limits=True)
    told = found(days, rules, *FORTNIGHT)
    for each in told:
        own = [days.get(each.day - timedelta(days=back), {}) for back in range(7)]
        assert (each.day.weekday(), each.days) == (FRIDAY.weekday(), 7)
        assert each.estimate.n == sum(sum(counts.values()) for counts in own)
    assert len({each.day for each in told}) == len(told)
    assert found(days | {FRIDAY + timedelta(days=n): later for n in (1, 2)}, rules, *FORTNIGHT) == told

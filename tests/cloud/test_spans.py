"""Months and days stand for a period exactly: each of its days once, and no other."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cloud.voice.spans import Cover, cover, month_in, runs, span_of

DAYS = st.dates(date(1999, 12, 1), date(2101, 2, 1))
PERIODS = st.builds(lambda since, longer: (since, since + timedelta(longer)), DAYS, st.integers(0, 800))


def days_of(told: Cover) -> Counter[date]:
    """How often each day is meant."""
    found: Counter[date] = Counter(told.more)
    for month in told.months:
        day = date.fromisoformat(f"{month}-01")
        while day.isoformat().startswith(month):
            found[day] += 1
            day += timedelta(days=1)
    found.subtract(told.less)
    return +found + Counter(dict.fromkeys((d for d, n in found.items() if n < 0), 99))


@given(PERIODS)
def test_every_day_is_there_once_and_no_other(period: tuple[date, date]) -> None:
    since, until = period
    wanted = {since + timedelta(n) for n in range((until - since).days + 1)}
    assert days_of(cover(since, until)) == Counter(wanted)


@given(PERIODS)
def test_there_is_never_more_to_read_than_half_a_month_at_each_end(period: tuple[date, date]) -> None:
    told = cover(*period)
    assert len(told.more) + len(told.less) <= 2 * 15
    assert len(told.months) <= (period[1] - period[0]).days // 28 + 2


@given(DAYS, st.integers(1, 800))
def test_a_period_that_ends_before_it_begins_has_no_day(since: date, shorter: int) -> None:
    assert days_of(cover(since, since - timedelta(shorter))) == Counter()


def test_a_year_until_today_is_read_by_its_months_alone_but_for_an_end() -> None:
    told = cover(date(2025, 11, 29), date(2026, 11, 28))
    assert (len(told.months), told.months[0], told.months[-1]) == (12, "2025-12", "2026-11")
    assert told.more == (date(2025, 11, 29), date(2025, 11, 30))
    assert told.less == (date(2026, 11, 29), date(2026, 11, 30))


@given(PERIODS, DAYS)
def test_a_month_lies_between_no_two_days(period: tuple[date, date], day: date) -> None:
    since, until = (end.isoformat() for end in period)
    months = [month_in(each) for each in (since, until, day.isoformat())] + [*cover(*period).months]
    assert not any(since <= span_of(month) <= until for month in months)
    assert until.startswith(month_in(until))


def test_what_is_unsure_is_in_no_month() -> None:
    assert month_in("unsure") == ""


@given(st.sets(DAYS, max_size=40), PERIODS)
def test_runs_are_the_same_days_and_never_touch(some: set[date], period: tuple[date, date]) -> None:
    some |= {period[0] + timedelta(n) for n in range(min(40, (period[1] - period[0]).days))}
    found = runs(sorted(some))
    days = [first + timedelta(n) for first, last in found for n in range((last - first).days + 1)]
    assert days == sorted(some)
    ends = [(one[1], two[0]) for one, two in pairwise(found)]
    assert all(last + timedelta(days=1) < first for last, first in ends)

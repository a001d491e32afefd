"""Numbers, times and dates in the language's digits and calendar."""
# ruff: noqa: RUF001 - Persian is meant

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from ui import figures

TEHRAN = timezone(timedelta(hours=3, minutes=30))
NOW = datetime(2025, 11, 3, 14, 5, tzinfo=TEHRAN)


def test_numbers_are_grouped_in_the_languages_digits() -> None:
    assert figures.grouped(1_234_567, "fa") == "۱٬۲۳۴٬۵۶۷"
    assert figures.grouped(1_234_567, "en") == "1,234,567"
    assert figures.grouped(999, "fa") == "۹۹۹"


@given(st.integers(0, 10**15))
def test_a_grouped_number_is_still_that_number(number: int) -> None:
    for language in ("fa", "en"):
        assert int(figures.grouped(number, language).replace("٬", "").replace(",", "")) == number


def test_a_telephone_number_is_parted_as_it_is_said_however_much_of_it_is_typed() -> None:
    told = [figures.telephone("09123456789"[:count], "en") for count in (0, 4, 5, 8, 11)]
    assert [each.replace("\N{NO-BREAK SPACE}", " ") for each in told] == [
        "",
        "0912",
        "0912 3",
        "0912 345 6",
        "0912 345 6789",
    ]
    assert figures.telephone("0912345", "fa") == "۰۹۱۲\N{NO-BREAK SPACE}۳۴۵"
    assert figures.telephone("00989123456789", "en").replace("\N{NO-BREAK SPACE}", "") == "00989123456789"


def test_dates_are_jalali_in_persian_and_gregorian_in_english() -> None:
    assert figures.full_date(date(2025, 3, 21), "fa") == "۱ فروردین ۱۴۰۴"
    assert figures.full_date(date(2025, 3, 20), "fa") == "۳۰ اسفند ۱۴۰۳"  # a leap year
    assert figures.full_date(date(2025, 3, 21), "en") == "21 March 2025"
    assert figures.long_date(date(2025, 11, 3), "fa") == "دوشنبه ۱۲ آبان"
    assert figures.long_date(date(2025, 11, 3), "en") == "Monday 3 November"


def test_the_near_past_is_told_in_days() -> None:
    today = date(2025, 11, 3)
    told = [figures.ago(today - timedelta(days=days), today, "en") for days in (0, 1, 2, 7, 8)]
    assert told == ["today", "yesterday", "2 days ago", "7 days ago", "26 October 2025"]
    assert figures.ago(today - timedelta(days=3), today, "fa") == "۳ روز پیش"


def test_a_day_to_come_is_told_by_its_date() -> None:
    assert figures.ago(date(2025, 11, 4), date(2025, 11, 3), "en") == "4 November 2025"


def test_the_hour_of_figures_is_local() -> None:
    as_of = datetime(2025, 11, 3, 10, 0, tzinfo=UTC)
    assert figures.as_of(as_of, NOW, "en") == "as of 13:30"
    assert figures.as_of(as_of, NOW, "fa") == "تا ساعت ۱۳:۳۰"


def test_older_figures_tell_their_day() -> None:
    assert figures.as_of(NOW - timedelta(days=1), NOW, "en") == "as of 14:05, yesterday"
    assert figures.as_of(NOW - timedelta(days=2), NOW, "fa") == "تا ساعت ۱۴:۰۵، ۲ روز پیش"

"""Store-local hours and days, above all where the offset from UTC is not a whole hour."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from cloud.voice.buckets import day_of, hour_of

TEHRAN, BERLIN = ZoneInfo("Asia/Tehran"), ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_half_past_eight_in_utc_is_noon_in_tehran() -> None:
    assert hour_of(datetime(2026, 3, 21, 8, 30, tzinfo=UTC), TEHRAN) == "2026-03-21T12"


def test_a_minute_before_half_past_belongs_to_the_hour_before() -> None:
    assert hour_of(datetime(2026, 3, 21, 8, 29, 59, 999999, tzinfo=UTC), TEHRAN) == "2026-03-21T11"


def test_a_day_in_tehran_begins_at_half_past_eight_in_the_evening_of_utc() -> None:
    assert day_of(datetime(2026, 3, 20, 20, 30, tzinfo=UTC), TEHRAN) == date(2026, 3, 21)
    assert day_of(datetime(2026, 3, 20, 20, 29, 59, tzinfo=UTC), TEHRAN) == date(2026, 3, 20)


def test_the_same_moment_counts_in_the_hour_of_its_own_store() -> None:
    moment = datetime(2026, 7, 1, 22, 15, tzinfo=UTC)
    assert hour_of(moment, TEHRAN) == "2026-07-02T01"
    assert hour_of(moment, BERLIN) == "2026-07-02T00"


@given(MOMENTS, st.sampled_from([TEHRAN, BERLIN, ZoneInfo("Asia/Kathmandu"), ZoneInfo("UTC")]))
def test_hours_add_up_to_days(moment: datetime, zone: ZoneInfo) -> None:
    assert hour_of(moment, zone)[:10] == day_of(moment, zone).isoformat()


@given(MOMENTS)
def test_an_hour_holds_moments_at_most_two_hours_apart(moment: datetime) -> None:
    # two, not one: where clocks are set back an hour has two rounds
    assert hour_of(moment, BERLIN) != hour_of(moment + timedelta(hours=2), BERLIN)

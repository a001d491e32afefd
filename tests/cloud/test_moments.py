"""Moments as Django's own columns hold them."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.moments import stored

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - with ZONES


@given(MOMENTS)
def test_a_moment_is_written_as_django_writes_it(moment: datetime) -> None:
    assert stored(moment) == str(moment.astimezone(UTC).replace(tzinfo=None))

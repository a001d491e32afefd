"""When somebody is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloud.voice.alarms.quiet import WAITS, QuietHours, again

TEHRAN = ZoneInfo("Asia/Tehran")


def told(hours: QuietHours, hour: int, minute: int = 0) -> str:
    now = datetime(2026, 11, 24, hour, minute, tzinfo=TEHRAN)
    return f"{hours.over(now.astimezone(UTC), TEHRAN).astimezone(TEHRAN):%d %H:%M}"


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [(8, 0, "24 08:00"), (20, 59, "24 20:59"), (21, 0, "25 08:00"), (0, 0, "24 08:00"), (7, 59, "24 08:00")],
)
def test_in_the_night_everybody_is_told_in_the_morning(hour: int, minute: int, expected: str) -> None:
    assert told(QuietHours(), hour, minute) == expected


def test_quiet_hours_can_lie_within_a_day() -> None:
    noon = QuietHours(12, 14)
    assert [told(noon, hour) for hour in (11, 12, 13, 14)] == [
        "24 11:00",
        "24 14:00",
        "24 14:00",
        "24 14:00",
    ]


def test_the_same_hour_twice_is_no_quiet_at_all() -> None:
    assert [told(QuietHours(8, 8), hour) for hour in (7, 8, 9)] == ["24 07:00", "24 08:00", "24 09:00"]


def test_waits_grow_to_a_day_in_all_and_then_it_is_given_up() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert list(WAITS) == sorted(set(WAITS))
    assert timedelta(hours=23) < sum(WAITS, timedelta()) <= timedelta(days=1)
    assert again(now, 1) == now + WAITS[0]
    assert again(now, len(WAITS)) == now + WAITS[-1]
    assert again(now, len(WAITS) + 1) is None

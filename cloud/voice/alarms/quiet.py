"""When somebody is told: at once, or in the morning; and when it is tried again. Pure."""

from datetime import datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import msgspec

NAME: Final = "quiet-hours"
"""Of the document in the club's settings."""
_Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]
WAITS: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 15 * 3600)
)
"""What is waited after each try that failed: a day in all, then it is given up."""


class QuietHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The club's document: from the hour `since` to the hour `until` nobody is sent anything.

    Both are hours in the chain's time zone; the same twice: there are none.
    """

    since: _Hour = 21
    until: _Hour = 8

    def over(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When somebody may be told what is known `now`: now, or at the end of the quiet hours."""
        there = now.astimezone(zone)
        if not self._within(there.hour):
            return now
        morning = datetime.combine(there.date(), time(self.until), zone)
        return (
            morning
            if morning > there
            else datetime.combine(there + timedelta(days=1), time(self.until), zone)
        )

    def _within(self, hour: int) -> bool:
        if self.since <= self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until


def again(now: datetime, attempts: int) -> datetime | None:
    """When to try again after so many tries; None: not any more."""
    return now + WAITS[attempts - 1] if attempts <= len(WAITS) else None

"""The store-local day and hour of a moment: UTC hours never add up to a day in Tehran."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

UNSURE: Final = "unsure"
"""The bucket, and the day, of what has no place in time, since a kiosk's clock could not be trusted."""


def hour_of(moment: datetime, zone: ZoneInfo) -> str:
    """The hour as a bucket's name, `YYYY-MM-DDTHH`."""
    return moment.astimezone(zone).isoformat(timespec="hours")[:13]


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day on the store's calendar."""
    return moment.astimezone(zone).date()


def day_in(bucket: str) -> str:
    """The day of an hour's bucket; what is apart stays apart."""
    return bucket.partition("T")[0]

"""Answers by weekday and hour, which are counted apart by stores and wordings only."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from cloud.desk.experience.asking import View
from cloud.voice.models import AnswerCount
from cloud.voice.rolling import place
from cloud.voice.rollups import HourCount
from cloud.voice.spans import cover, runs

Cells = Mapping[tuple[int, int], Counter[int]]
"""Counts by (`date.weekday`, hour)."""
Found = defaultdict[tuple[int, int], Counter[int]]
_AFTER: Final = "~"
"""Behind every hour of a day, as texts are in order."""


def cells(view: View, question: str) -> Cells:
    """What was answered when; of a view whose wording is pinned."""
    found: Found = defaultdict(Counter)
    which = {"question": question, "wording": view.wording or 0, "store__in": view.stores}
    told = cover(view.since, view.until)
    # what is taken away is read first: answers that come meanwhile are rather there than missing
    for days, by in ((told.less, -1), (told.more, 1)):
        for ends in runs(days):
            _add(found, which, ends, by)
    months = HourCount.objects.filter(month__in=told.months, **which)
    for weekday, hour, value, count in months.values_list("weekday", "hour", "value").annotate(Sum("count")):
        found[weekday, hour][value] += count
    return {at: +counts for at, counts in found.items() if any(counts.values())}


def _add(found: Found, which: Mapping[str, Any], ends: tuple[date, date], by: int) -> None:
    """Add what was answered from one day to another, so many times."""
    buckets = (ends[0].isoformat(), ends[1].isoformat() + _AFTER)
    rows = AnswerCount.objects.filter(bucket__range=buckets, **which)
    # taken apart here, each once: a database that is to group by parts of a text sorts all of its rows
    for bucket, value, count in rows.values_list("bucket", "value").annotate(Sum("count")):
        found[place(bucket)][value] += by * count


def by_hour(found: Cells) -> dict[int, Counter[int]]:
    """The same by hour alone."""
    hours: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for (_weekday, hour), counts in found.items():
        hours[hour].update(counts)
    return dict(sorted(hours.items()))

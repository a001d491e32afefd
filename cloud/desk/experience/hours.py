"""Answers by weekday and hour, from the hourly counts, which tell apart stores and wordings only."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db.models import Sum
from django.db.models.functions import Substr

from cloud.desk.experience.asking import View
from cloud.voice.models import AnswerCount

Cells = Mapping[tuple[int, int], Counter[int]]
"""Counts by (`date.weekday`, hour)."""
_AFTER: Final = "~"
"""Behind every hour of a day, as texts are in order."""


def cells(view: View, question: str) -> Cells:
    """What was answered when; of a view whose wording is pinned."""
    found: defaultdict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    rows = (
        AnswerCount.objects.filter(
            question=question,
            wording=view.wording or 0,
            store__in=view.stores,
            bucket__range=(view.since.isoformat(), view.until.isoformat() + _AFTER),
        )
        .annotate(day=Substr("bucket", 1, 10), hour=Substr("bucket", 12, 2))
        .values_list("day", "hour", "value")
        .annotate(Sum("count"))
    )
    for day, hour, value, count in rows:
        found[date.fromisoformat(day).weekday(), int(hour)][value] += count
    return found


def by_hour(found: Cells) -> dict[int, Counter[int]]:
    """The same by hour alone."""
    hours: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for (_weekday, hour), counts in found.items():
        hours[hour].update(counts)
    return dict(sorted(hours.items()))

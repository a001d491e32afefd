"""Answers by weekday and hour, from the hourly counts, which tell apart stores and wordings only."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from django.db.models import Sum

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
        .values_list("bucket", "value")
        .annotate(Sum("count"))
    )
    # taken apart here, each once: a database that is to group by parts of a text sorts all of its rows
    for bucket, value, count in rows:
        found[_place(bucket)][value] += count
    return found


@lru_cache(maxsize=24 * 366)
def _place(bucket: str) -> tuple[int, int]:
    return date.fromisoformat(bucket[:10]).weekday(), int(bucket[11:])


def by_hour(found: Cells) -> dict[int, Counter[int]]:
    """The same by hour alone."""
    hours: defaultdict[int, Counter[int]] = defaultdict(Counter)
    for (_weekday, hour), counts in found.items():
        hours[hour].update(counts)
    return dict(sorted(hours.items()))

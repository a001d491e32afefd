"""What the live page shows as figures, read from the counts: per store, for all of them, and day by day."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum

from cloud.fleet.models import Store
from cloud.voice import loyalty
from cloud.voice.buckets import UNSURE
from cloud.voice.indices import EFFORT, Estimate, ces, ces_share
from cloud.voice.models import TapCount
from cloud.voice.reading import unsure_of
from cloud.voice.rollups import StoreCount

DAYS: Final = 30
"""Days, today among them, that the index and its trend look back."""
QUESTION: Final = "ces"
_NEXT: Final = "SELECT MIN(c.question) FROM voice_storecount c"
_QUESTIONS: Final = (
    f"WITH RECURSIVE asked(question) AS ({_NEXT} UNION ALL SELECT ({_NEXT} WHERE c.question > asked.question)"  # noqa: S608 - of this code only
    " FROM asked WHERE asked.question IS NOT NULL) SELECT question FROM asked WHERE question IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Voice:
    """Taps and answers of today, and what the answers of the last 30 days say."""

    taps: int
    answers: int
    ces: Estimate
    easy: Estimate


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """One store's part; `today` is the day that it is there."""

    store: Store
    today: date
    voice: Voice


@dataclass(frozen=True, slots=True)
class Day:
    """The stores' answers of one store-local day."""

    day: date
    ces: Estimate


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of some stores. `chain` is made of the stores' counts, never of their averages.

    `unsure` answers have no place in time; `earlier` ones were given to an earlier wording of the
    question, which is not mixed with the newest. Both are left out of the index, and said so.
    """

    stores: tuple[StoreFigures, ...]
    chain: Voice
    days: tuple[Day, ...]
    unsure: int
    earlier: int


class _Cell(NamedTuple):
    """So many answers of one value to the index's question, in a store, on a day, to a wording."""

    store: str
    day: str
    wording: int
    value: int
    times: int

    def counts(self, wording: int) -> bool:
        """Whether these answers belong to the index: asked in that wording, and on its scale."""
        return self.wording == wording and self.value in EFFORT


def read_figures(now: datetime, stores: Collection[Store]) -> Figures:
    """The figures of these stores at `now` (aware)."""
    todays = {store.id: now.astimezone(ZoneInfo(store.time_zone)).date() for store in stores}
    cells = [cell for cell in _cells(todays) if _recent(cell, todays)]
    wording = max((cell.wording for cell in cells), default=0)
    counted = [cell for cell in cells if cell.counts(wording)]
    voices = _voices(todays, counted)
    return Figures(
        tuple(StoreFigures(s, todays[s.id], voices[s.id]) for s in stores),
        _chain(voices.values(), _counts(counted)),
        _days(max(todays.values(), default=now.date()), counted),
        unsure_of(todays, (QUESTION,)).get(QUESTION, 0),
        sum(cell.times for cell in cells if cell.wording != wording),
    )


def _cells(todays: Mapping[str, date]) -> Iterable[_Cell]:
    if not todays:
        return []
    days = _first(min(todays.values())).isoformat(), max(todays.values()).isoformat()
    rows = StoreCount.objects.filter(question=QUESTION, span__range=days, store__in=todays)
    by = rows.values_list("store_id", "span", "wording", "value")
    return map(_Cell._make, by.annotate(Sum("count")))


def _recent(cell: _Cell, todays: Mapping[str, date]) -> bool:
    return _first(todays[cell.store]).isoformat() <= cell.day <= todays[cell.store].isoformat()


def _first(today: date) -> date:
    return today - timedelta(days=DAYS - 1)


def _voices(todays: Mapping[str, date], counted: Iterable[_Cell]) -> dict[str, Voice]:
    taps, answers, of_store = _taps_today(todays), _answers_today(todays), defaultdict(list)
    for cell in counted:
        of_store[cell.store].append(cell)
    counts = {store: _counts(of_store[store]) for store in todays}
    return {
        store: Voice(taps[store], answers[store], ces(counts[store]), ces_share(counts[store]))
        for store in todays
    }


def _answers_today(todays: Mapping[str, date]) -> Mapping[str, int]:
    """To any question; a sum of loyalty is no answer of its own."""
    days = {day.isoformat() for day in todays.values()}
    questions = [question for question in _questions() if question != loyalty.QUESTION]
    rows = StoreCount.objects.filter(question__in=questions, span__in=days, store__in=todays)
    answers = defaultdict(int, dict.fromkeys(todays, 0))
    for store, day, count in rows.values_list("store_id", "span").annotate(Sum("count")):
        answers[store] += count * (day == todays[store].isoformat())
    return answers


def _questions() -> list[str]:
    """Those that were ever answered: a step in the index for each, whatever lies between two of them."""
    with connection.cursor() as cursor:
        cursor.execute(_QUESTIONS)
        return [question for (question,) in cursor.fetchall()]


def _chain(voices: Collection[Voice], counts: Counter[int]) -> Voice:
    taps, answers = sum(voice.taps for voice in voices), sum(voice.answers for voice in voices)
    return Voice(taps, answers, ces(counts), ces_share(counts))


def _counts(cells: Iterable[_Cell]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for cell in cells:
        counts[cell.value] += cell.times
    return counts


def _days(today: date, counted: Iterable[_Cell]) -> tuple[Day, ...]:
    by_day: defaultdict[str, list[_Cell]] = defaultdict(list)
    for cell in counted:
        by_day[cell.day].append(cell)
    days = (_first(today) + timedelta(days=n) for n in range(DAYS))
    return tuple(Day(day, ces(_counts(by_day[day.isoformat()]))) for day in days)


def _taps_today(todays: Mapping[str, date]) -> Mapping[str, int]:
    taps = defaultdict(int, dict.fromkeys(todays, 0))
    rows = (
        TapCount.objects.filter(
            store__in=todays, bucket__gte=min(todays.values(), default=date.max).isoformat()
        )
        .exclude(bucket=UNSURE)
        .values_list("store_id", "bucket", "count")
    )
    for store, bucket, count in rows:
        taps[store] += count * bucket.startswith(todays[store].isoformat())
    return taps

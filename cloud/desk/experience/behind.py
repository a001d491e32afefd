"""The answers behind a figure: those that count in it, and those that were marked, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from cloud.desk.experience.asking import View
from cloud.desk.experience.days import all_days
from cloud.fleet.models import Store
from cloud.voice import loyalty
from cloud.voice.models import Answer, Loyalty
from cloud.voice.reading import kiosks_of

PAGE: Final = 50
_AFTER: Final = "~"
"""Behind every hour of a day, as texts are in order."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows a view to one cell: a weekday (`date.weekday`) and an hour, or a value; None for all."""

    weekday: int | None = None
    hour: int | None = None
    value: int | None = None

    def buckets(self, view: View) -> list[str]:
        """The hours of the view that are meant."""
        hours = range(24) if self.hour is None else (self.hour,)
        days = [d for d in all_days(view.since, view.until) if self.weekday in (None, d.weekday())]
        return [f"{day.isoformat()}T{hour:02}" for day in days for hour in hours]


@dataclass(frozen=True, slots=True)
class Given:
    """One answer; of the loyalty index a visit's sum with its three answers as `values`."""

    store: Store
    kiosk: str
    at: datetime
    value: int
    values: tuple[int, ...]
    member: str
    undone: bool
    flagged: bool
    cursor: str

    @property
    def counts(self) -> bool:
        """Whether it is one of the figure's n."""
        return not (self.undone or self.flagged)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Behind which answer a page goes on."""

    bucket: str
    id: int

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """From an address; None for what is none."""
        bucket, _, number = text.partition(".")
        good = len(bucket) in range(1, 14) and bucket.isascii() and bucket.isprintable()
        return cls(bucket, int(number)) if good and number.isdecimal() and len(number) < 19 else None  # noqa: PLR2004 - digits of an id

    def __str__(self) -> str:
        """As it stands in an address."""
        return f"{self.bucket}.{self.id}"


def answers(
    view: View, question: str, narrowed: Narrowed, scale: range, after: Cursor | None
) -> Iterator[Given]:
    """The newest first, from behind a cursor on; as many as are taken are read.

    Each store's are read in the order of their index and then merged, so a page costs the same however many
    answers there are.
    """
    stores = {store.id: store for store in Store.objects.filter(id__in=view.stores)}
    if question == loyalty.QUESTION:
        return _loyal(view, stores, narrowed, after)
    rows = [_of_store(_wanted(view, question, narrowed, scale), store, after) for store in stores]
    both = merge(*rows, key=lambda row: (row.bucket, row.id), reverse=True)
    return (_given(row, stores[row.store_id]) for row in both)


def _of_store(rows: QuerySet[Answer], store: str, after: Cursor | None) -> Iterator[Answer]:
    """Page by page, so that nothing is read that nobody wants."""
    while True:
        mine = rows.filter(store=store)
        if after is not None:
            mine = mine.filter(bucket__lte=after.bucket).filter(
                Q(bucket__lt=after.bucket) | Q(id__lt=after.id)
            )
        page = list(mine.order_by("-bucket", "-id")[: PAGE + 1])
        yield from page[:PAGE]
        if len(page) <= PAGE:
            return
        after = Cursor(page[PAGE - 1].bucket, page[PAGE - 1].id)


def _wanted(view: View, question: str, narrowed: Narrowed, scale: range) -> QuerySet[Answer]:
    rows = Answer.objects.filter(question=question, wording=view.wording or 0)
    rows = rows.filter(value__range=(scale[0], scale[-1]))
    if narrowed.value is not None:
        rows = rows.filter(value=narrowed.value)
    if view.segment:
        rows = rows.filter(segment=view.segment)
    kiosks = kiosks_of(view.asked(""))
    if kiosks is not None:
        rows = rows.filter(kiosk__in=kiosks)
    if narrowed.weekday is not None or narrowed.hour is not None:
        return rows.filter(bucket__in=narrowed.buckets(view))
    return rows.filter(bucket__range=(view.since.isoformat(), view.until.isoformat() + _AFTER))


def _given(row: Answer, store: Store) -> Given:
    at = row.occurred_at.astimezone(ZoneInfo(store.time_zone))
    return Given(
        *(store, row.kiosk, at, row.value, (), row.member, row.undone, row.flagged),
        str(Cursor(row.bucket, row.id)),
    )


def _loyal(
    view: View, stores: Mapping[str, Store], narrowed: Narrowed, after: Cursor | None
) -> Iterator[Given]:
    """A visit's sum stands for its three answers, which all count."""
    rows = Loyalty.objects.filter(store__in=stores, wording=view.wording or 0)
    rows = rows.filter(day__range=(view.since.isoformat(), view.until.isoformat()))
    if view.segment:
        rows = rows.filter(segment=view.segment)
    if narrowed.value is not None:
        rows = rows.filter(value=narrowed.value)
    kiosks = kiosks_of(view.asked(""))
    if kiosks is not None:
        rows = rows.filter(kiosk__in=kiosks)
    while True:
        mine = rows if after is None else rows.filter(id__lt=after.id)
        page = list(mine.order_by("-id")[: PAGE + 1])
        yield from _summed(page[:PAGE], stores)
        if len(page) <= PAGE:
            return
        after = Cursor(page[PAGE - 1].day, page[PAGE - 1].id)


def _summed(page: list[Loyalty], stores: Mapping[str, Store]) -> Iterator[Given]:
    parts = Answer.objects.filter(visit__in=[row.visit for row in page], question__in=loyalty.ASKED)
    given = {
        (answer.visit, answer.store_id, answer.question): answer
        for answer in parts.filter(undone=False, flagged=False).order_by("attempt")
    }
    for row in page:
        mine = [a for q in loyalty.ASKED if (a := given.get((row.visit, row.store_id, q))) is not None]
        store = stores[row.store_id]
        at = mine[0].occurred_at.astimezone(ZoneInfo(store.time_zone)) if mine else _noon(row.day, store)
        yield Given(
            *(store, row.kiosk, at, row.value, tuple(answer.value for answer in mine)),
            *(mine[0].member if mine else "", False, False, str(Cursor(row.day, row.id))),
        )


def _noon(day: str, store: Store) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(store.time_zone))


def page_of(found: Iterator[Given]) -> tuple[list[Given], str]:
    """One page, and the cursor behind which the next one is; empty at the end."""
    page = list(islice(found, PAGE + 1))
    return page[:PAGE], page[PAGE - 1].cursor if len(page) > PAGE else ""

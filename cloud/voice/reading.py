"""Counts as they are asked for: of one question and wording, over days and stores, apart by one side.

What a query costs depends on days, kiosks and values, never on how many answers were given.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeVar

from django.db.models import Max, QuerySet, Sum

from cloud.fleet.models import Kiosk
from cloud.voice.models import UNSURE, DayCount, ShownCount

Rows = TypeVar("Rows", DayCount, ShownCount)
Side = Literal["", "store", "kiosk", "touchpoint", "unit", "segment", "wording", "day"]
"""By what counts are told apart; the empty one by nothing."""
_COLUMN: Final[dict[Side, str]] = {
    "": "question",
    "store": "store_id",
    "kiosk": "kiosk",
    "touchpoint": "kiosk",
    "unit": "kiosk",
    "segment": "segment",
    "wording": "wording",
    "day": "day",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `since` and `until` are store-local days, both within.

    `stores` are those that may be seen and are wanted; an empty text stands for all there are, and without a
    `wording` the newest one in that time counts, since two are never mixed.
    """

    question: str
    since: date
    until: date
    stores: Collection[str]
    wording: int | None = None
    kiosk: str = ""
    touchpoint: str = ""
    unit: str = ""
    segment: str = ""


@dataclass(slots=True)
class Told:
    """Answers that count by value, those marked as mashing, and how often the question was on a screen."""

    counts: Counter[int] = field(default_factory=Counter)
    flagged: int = 0
    shown: int = 0

    @property
    def n(self) -> int:
        """How many answers count."""
        return self.counts.total()


def newest_wording(asked: Asked) -> int | None:
    """The wording that was asked last in that time; None where nothing was."""
    return newest_wordings(asked, (asked.question,)).get(asked.question)


def newest_wordings(asked: Asked, questions: Collection[str]) -> dict[str, int]:
    """The same of each of these questions in place of the one asked for; where nothing was, nothing."""
    rows = _in_time(DayCount.objects.all(), asked, questions)
    return dict(rows.values_list("question").annotate(Max("wording")))


def tell_wordings(asked: Asked, questions: Collection[str]) -> dict[str, dict[int, Told]]:
    """What there is of each of these questions, in place of the one asked for, by its wordings."""
    told: defaultdict[str, defaultdict[int, Told]] = defaultdict(lambda: defaultdict(Told))
    _gather(asked, questions, ("question", "wording"), {}, lambda question, wording: told[question][wording])
    return {question: dict(of) for question, of in told.items()}


def tell(asked: Asked, side: Side = "") -> dict[str, Told]:
    """What there is on each side, by its name; where there is nothing, nothing."""
    keep = {} if side == "wording" else {"wording": _pinned(asked)}
    told, name = defaultdict[str, Told](Told), _names(side)
    _gather(asked, (asked.question,), (_COLUMN[side],), keep, lambda at: told[name(at)])
    return dict(told)


def _gather(
    asked: Asked,
    questions: Collection[str],
    columns: Collection[str],
    keep: Mapping[str, int | None],
    place: Callable[..., Told],
) -> None:
    """Add what there is, apart by `columns`, to what `place` gives for their values, of what `keep` says."""
    kiosks = kiosks_of(asked)
    counted = _wanted(DayCount.objects.filter(**keep), asked, questions, kiosks)
    for *at, value, count, flagged in counted.values_list(*columns, "value").annotate(
        Sum("count"), Sum("flagged")
    ):
        told = place(*at)
        told.counts[value] += count
        told.flagged += flagged
    shown = _wanted(ShownCount.objects.filter(**keep), asked, questions, kiosks)
    for *at, count in shown.values_list(*columns).annotate(Sum("count")):
        place(*at).shown += count


def unsure(asked: Asked) -> int:
    """Answers that count nowhere in time, since the kiosk's clock could not be trusted."""
    return unsure_of(asked.stores, (asked.question,)).get(asked.question, 0)


def unsure_of(stores: Collection[str], questions: Collection[str]) -> dict[str, int]:
    """The same of each of these questions in these stores; where nothing was, nothing."""
    rows = DayCount.objects.filter(question__in=questions, day=UNSURE, store__in=stores)
    return dict(rows.values_list("question").annotate(Sum("count")))


def kiosks_of(asked: Asked) -> list[str] | None:
    """Those at which the answers asked for were given; None where they do not matter."""
    if not (asked.kiosk or asked.touchpoint or asked.unit):
        return None
    named = {"id": asked.kiosk, "touchpoint": asked.touchpoint, "touchpoint__unit": asked.unit}
    found = Kiosk.objects.filter(**{what: name for what, name in named.items() if name})
    return list(found.values_list("id", flat=True))


def _pinned(asked: Asked) -> int | None:
    return newest_wording(asked) if asked.wording is None else asked.wording


def _in_time(rows: QuerySet[Rows], asked: Asked, questions: Collection[str]) -> QuerySet[Rows]:
    days = (asked.since.isoformat(), asked.until.isoformat())
    return rows.filter(question__in=questions, day__range=days, store__in=asked.stores)


def _wanted(
    rows: QuerySet[Rows], asked: Asked, questions: Collection[str], kiosks: Collection[str] | None
) -> QuerySet[Rows]:
    found = _in_time(rows, asked, questions)
    if asked.segment:
        found = found.filter(segment=asked.segment)
    return found if kiosks is None else found.filter(kiosk__in=kiosks)


def _names(side: Side) -> Callable[[object], str]:
    if side not in ("touchpoint", "unit"):
        return lambda at: "" if side == "" else str(at)
    of = "touchpoint" if side == "touchpoint" else "touchpoint__unit"
    known = dict(Kiosk.objects.values_list("id", of))
    return lambda kiosk: known.get(str(kiosk)) or ""

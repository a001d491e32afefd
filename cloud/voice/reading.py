"""Counts as they are asked for: of one question and wording, over days and stores, apart by one side.

What a query costs depends on months, kiosks and values, never on how many answers were given.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from django.db.models import Sum

from cloud.fleet.models import Kiosk
from cloud.voice.buckets import UNSURE
from cloud.voice.rollups import StoreCount
from cloud.voice.sources import COUNTED, SHOWN, Side, Tables, Wanted, read

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
    found: dict[str, int] = {}
    for question, wording in _cells(_of_stores(asked, questions), "wording", ("question", "wording")):
        found[question] = max(wording, found.get(question, wording))
    return found


def tell_wordings(asked: Asked, questions: Collection[str]) -> dict[str, dict[int, Told]]:
    """What there is of each of these questions, in place of the one asked for, by its wordings."""
    told: defaultdict[str, defaultdict[int, Told]] = defaultdict(lambda: defaultdict(Told))
    wanted = _wanted(asked, questions)
    _gather(wanted, "wording", ("question", "wording"), lambda question, wording: told[question][wording])
    return {question: dict(of) for question, of in told.items()}


def tell(asked: Asked, side: Side = "") -> dict[str, Told]:
    """What there is on each side, by its name; where there is nothing, nothing."""
    keep = {} if side == "wording" else {"wording": _pinned(asked)}
    told, name = defaultdict[str, Told](Told), _names(side)
    wanted = _wanted(asked, (asked.question,), **keep)
    _gather(wanted, side, (_COLUMN[side],), lambda at: told[name(at)])
    return dict(told)


def _gather(wanted: Wanted, side: Side, columns: Sequence[str], place: Callable[..., Told]) -> None:
    """Add what there is, apart by `columns`, to what `place` gives for their values."""
    for (*at, value), (count, flagged) in _cells(wanted, side, (*columns, "value")).items():
        told = place(*at)
        told.counts[value] += count
        told.flagged += flagged
    for where, (count,) in _cells(wanted, side, columns, SHOWN).items():
        place(*where).shown += count


def _cells(
    wanted: Wanted, side: Side, columns: Sequence[str], tables: Tables = COUNTED
) -> dict[tuple[Any, ...], list[int]]:
    """What is counted at each place; where there is nothing, nothing."""
    found: dict[tuple[Any, ...], list[int]] = {}
    for row in read(tables, wanted, side, columns):
        at, numbers = row[: len(columns)], row[len(columns) :]
        was = found.setdefault(at, [0] * len(numbers))
        found[at] = [one + more for one, more in zip(was, numbers, strict=True)]
    return {at: numbers for at, numbers in found.items() if any(numbers)}


def unsure(asked: Asked) -> int:
    """Answers that count nowhere in time, since the kiosk's clock could not be trusted."""
    return unsure_of(asked.stores, (asked.question,)).get(asked.question, 0)


def unsure_of(stores: Collection[str], questions: Collection[str]) -> dict[str, int]:
    """The same of each of these questions in these stores; where nothing was, nothing."""
    rows = StoreCount.objects.filter(question__in=questions, span=UNSURE, store__in=stores)
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


def _of_stores(asked: Asked, questions: Collection[str], **keep: int | None) -> Wanted:
    """What is asked for, but of all kiosks and kinds of member."""
    which = {"question__in": questions, "store__in": asked.stores, **keep}
    return Wanted(asked.since, asked.until, which)


def _wanted(asked: Asked, questions: Collection[str], **keep: int | None) -> Wanted:
    kiosks = kiosks_of(asked)
    parts: dict[str, object] = {"segment": asked.segment} if asked.segment else {}
    if kiosks is not None:
        parts["kiosk__in"] = kiosks
    return replace(_of_stores(asked, questions, **keep), parts=parts)


def _names(side: Side) -> Callable[[object], str]:
    if side not in ("touchpoint", "unit"):
        return lambda at: "" if side == "" else str(at)
    of = "touchpoint" if side == "touchpoint" else "touchpoint__unit"
    known = dict(Kiosk.objects.values_list("id", of))
    return lambda kiosk: known.get(str(kiosk)) or ""

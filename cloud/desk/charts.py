"""Where the marks of the charts lie: an interval on its scale, and an index day by day; pure geometry.

Units are those of an SVG viewBox. A scale runs in reading direction, so in Persian from right to left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from cloud.voice.indices import EFFORT, Estimate

BAR_WIDTH, BAR_MARGIN = 220, 8
START, END, TOP, BOTTOM = 28, 24, 34, 30
"""Room that a trend leaves round its marks."""
LONE_DAY: Final = 4
"""Half the width of a band that has no day beside it."""
LABEL_EVERY: Final = 7
"""Days between two labels under the trend, counted back from today."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a trend is drawn."""

    width: int
    height: int


SIZES: Final = {"wide": Size(720, 260), "narrow": Size(340, 240)}


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on a scale."""

    at: float
    score: int


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """A point at `at` and a bar from `x` on, `width` wide; None for what cannot be drawn."""

    ticks: tuple[Tick, ...]
    at: float | None
    x: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of the trend: its point and its interval's ends; `labelled` has its date under it.

    `near` is where the strip begins that belongs to the day.
    """

    x: float
    near: float
    y: float | None
    low: float | None
    high: float | None
    grey: bool
    labelled: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Marks of all days, and for each unbroken run of days a line and a band as SVG point lists.

    `first` and `last` are the ends of the axis in reading direction, `floor` is where it lies, scores
    stand at `scores_at`; a strip `strip` wide round each mark answers to the pointer.
    """

    size: Size
    first: float
    last: float
    scores_at: float
    strip: float
    floor: float
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    lines: tuple[str, ...]
    bands: tuple[str, ...]


def interval_bar(estimate: Estimate, *, mirrored: bool) -> IntervalBar:
    """An estimate on the axis of CES, worst first in reading direction."""
    ticks = tuple(Tick(_across(score, mirrored=mirrored), score) for score in _scores())
    at = None if estimate.value is None else _across(estimate.value, mirrored=mirrored)
    if estimate.low is None or estimate.high is None:
        return IntervalBar(ticks, at, None, None)
    one, other = (_across(end, mirrored=mirrored) for end in (estimate.low, estimate.high))
    return IntervalBar(ticks, at, min(one, other), round(abs(one - other), 1))


def trend(days: Sequence[Estimate], size: Size, *, mirrored: bool) -> Trend:
    """An index day by day, oldest first in reading direction, on the whole height of its scale."""

    def along(place: float) -> float:
        x = START + place * (size.width - START - END)
        return round(size.width - x if mirrored else x, 1)

    places = [along(place / max(1, len(days) - 1)) for place in range(len(days))]
    reach = round((size.width - START - END) / max(1, len(days) - 1) / 2, 1)
    marks = tuple(
        _mark(x, round(x - reach, 1), days[place], size, labelled=(len(days) - 1 - place) % LABEL_EVERY == 0)
        for place, x in enumerate(places)
    )
    return Trend(
        size,
        along(0),
        along(1),
        along(0) + (8 if mirrored else -8),
        2 * reach,
        _up(EFFORT[0], size),
        tuple(Tick(_up(score, size), score) for score in _scores()),
        marks,
        tuple(_line(run) for run in _runs([(m.x, m.y) for m in marks])),
        tuple(_band(run) for run in _runs([(m.x, m.high, m.low) for m in marks])),
    )


def _scores() -> Iterable[int]:
    return EFFORT


def _across(score: float, *, mirrored: bool) -> float:
    share = (score - EFFORT[0]) / (EFFORT[-1] - EFFORT[0])
    return round(BAR_MARGIN + (1 - share if mirrored else share) * (BAR_WIDTH - 2 * BAR_MARGIN), 1)


def _up(score: float, size: Size) -> float:
    share = (score - EFFORT[0]) / (EFFORT[-1] - EFFORT[0])
    return round(TOP + (1 - share) * (size.height - TOP - BOTTOM), 1)


def _mark(x: float, near: float, estimate: Estimate, size: Size, *, labelled: bool) -> Mark:
    y, low, high = (
        None if end is None else _up(end, size) for end in (estimate.value, estimate.low, estimate.high)
    )
    return Mark(x, near, y, low, high, estimate.grey, labelled)


def _runs(places: Sequence[tuple[float, *tuple[float | None, ...]]]) -> list[list[tuple[float, ...]]]:
    runs = groupby(places, key=lambda place: None in place)
    return [[tuple(n for n in place if n is not None) for place in run] for broken, run in runs if not broken]


def _line(run: Sequence[tuple[float, ...]]) -> str:
    return " ".join(f"{x},{y}" for x, y in run)


def _band(run: Sequence[tuple[float, ...]]) -> str:
    if len(run) == 1:
        ((x, high, low),) = run
        run = [(x - LONE_DAY, high, low), (x + LONE_DAY, high, low)]
    there = [f"{x},{high}" for x, high, _ in run]
    back = [f"{x},{low}" for x, _, low in reversed(run)]
    return " ".join(there + back)

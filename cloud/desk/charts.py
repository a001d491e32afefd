"""Where the marks of the charts lie: an interval on its scale, and an index time by time; pure geometry.

Units are those of an SVG viewBox. A scale runs in reading direction, so in Persian from right to left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor
from typing import Final

from cloud.voice.indices import EFFORT, Estimate

BAR_WIDTH, BAR_MARGIN = 220, 8
START, END, TOP, BOTTOM = 28, 24, 34, 30
"""Room that a trend leaves round its marks."""
LONE_DAY: Final = 4
"""Half the width of a band that has no day beside it."""
LABEL_EVERY: Final = 7
"""Days between two labels under the trend, counted back from today."""
_STEPS: Final = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
_MOST_STEPS, _FINEST = 4, 60
"""Steps of an axis, at most two more at its ends; and so many would be on the whole scale at least."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale as it is drawn: its two ends, and the scores that are written at it."""

    first: float
    last: float
    ticks: tuple[float, ...]


CES_AXIS: Final = Axis(EFFORT[0], EFFORT[-1], tuple(EFFORT))


@dataclass(frozen=True, slots=True)
class Size:
    """How large a trend is drawn."""

    width: int
    height: int


SIZES: Final = {"wide": Size(720, 260), "narrow": Size(340, 240), "broad": Size(1080, 260)}


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on a scale."""

    at: float
    score: float


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """A point at `at` and a bar from `x` on, `width` wide; None for what cannot be drawn."""

    ticks: tuple[Tick, ...]
    at: float | None
    x: float | None
    width: float | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Between which values a point lies by chance alone, and whether it, or its run, is beyond that."""

    lower: float
    upper: float
    signal: bool


@dataclass(frozen=True, slots=True)
class Style:
    """On which axis, between which limits, round which value, and a date under every how manieth mark."""

    axis: Axis = CES_AXIS
    limits: Sequence[Limits | None] = ()
    centre: float | None = None
    every: int = LABEL_EVERY


@dataclass(frozen=True, slots=True)
class Mark:
    """One time of the trend: its point and its interval's ends; `labelled` has its date under it.

    `near` is where the strip begins that belongs to it.
    """

    x: float
    near: float
    y: float | None
    low: float | None
    high: float | None
    grey: bool
    labelled: bool
    signal: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Marks of all times, and for each unbroken run of them a line, a band and limits as SVG point lists.

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
    limits: tuple[str, ...]
    centre: float | None


def axis_round(values: Iterable[float], least: float, most: float) -> Axis:
    """A part of the scale from `least` to `most` that holds all values, with round scores at it."""
    there = [min(max(value, least), most) for value in values] or [least, most]
    span, finest = max(there) - min(there), (most - least) / _FINEST
    step = next((each for each in _STEPS if each >= finest and span <= _MOST_STEPS * each), _STEPS[-1])
    last = max(ceil(max(there) / step), ceil(least / step) + 1)
    first = min(floor(min(there) / step), last - 1)
    ticks = tuple(round(place * step, 2) for place in range(first, last + 1))
    within = tuple(tick for tick in ticks if least <= tick <= most)
    return Axis(max(ticks[0], least), min(ticks[-1], most), within)


def interval_bar(estimate: Estimate, *, mirrored: bool, axis: Axis = CES_AXIS) -> IntervalBar:
    """An estimate on an axis, worst first in reading direction."""
    ticks = tuple(Tick(_across(score, axis, mirrored=mirrored), score) for score in axis.ticks)
    at = None if estimate.value is None else _across(estimate.value, axis, mirrored=mirrored)
    if estimate.low is None or estimate.high is None:
        return IntervalBar(ticks, at, None, None)
    one, other = (_across(end, axis, mirrored=mirrored) for end in (estimate.low, estimate.high))
    return IntervalBar(ticks, at, min(one, other), round(abs(one - other), 1))


def trend(days: Sequence[Estimate], size: Size, *, mirrored: bool, style: Style = Style()) -> Trend:
    """An index time by time, oldest first in reading direction, on the whole height of its axis."""

    def along(place: float) -> float:
        x = START + place * (size.width - START - END)
        return round(size.width - x if mirrored else x, 1)

    bounds = style.limits or [None] * len(days)
    places = [along(place / max(1, len(days) - 1)) for place in range(len(days))]
    reach = round((size.width - START - END) / max(1, len(days) - 1) / 2, 1)
    frame = _Frame(size, style.axis)
    marks = tuple(
        frame.mark(
            x,
            round(x - reach, 1),
            days[place],
            labelled=(len(days) - 1 - place) % style.every == 0,
            signal=(bound := bounds[place]) is not None and bound.signal,
        )
        for place, x in enumerate(places)
    )
    return Trend(
        size,
        along(0),
        along(1),
        along(0) + (8 if mirrored else -8),
        2 * reach,
        frame.up(style.axis.first),
        tuple(Tick(frame.up(score), score) for score in style.axis.ticks),
        marks,
        tuple(_line(run) for run in _runs([(m.x, m.y) for m in marks])),
        tuple(_band(run) for run in _runs([(m.x, m.high, m.low) for m in marks])),
        tuple(
            _line(run)
            for end in ("lower", "upper")
            for run in _runs([(x, frame.end(bound, end)) for x, bound in zip(places, bounds, strict=True)])
        ),
        None if style.centre is None else frame.up(style.centre),
    )


def _across(score: float, axis: Axis, *, mirrored: bool) -> float:
    share = (score - axis.first) / (axis.last - axis.first)
    return round(BAR_MARGIN + (1 - share if mirrored else share) * (BAR_WIDTH - 2 * BAR_MARGIN), 1)


@dataclass(frozen=True, slots=True)
class _Frame:
    """How high a score lies in a trend; what is off the axis lies at its end."""

    size: Size
    axis: Axis

    def up(self, score: float) -> float:
        within = min(max(score, self.axis.first), self.axis.last)
        share = (within - self.axis.first) / (self.axis.last - self.axis.first)
        return round(TOP + (1 - share) * (self.size.height - TOP - BOTTOM), 1)

    def end(self, bound: Limits | None, which: str) -> float | None:
        return None if bound is None else self.up(getattr(bound, which))

    def mark(self, x: float, near: float, estimate: Estimate, *, labelled: bool, signal: bool) -> Mark:
        y, low, high = (
            None if end is None else self.up(end) for end in (estimate.value, estimate.low, estimate.high)
        )
        return Mark(x, near, y, low, high, estimate.grey, labelled, signal)


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

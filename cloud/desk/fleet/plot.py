"""Where the marks of a chart of health lie; pure geometry in units of an SVG viewBox.

Time runs in reading direction, so in Persian from right to left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

WIDTH, HEIGHT = 520, 150
START, END, TOP, BOTTOM = 52, 26, 12, 30
"""Room round the marks: at the start for what is written at the axis."""
_NICE: Final = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """A written place: `at` along or up, and what is there."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Lines through unbroken runs of values (points of an SVG polyline), lone ones as dots, and the axes.

    `first` and `last` are the ends of the axis in reading direction, `written` where the values stand.
    """

    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    ticks: tuple[Tick, ...]
    times: tuple[Tick, ...]
    first: float
    last: float
    written: float


def plot(values: Sequence[float | None], low: float, high: float, *, mirrored: bool, times: int = 4) -> Plot:
    """Values at even distances, oldest first, between `low` and at least `high`, both with a tick."""
    top = max([high, *(value for value in values if value is not None)])
    least = min([low, *(value for value in values if value is not None)])
    top = least + _nice(top - least)

    def along(place: float) -> float:
        x = START + place * (WIDTH - START - END)
        return round(WIDTH - x if mirrored else x, 1)

    def up(value: float) -> float:
        return round(TOP + (1 - (value - least) / (top - least)) * (HEIGHT - TOP - BOTTOM), 1)

    last = max(1, len(values) - 1)
    places = [(along(n / last), None if value is None else up(value)) for n, value in enumerate(values)]
    runs = [list(run) for there, run in groupby(places, key=lambda place: place[1] is not None) if there]
    marks = [round(n * (len(values) - 1) / (times - 1)) for n in range(times)] if values else []
    return Plot(
        lines=tuple(" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1),
        dots=tuple((run[0][0], run[0][1] or 0.0) for run in runs if len(run) == 1),
        ticks=tuple(Tick(up(value), value) for value in (least, (least + top) / 2, top)),
        times=tuple(Tick(along(n / last), n) for n in marks),
        first=along(0),
        last=along(1),
        written=along(0) + (6 if mirrored else -6),
    )


def _nice(span: float) -> float:
    """The next span that is easy to read: 1, 2, 2.5 or 5 times a power of ten."""
    power = 1.0
    while power * 10 <= span:
        power *= 10
    while power > span > 0:
        power /= 10
    return next(power * each for each in _NICE if power * each >= span)

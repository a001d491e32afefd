"""An index time by time with its control limits, and how it is drawn."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cloud.desk import charts
from cloud.desk.experience.asking import View
from cloud.desk.experience.days import all_days, week_of
from cloud.desk.experience.kinds import Index
from cloud.desk.experience.overview import Figure
from cloud.desk.language import active
from cloud.voice import control
from cloud.voice.reading import Told

_LABELS: Final = {"broad": 10, "narrow": 4}
"""Dates that stand under a trend of that size, at most."""


@dataclass(frozen=True, slots=True)
class Point:
    """The days from `first` to `last`; no limits where there is nothing to compare with."""

    first: date
    last: date
    figure: Figure
    limits: charts.Limits | None
    signal: control.Signal


@dataclass(frozen=True, slots=True)
class Series:
    """Points, the oldest first, and the index round which they lie by chance; None for none."""

    index: Index
    points: tuple[Point, ...]
    centre: float | None

    @property
    def signals(self) -> int:
        """How many points are marked."""
        return sum(bool(point.signal) for point in self.points)

    def drawn(self, size: str) -> charts.Trend:
        """Where its marks lie on a `broad` or a `narrow` screen."""
        return charts.trend(
            [point.figure.estimate for point in self.points],
            charts.SIZES[size],
            mirrored=active() == "fa",
            style=charts.Style(
                self._axis(),
                [point.limits for point in self.points],
                self.centre,
                -(-len(self.points) // _LABELS[size]),
            ),
        )

    def _axis(self) -> charts.Axis:
        """A stretch of the scale that holds every point and limit; intervals may run off it."""
        values = [e.value for point in self.points if (e := point.figure.estimate).value is not None]
        values += [end for p in self.points if p.limits for end in (p.limits.lower, p.limits.upper)]
        return charts.axis_round(values, self.index.axis.first, self.index.axis.last)


def series(index: Index, view: View, by_day: Mapping[str, Told]) -> Series:
    """The view's days or weeks with what was answered on them."""
    counts = {first: Counter[int]() for first in map(_start(view), all_days(view.since, view.until))}
    for day in all_days(view.since, view.until):
        if told := by_day.get(day.isoformat()):
            counts[_start(view)(day)].update(index.on(told.counts))
    found = control.chart(index.control, list(counts.values()))
    ends = [*[*counts][1:], view.until + timedelta(days=1)]
    points = tuple(
        Point(first, end - timedelta(days=1), Figure(index, each.estimate), _limits(each), each.signal)
        for first, end, each in zip(counts, ends, found.points, strict=True)
    )
    return Series(index, points, found.centre)


def _start(view: View) -> Callable[[date], date]:
    """To which point a day belongs: to itself, or to its week, which begins no sooner than the view."""
    if view.grain == "day":
        return lambda day: day
    return lambda day: max(week_of(day, active()), view.since)


def _limits(point: control.Point) -> charts.Limits | None:
    if point.lower is None or point.upper is None:
        return None
    return charts.Limits(point.lower, point.upper, bool(point.signal))

"""The heat map: an index by weekday and hour, each cell with its words, its shade and its answers."""

from dataclasses import dataclass
from typing import Final

from cloud.desk.experience.days import weekdays
from cloud.desk.experience.hours import Cells
from cloud.desk.experience.kinds import Index
from cloud.desk.experience.overview import Figure
from cloud.desk.language import active

SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A weekday's hour; `shade` from 1, the worst, to `SHADES`, or 0 where there are too few answers."""

    weekday: int
    hour: int
    figure: Figure
    shade: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Hours as rows and weekdays as columns; `ends` are the worst and the best figure that is shaded."""

    weekdays: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    ends: tuple[float, float] | None


def heat(index: Index, found: Cells) -> Heat:
    """Draw them; hours outside the first and the last that has answers are left out."""
    figures = {at: Figure(index, index.estimate(counts)) for at, counts in found.items()}
    sure = [f.estimate.value for f in figures.values() if not f.grey and f.estimate.value is not None]
    ends = (min(sure), max(sure)) if sure else None
    days = weekdays(active())
    hours = [hour for (_day, hour), figure in figures.items() if figure.estimate.n]
    span = range(min(hours), max(hours) + 1) if hours else range(0)
    nothing = Figure(index, index.estimate({}))
    rows = tuple(
        (hour, tuple(_cell(day, hour, figures.get((day, hour), nothing), ends) for day in days))
        for hour in span
    )
    return Heat(days, rows, ends)


def _cell(weekday: int, hour: int, figure: Figure, ends: tuple[float, float] | None) -> Cell:
    value = figure.estimate.value
    if figure.grey or value is None or ends is None:
        return Cell(weekday, hour, figure, 0)
    part = (value - ends[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else 1.0
    return Cell(weekday, hour, figure, min(SHADES, 1 + int(part * SHADES)))

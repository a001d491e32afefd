"""Control limits for an index over time, and the points that are a signal and no noise. Pure.

A series is looked at as a whole; each of its points has the answers of one day, or week.

| what | limits | source |
|---|---|---|
| a share | p +- 3 sqrt(p (1 - p) / n_i) | Montgomery, Introduction to Statistical Quality Control, p chart |
| NPS | the same with p + d - (p - d)^2 for p (1 - p) | the variance of 1, 0 and -1 |
| a mean | mean +- 3 s / sqrt(n_i), s pooled within the points | Montgomery, X-bar and s chart |
| any of them, where n is large | the same times sigma_z | Laney, Quality Engineering 14 (2002) 531-537 |
| outside; 8 in a row on one side | | Western Electric, Statistical Quality Control Handbook (1956) |

Where many answer, days differ by more than chance alone and nearly every one would lie outside; sigma_z, the
mean moving range of the standardised points over 1.128, widens the limits by what days always differ.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean
from typing import Final, Literal, NamedTuple

from cloud.voice.indices import (
    ASKED_OF_LOYALTY,
    EFFORT,
    PERCENT,
    Counts,
    Estimate,
    ces,
    ces_share,
    cli,
    csat,
    nps,
    nps_variance,
)

Index = Literal["ces", "ces_share", "csat", "nps", "cli"]
Signal = Literal["", "outside", "run"]
LARGE: Final = 1000
"""Answers a point, on average, from which on days are expected to differ by more than chance."""
RUN: Final = 8
"""So many points in a row on one side of the centre are a signal, and each further one."""
_SIGMAS: Final = 3
_MOVING_RANGE: Final = 1.128
"""d2 of two: by how much the mean moving range of independent points exceeds their sigma."""
_STEP_OF_LOYALTY: Final = 20
"""By so much one step of one answer moves its part of the loyalty index."""
_ROUNDING: Final = 1e-9


class _Kind(NamedTuple):
    """An index, the ends of its scale, and the variance of one answer in a series, in its own units."""

    of: Callable[[Counts], Estimate]
    worst: float
    best: float
    variance: Callable[[Sequence[Counts], float], float | None]


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a series: its figure, and the limits between which chance alone would leave it.

    None where there are no limits: without answers, and where a series says nothing of how answers spread.
    """

    estimate: Estimate
    lower: float | None
    upper: float | None
    signal: Signal = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A series with its centre, the index of all answers together; None where there is not one."""

    centre: float | None
    points: tuple[Point, ...]


def chart(index: Index, points: Sequence[Counts]) -> Chart:
    """Limits and signals of a series, in order of time, in the index's own units (shares in percent).

    A point without answers has no limits, is no signal, and neither ends nor lengthens a run. Raises
    ValueError for counts that the index refuses.
    """
    kind = _KINDS[index]
    estimates = [kind.of(counts) for counts in points]
    centre = kind.of(_together(points)).value
    if centre is None:
        return Chart(None, tuple(Point(one, None, None) for one in estimates))
    variance = kind.variance(points, centre)
    if variance and fmean(one.n for one in estimates if one.n) >= LARGE:
        variance *= _sigma_z(estimates, centre, variance) ** 2
    limited = [_limited(one, centre, variance, kind) for one in estimates]
    return Chart(centre, tuple(_marked(limited, centre)))


def _limited(estimate: Estimate, centre: float, variance: float | None, kind: _Kind) -> Point:
    if estimate.n == 0 or variance is None:
        return Point(estimate, None, None)
    reach = _SIGMAS * sqrt(variance / estimate.n)
    return Point(estimate, max(centre - reach, kind.worst), min(centre + reach, kind.best))


def _sigma_z(estimates: Sequence[Estimate], centre: float, variance: float) -> float:
    """How much more points differ than by chance; at least 1, for chance is always there."""
    z = [(one.value - centre) / sqrt(variance / one.n) for one in estimates if one.value is not None]
    moves = [abs(after - before) for before, after in pairwise(z)]
    return max(1.0, fmean(moves) / _MOVING_RANGE) if moves else 1.0


def _marked(points: Sequence[Point], centre: float) -> Iterator[Point]:
    side, length = 0, 0
    for point in points:
        if point.estimate.value is None:
            yield point
            continue
        now = _side(point.estimate.value - centre)
        length = length + 1 if now == side else 1
        side = now
        run: Signal = "run" if side and length >= RUN else ""
        signal: Signal = "outside" if _outside(point) else run
        yield Point(point.estimate, point.lower, point.upper, signal)


def _side(off: float) -> int:
    return (off > _ROUNDING) - (off < -_ROUNDING)


def _outside(point: Point) -> bool:
    value, lower, upper = point.estimate.value, point.lower, point.upper
    if value is None or lower is None or upper is None:
        return False
    return not lower - _ROUNDING <= value <= upper + _ROUNDING


def _together(points: Sequence[Counts]) -> Counter[int]:
    total = Counter[int]()
    for counts in points:
        total.update(counts)
    return total


def _of_share(_points: Sequence[Counts], centre: float) -> float:
    return centre * (PERCENT - centre)


def _of_nps(points: Sequence[Counts], _centre: float) -> float:
    return PERCENT**2 * nps_variance(_together(points))


def _within(points: Sequence[Counts], _centre: float) -> float | None:
    """The variance of answers about their own point's mean; None where no point has two that differ."""
    squares = sum(_squares(counts) for counts in points)
    freedom = sum(max(0, sum(counts.values()) - 1) for counts in points)
    return squares / freedom if squares else None


def _squares(counts: Mapping[int, int]) -> float:
    n = sum(counts.values())
    mean = sum(score * times for score, times in counts.items()) / max(1, n)
    return sum(times * (score - mean) ** 2 for score, times in counts.items())


def _within_cli(points: Sequence[Counts], centre: float) -> float | None:
    within = _within(points, centre)
    return None if within is None else within * (_STEP_OF_LOYALTY / ASKED_OF_LOYALTY) ** 2


_KINDS: Final[dict[Index, _Kind]] = {
    "ces": _Kind(ces, EFFORT[0], EFFORT[-1], _within),
    "ces_share": _Kind(ces_share, 0, PERCENT, _of_share),
    "csat": _Kind(csat, 0, PERCENT, _of_share),
    "nps": _Kind(nps, -PERCENT, PERCENT, _of_nps),
    "cli": _Kind(cli, 0, PERCENT, _within_cli),
}

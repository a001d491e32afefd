"""Indices of what customers say, from counts per score alone, each with its 95 % interval. Pure.

Counts are a mapping of score to number of answers; those of hours add up to days, and of stores to the chain
(`collections.Counter`). Sources of the definitions:

| index | source |
|---|---|
| CES 2.0 | 1, strongly disagree, to 7, strongly agree, that it was easy: mean, and percent of 5 to 7 |
| CSAT | percent of 4 and 5 of 1 to 5 |
| NPS | percent of 9 and 10 less percent of 0 to 6, of 0 to 10 |
| CLI | per person the mean of 20 (6 - a) over three answers of 1, most willing, to 6; then over persons |
| interval of a share | E. B. Wilson, JASA 22 (1927) 209-212 |
| interval of a mean | Student's t |
| interval of NPS | adjusted Wald: three answers more, of which 3/4 promote and 3/4 detract |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final, NamedTuple

# scipy.stats would take a second to import for the same quantile
from scipy.special import stdtrit

Counts = Mapping[int, int]
N_MIN: Final = 30
"""Answers below which a figure is shown grey."""
CONFIDENCE: Final = 0.95
Z: Final = 1.959963984540054
"""The standard normal quantile at 0.975."""
PERCENT: Final = 100
EFFORT: Final = range(1, 8)
"""The scale of customer effort."""
EASY: Final = range(5, 8)
PLEASED: Final = range(4, 6)
PROMOTE: Final = range(9, 11)
DETRACT: Final = range(7)
ASKED_OF_LOYALTY: Final = 3
"""Questions of the CLI; a person's answers come as their sum."""
_MORE: Final = 3.0
_MORE_AT_AN_END: Final = 0.75


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval and the `n` answers it rests on; None for what cannot be said."""

    n: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def grey(self) -> bool:
        """Whether there are too few answers to lean on."""
        return self.n < N_MIN


class Interval(NamedTuple):
    """The two ends between which a figure lies in 95 of 100 such samples."""

    low: float
    high: float


def ces(counts: Counts) -> Estimate:
    """Customer effort: the mean of 1 to 7."""
    return _mean(_on(counts, EFFORT), EFFORT[0], EFFORT[-1])


def ces_share(counts: Counts) -> Estimate:
    """Customer effort: percent of answers that call it easy, 5 to 7."""
    return _percent(_on(counts, EFFORT), EASY)


def csat(counts: Counts) -> Estimate:
    """Customer satisfaction: percent of 4 and 5 on 1 to 5."""
    return _percent(_on(counts, range(1, 6)), PLEASED)


def nps(counts: Counts) -> Estimate:
    """Net promoter score, -100 to 100, of 0 to 10."""
    on = _on(counts, range(11))
    n, promote, detract = sum(on.values()), _within(on, PROMOTE), _within(on, DETRACT)
    if n == 0:
        return Estimate(0, None, None, None)
    more = n + _MORE
    up, down = (promote + _MORE_AT_AN_END) / more, (detract + _MORE_AT_AN_END) / more
    half = Z * sqrt((up + down - (up - down) ** 2) / more)
    low, high = up - down - half, up - down + half
    score = PERCENT * (promote - detract) / n
    return Estimate(n, score, max(PERCENT * low, -PERCENT), min(PERCENT * high, PERCENT))


def nps_variance(counts: Counts) -> float:
    """Of one answer, where one who promotes counts 1, who detracts -1: p + d - (p - d)^2; n above 0."""
    on = _on(counts, range(11))
    n = sum(on.values())
    up, down = _within(on, PROMOTE) / n, _within(on, DETRACT) / n
    return up + down - (up - down) ** 2


def cli(sums: Counts) -> Estimate:
    """Customer loyalty index, 0 to 100: `sums` counts persons by the sum of their three answers, 3 to 18."""
    most = 6 * ASKED_OF_LOYALTY
    persons = _on(sums, range(ASKED_OF_LOYALTY, most + 1))
    scores = {20 * (most - total) / ASKED_OF_LOYALTY: times for total, times in persons.items()}
    return _mean(scores, 0, PERCENT)


def share(successes: int, n: int) -> Estimate:
    """The share `successes`/`n`, 0 to 1. ValueError unless 0 <= successes <= n."""
    if n == 0 and successes == 0:
        return Estimate(0, None, None, None)
    return Estimate(n, successes / max(1, n), *wilson(successes, n))


def wilson(successes: int, n: int) -> Interval:
    """The Wilson score interval of a share, 0 to 1; the whole of it for none of none.

    ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return Interval(0.0, 1.0)
    part, z2 = successes / n, Z * Z
    middle = (part + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(part * (1 - part) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # at the ends the interval touches the share exactly; rounding must not push it past
    return Interval(max(0.0, min(middle - half, part)), min(1.0, max(middle + half, part)))


class Part(NamedTuple):
    """What one unit did to the change of the whole: by its own change, and by its weight's."""

    performance: float
    mix: float


def split(
    before: Mapping[str, tuple[float | None, int]], after: Mapping[str, tuple[float | None, int]]
) -> dict[str, Part]:
    """Each unit's part in the change of an index: all parts add up to it exactly.

    `before` and `after` have (index, answers) by unit. A unit that is there only once changed the mix, not
    its performance. Empty where one of the two has no answers: then there is no change to be told.
    """
    one, two = _weights(before), _weights(after)
    if not (one and two):
        return {}
    whole = sum(i * w for i, w in (*one.values(), *two.values())) / 2
    parts = {}
    for unit in sorted({*one, *two}):
        was, weight_was = one.get(unit, (two.get(unit, (0.0, 0.0))[0], 0.0))
        now, weight_now = two.get(unit, (was, 0.0))
        performance = (weight_was + weight_now) / 2 * (now - was)
        parts[unit] = Part(performance, ((was + now) / 2 - whole) * (weight_now - weight_was))
    return parts


def _weights(units: Mapping[str, tuple[float | None, int]]) -> dict[str, tuple[float, float]]:
    total = sum(n for _, n in units.values())
    return {unit: (index, n / total) for unit, (index, n) in units.items() if n and index is not None}


def _on(counts: Counts, scale: range) -> dict[int, int]:
    """The counts; ValueError off the scale or below zero."""
    for score, times in counts.items():
        if score not in scale and times:
            raise ValueError(f"{score} is not on the scale of {scale[0]} to {scale[-1]}")
        if times < 0:
            raise ValueError(f"{times} answers of {score}")
    return {score: times for score, times in counts.items() if times}


def _within(counts: Counts, scores: Iterable[int]) -> int:
    return sum(counts.get(score, 0) for score in scores)


def _percent(counts: Counts, good: Iterable[int]) -> Estimate:
    part = share(_within(counts, good), sum(counts.values()))
    if part.value is None or part.low is None or part.high is None:
        return part
    return Estimate(part.n, PERCENT * part.value, PERCENT * part.low, PERCENT * part.high)


def _mean(scores: Mapping[float, int] | Counts, worst: float, best: float) -> Estimate:
    """With the t interval of s/sqrt(n), cut to the scale; no interval for one answer."""
    n = sum(scores.values())
    if n == 0:
        return Estimate(0, None, None, None)
    value = sum(score * times for score, times in scores.items()) / n
    if n == 1:
        return Estimate(1, value, None, None)
    spread = sum(times * (score - value) ** 2 for score, times in scores.items()) / (n - 1)
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * sqrt(spread / n)
    return Estimate(n, value, max(value - half, worst), min(value + half, best))

"""Whether an index changed by more than chance, and by whom; pure.

An index is the mean of what each answer scores: counts here are of those scores.

| of an index | test |
|---|---|
| a share: percent of answers | two proportions, pooled (z) |
| a mean, and NPS: the mean of 100, 0 and -100 | B. L. Welch, Biometrika 34 (1947) 28-35 (t) |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Final, Literal, NamedTuple

from scipy.special import stdtr, stdtrit

from cloud.voice.indices import CONFIDENCE, Part, Z

Scored = Mapping[float, int]
"""How many answers score what."""
Test = Literal["proportions", "welch"]
LEAST: Final = 2
"""Answers on each side without which there is no spread, and nothing to be said."""


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much, between which ends (95 %), and how likely such a one is by chance alone."""

    value: float
    low: float
    high: float
    p: float
    test: Test

    @property
    def more_than_chance(self) -> bool:
        """Whether fewer than 1 in 20 such differences come by chance."""
        return self.p < 1 - CONFIDENCE


def difference(before: Scored, after: Scored, test: Test) -> Difference | None:
    """How an index changed; None where one of the two has fewer than two answers."""
    one, two = _moments(before), _moments(after)
    if one is None or two is None:
        return None
    return (_proportions if test == "proportions" else _welch)(one, two)


@dataclass(frozen=True, slots=True)
class Told:
    """A change in round numbers: `total` and its parts, and whether rounding keeps them from adding up."""

    total: float
    parts: tuple[tuple[str, float], ...]
    others: float
    mix: float
    rounded: bool


def tell(parts: Mapping[str, Part], places: int, most: int = 3) -> Told:
    """The largest parts by name, what the other units did together, and the mix of all, to so many places."""
    worked = sorted(parts, key=lambda unit: (-abs(parts[unit].performance), unit))
    named = tuple((unit, round(parts[unit].performance, places) + 0.0) for unit in worked[:most])
    others = round(sum(parts[unit].performance for unit in worked[most:]), places) + 0.0
    mix = round(sum(part.mix for part in parts.values()), places) + 0.0
    total = round(sum(part.performance + part.mix for part in parts.values()), places) + 0.0
    shown = sum(value for _, value in named) + others + mix
    return Told(total, named, others, mix, round(shown - total, places) != 0)


class _Moments(NamedTuple):
    n: int
    mean: float
    variance: float


def _moments(scored: Scored) -> _Moments | None:
    n = sum(scored.values())
    if n < LEAST:
        return None
    mean = sum(score * times for score, times in scored.items()) / n
    return _Moments(n, mean, sum(times * (score - mean) ** 2 for score, times in scored.items()) / (n - 1))


def _proportions(one: _Moments, two: _Moments) -> Difference:
    """Of scores 0 and 100."""
    by = two.mean - one.mean
    pooled = (one.n * one.mean + two.n * two.mean) / (one.n + two.n)
    under_chance = sqrt(pooled * (100 - pooled) * (1 / one.n + 1 / two.n))
    half = Z * sqrt(sum(each.mean * (100 - each.mean) / each.n for each in (one, two)))
    p = erfc(abs(by) / under_chance / sqrt(2)) if under_chance else 1.0
    return Difference(by, by - half, by + half, p, "proportions")


def _welch(one: _Moments, two: _Moments) -> Difference:
    by = two.mean - one.mean
    parts = [each.variance / each.n for each in (one, two)]
    spread = sqrt(sum(parts))
    if not spread:
        return Difference(by, by, by, 0.0 if by else 1.0, "welch")
    freedom = sum(parts) ** 2 / sum(p * p / (each.n - 1) for p, each in zip(parts, (one, two), strict=True))
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * spread
    return Difference(by, by - half, by + half, 2 * float(stdtr(freedom, -abs(by) / spread)), "welch")

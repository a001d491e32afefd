"""Indices of what customers say, from counts per score alone: CES with its interval, and Wilson's for shares.

Pure and mergeable: counts of hours add up to days, and of stores to the chain. Definitions: docs of the
project, "Indices"; Student's t for a mean; E. B. Wilson, JASA 22 (1927) 209-212, for a share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

# scipy.stats would take a second to import for the same quantile
from scipy.special import stdtrit

N_MIN: Final = 30
"""Answers below which a figure is shown grey."""
CONFIDENCE: Final = 0.95
Z: Final = 1.959963984540054
"""The standard normal quantile at 0.975."""


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


class Ces:
    """Customer effort (CES 2.0): how often each of 1, strongly disagree, to 7, strongly agree, was given."""

    WORST, BEST, EASY = 1, 7, 5

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        """Begin with `counts` of answers per score, or with none."""
        self._counts = dict.fromkeys(range(self.WORST, self.BEST + 1), 0)
        for score, times in (counts or {}).items():
            self.update(score, times)

    @property
    def counts(self) -> Mapping[int, int]:
        """Answers per score, every score of the scale."""
        return dict(self._counts)

    @property
    def n(self) -> int:
        """How many answers there are."""
        return sum(self._counts.values())

    def update(self, score: int, times: int = 1) -> None:
        """Take in an answer, or several alike. ValueError off the scale or below zero."""
        if score not in self._counts:
            raise ValueError(f"{score} is not on the scale of {self.WORST} to {self.BEST}")
        if self._counts[score] + times < 0:
            raise ValueError(f"only {self._counts[score]} answers of {score} to take back, not {-times}")
        self._counts[score] += times

    def revert(self, score: int, times: int = 1) -> None:
        """Take an answer back that was taken in before. ValueError if it was not."""
        self.update(score, -times)

    def merge(self, other: "Ces") -> None:
        """Take in all that `other` has, as if its answers had been given here."""
        for score, times in other.counts.items():
            self.update(score, times)

    def mean(self) -> Estimate:
        """The mean score, with the t interval of s/sqrt(n), cut to the scale; no interval for one answer."""
        n = self.n
        if n == 0:
            return Estimate(0, None, None, None)
        total = sum(score * times for score, times in self._counts.items())
        value = total / n
        if n == 1:
            return Estimate(1, value, None, None)
        squares = sum(score * score * times for score, times in self._counts.items())
        half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * sqrt((n * squares - total**2) / (n - 1)) / n
        return Estimate(n, value, max(value - half, self.WORST), min(value + half, self.BEST))

    def easy(self) -> Estimate:
        """The share of answers, 0 to 1, that call it easy: 5, 6 or 7."""
        return wilson(sum(times for score, times in self._counts.items() if score >= self.EASY), self.n)


def wilson(hits: int, n: int) -> Estimate:
    """The share `hits`/`n`, 0 to 1, with its Wilson score interval; ValueError unless 0 <= hits <= n."""
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")
    if n == 0:
        return Estimate(0, None, None, None)
    share, z2 = hits / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # at the ends the interval touches the share exactly; rounding must not push it past
    return Estimate(n, share, max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share)))

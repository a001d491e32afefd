"""The search for the last row that a kiosk and the collector both hold: pure.

Two journals of one name agree up to some row and on none after it, since each chain depends on all before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

EVENLY = 20
"""Rows asked for at even distances; beside them those at 1, 2, 4, ... before the end."""


@dataclass
class Search:
    """`low` is held by both, or is no row at all; `high` is not. What is sought is `low` or lies between."""

    low: int
    high: int

    @property
    def exact(self) -> bool:
        """Whether `low` is the last row that both hold."""
        return self.high == self.low + 1

    def places(self) -> list[int]:
        """The sequences to ask for next, highest first, at most 40 up to 2^20 rows."""
        between = self.high - self.low - 1
        thinning = {self.high - (1 << power) for power in range(between.bit_length())}
        evenly = {self.low + 1 + between * step // EVENLY for step in range(EVENLY)} if between else set()
        return sorted(thinning | evenly, reverse=True)

    def answered(self, asked: Sequence[int], matched: int) -> None:
        """The highest of `asked` that the collector holds is `matched`; 0 for none."""
        if matched in asked:
            self.low = max(self.low, matched)
        self.high = min([self.high, *(place for place in asked if place > max(matched, self.low))])

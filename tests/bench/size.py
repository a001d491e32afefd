"""How large a ledger is measured, and how often."""

import os
from dataclasses import dataclass

from tests.bench.filled import EACH


@dataclass(frozen=True)
class Size:
    """Members with ten entries each; requests of each sort, purchases, and points posted in bulk."""

    members: int
    asked: int = 500
    bought: int = 600
    booked: int = 20_000

    @property
    def entries(self) -> int:
        """How many there are before anything is measured."""
        return self.members * EACH

    def some(self, number: int) -> int:
        """A member's number, for anything that is counted: neighbours are far apart."""
        return number * 7919 % self.members


FULL = Size(int(os.environ.get("LEDGER", "500000")) // EACH)
"""`LEDGER=10000000` in the environment chooses how many entries there are."""

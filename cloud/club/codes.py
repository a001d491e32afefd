"""Codes that people read to each other: digits, of which the last one shows a slip; pure."""

from collections.abc import Callable
from itertools import accumulate
from typing import Final

DIGITS: Final = 11
"""Besides the check digit."""

# a quasigroup of H. M. Damm's: any wrong digit and any two neighbours swapped are noticed
_TABLE: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def new_code(below: Callable[[int], int]) -> str:
    """A new code of 12 digits; `below` gives a random number from 0 to below its argument."""
    digits = f"{below(10**DIGITS):0{DIGITS}}"
    return f"{digits}{_check(digits)}"


def is_code(text: str) -> bool:
    """Whether a text is a code without a slip."""
    return len(text) == DIGITS + 1 and text.isascii() and text.isdigit() and _check(text) == 0


def _check(digits: str) -> int:
    *_, last = accumulate(map(int, digits), lambda state, digit: _TABLE[state][digit], initial=0)
    return last

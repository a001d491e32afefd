"""Numbers as a clerk types them: Persian, Arabic or Latin digits, with any separators; pure."""

import re
import unicodedata
from typing import Final

MOST: Final = 10**11
"""Rial that an amount is below, and so many digits that none is taken for a bank card's number."""
_SEPARATORS: Final = re.compile(r"[\s,._'\u066c\u060c\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST: Final = 40


class NotANumber(ValueError):
    """A text that is no whole number of at least 1; it is not repeated."""


def whole(text: str, below: int = MOST) -> int:
    """A whole number from 1 to below a limit. Raises NotANumber."""
    digits = latin(_SEPARATORS.sub("", text[:_LONGEST]))
    if len(text) > _LONGEST or not re.fullmatch(r"[0-9]{1,12}", digits) or not 0 < int(digits) < below:
        raise NotANumber("a whole number of at least 1")
    return int(digits)


def latin(text: str) -> str:
    """A text with the digits of any script as Latin ones."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)

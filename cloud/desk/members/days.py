"""A day as people type it: year, month and day of either calendar, in any digits; pure."""

import re
from datetime import date
from typing import Final
from unicodedata import decimal

from jdatetime import date as jalali

_FORM: Final = re.compile(r"\s*(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*")
_JALALI: Final = 1700
"""Years before it are Jalali ones."""


def typed_day(text: str) -> date:
    """The day. Raises ValueError for what is none."""
    found = _FORM.fullmatch("".join(_latin(one) for one in text))
    if found is None:
        raise ValueError("no day")
    year, month, day = map(int, found.groups())
    if year >= _JALALI:
        return date(year, month, day)
    there: date = jalali(year, month, day).togregorian()
    return there


def _latin(character: str) -> str:
    digit = decimal(character, None)
    return character if digit is None else str(digit)

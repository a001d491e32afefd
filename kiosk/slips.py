"""What a Persian keyboard or a word processor put into kiosk.toml where TOML wants plain characters."""

import re
import tomllib
import unicodedata
from typing import Final

QUOTES: Final = "«»‹›“”„‟‘’‚‛`´＂＇"  # noqa: RUF001 - they are meant
COMMAS: Final = "،؛٫٬，"  # noqa: RUF001 - likewise
_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_SAID: Final = {
    "quotes": "a quotation mark that is not the straight one",
    "comma": "a comma that is not the plain one",
    "digits": "a digit that is not one of 0 to 9",
    "invisible": "an invisible character",
}
"""By kind; :mod:`kiosk.setting_up` knows each by these words. What stands in the line is never said."""


def kind(character: str) -> str:
    """Which of them a character is; empty for one that may be there."""
    category = unicodedata.category(character)
    if character in QUOTES:
        return "quotes"
    if character in COMMAS:
        return "comma"
    if category == "Nd" and not character.isascii():
        return "digits"
    is_blank = category.startswith("Z") and character != " "
    return "invisible" if is_blank or (category in {"Cf", "Cc"} and character != "\t") else ""


def in_syntax(text: str, error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    """The line on which TOML is not understood because of one of them, and the words for it; else 0 and "".

    It is the character at which the reader stopped, or a quotation mark in that line that does not close.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    place = _PLACE.search(str(error))
    if place is None:  # at the end of the document
        number, column = len(text.rstrip().split("\n")), 0
    else:
        number, column = int(place[1]), int(place[2])
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    found = kind(line[column - 1]) if 0 < column <= len(line) else ""
    if not found and any(mark in QUOTES for mark in line.partition("#")[0]):
        found = "quotes"
    return (number, _SAID[found]) if found else (0, "")


def in_value(line: str) -> str:
    """The words for the first of them in what a line sets its key to; empty where there is none."""
    value = line.partition("=")[2].partition(" #")[0].rstrip("\r\n")
    return next((_SAID[found] for character in value if (found := kind(character))), "")

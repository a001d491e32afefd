"""The three tracks of a magnetic stripe, as a reader sends them in characters; pure.

ISO/IEC 7811-6: track 1 holds the characters 0x20 to 0x5F between `%` and `?`, tracks 2 and 3 hold 0x30 to
0x3F between `;` and `?`. Behind the end sentinel a reader may send the longitudinal redundancy check: the
XOR of all characters, sentinels included, each counted from the first character of its track. A track that
a reader found and could not read comes as `%E?` or `;E?`; many send track 3 between `+` and `?`.
"""

from dataclasses import dataclass, field
from functools import reduce
from operator import xor
from typing import Literal

from drivers.reader import BadFrame

Number = Literal[1, 2, 3]

LONGEST: dict[Number, int] = {1: 79, 2: 40, 3: 107}
"""Characters that a track can hold, its two sentinels and the check included (ISO/IEC 7811-6)."""
LONGEST_SWIPE = sum(LONGEST.values()) + 2 * len(LONGEST)
"""Characters of a swipe, with a line end of two behind each track."""
END = "?"
_STARTS = "%;+"
_FIRST: dict[Number, int] = {1: 0x20, 2: 0x30, 3: 0x30}
_LAST: dict[Number, int] = {1: 0x5F, 2: 0x3F, 3: 0x3F}
_UNREAD = "E"


@dataclass(frozen=True, slots=True)
class Swipe:
    """What stood on a card, by track, without sentinels; None where there was nothing or nothing readable.

    `unread` are the tracks that the reader found and could not read. Its repr tells lengths, no digit.
    """

    one: str | None = field(default=None, repr=False)
    two: str | None = field(default=None, repr=False)
    three: str | None = field(default=None, repr=False)
    unread: frozenset[Number] = frozenset()

    def __repr__(self) -> str:
        """Keep what was read out of logs, tracebacks and crash dumps."""
        lengths = [None if track is None else len(track) for track in (self.one, self.two, self.three)]
        return f"<Swipe of {lengths} characters>"


@dataclass(frozen=True, slots=True)
class _Track:
    """One track as it was sent: which, what between its sentinels, and what remains behind it."""

    number: Number
    held: str | None = field(repr=False)
    rest: str = field(repr=False)


def parse(raw: bytes) -> Swipe:
    """Take a whole swipe apart: tracks in rising order, line ends around them passed over.

    With its check present, no flipped bit of what a track holds goes unseen. A flipped end sentinel does,
    before a check that looks like one: what is left is a track without its check. Raises BadFrame.
    """
    if len(raw) > LONGEST_SWIPE:
        raise BadFrame(f"longer than {LONGEST_SWIPE} characters")
    try:
        text = raw.decode("ascii").strip("\r\n")
    except UnicodeDecodeError:
        # the exception that Python would raise carries the bytes
        text = ""
    found = _tracks(text, 0)
    if not found:
        raise BadFrame("not one track after the other from start to end sentinel")
    return _swipe(found)


def check_character(number: Number, sent: str) -> str:
    """The longitudinal redundancy check of a track; `sent` has both its sentinels."""
    first = _FIRST[number]
    start = _start(number) + sent[1:]
    return chr(first + reduce(xor, (ord(character) - first for character in start)))


def _swipe(found: list[_Track]) -> Swipe:
    held = {track.number: track.held for track in found}
    unread: frozenset[Number] = frozenset(number for number, text in held.items() if text is None)
    return Swipe(held.get(1), held.get(2), held.get(3), unread)


def _tracks(text: str, after: int) -> list[_Track]:
    """The tracks of a text that is nothing but tracks above `after`; none if it is not."""
    for track in _readings(text, after):
        if not track.rest.strip("\r\n"):
            return [track]
        if behind := _tracks(track.rest.lstrip("\r\n"), track.number):
            return [track, *behind]
    return []


def _readings(text: str, after: int) -> list[_Track]:
    """The ways in which a text can begin with a track: with its check behind it, or without one."""
    number = _number(text[:1], after)
    end = text.find(END) + 1
    if number is None or not 1 < end <= LONGEST[number] or not _belongs(number, text[1 : end - 1]):
        return []
    held, rest = text[1 : end - 1], text[end:]
    if held == _UNREAD:
        return [_Track(number, None, rest)]
    checked = [_Track(number, held, rest[1:])] if rest[:1] == check_character(number, text[:end]) else []
    return [*checked, _Track(number, held, rest)]


def _number(sentinel: str, after: int) -> Number | None:
    """Which track a start sentinel opens, behind track `after`: a second `;` is track 3."""
    if not sentinel or sentinel not in _STARTS:
        return None
    number: Number = 1 if sentinel == "%" else 2 if sentinel == ";" and after < 2 else 3  # noqa: PLR2004
    return number if number > after else None


def _belongs(number: Number, held: str) -> bool:
    if number != 1 and held == _UNREAD:
        return True
    low, high = _FIRST[number], _LAST[number]
    starts = "%" if number == 1 else ";"
    return bool(held) and all(low <= ord(one) <= high and one not in starts for one in held)


def _start(number: Number) -> str:
    """The start sentinel as it stands on the card, whatever the reader sends for it."""
    return "%" if number == 1 else ";"

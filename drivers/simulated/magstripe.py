"""A magstripe reader unit at its serial line: sends a card's tracks as it is drawn through."""

import re
from concurrent.futures import Future
from pathlib import Path

from drivers.magstripe import NAME
from drivers.simulated.line import Line
from drivers.tracks import Number, check_character

UNREAD = "E"
"""What the unit sends in place of what a track holds that it could not read."""
_TRACK = re.compile(r"%[ -$&->@-_]+\?|[;+][0-:<->]+\?|[;+]E\?", re.ASCII)
_NUMBERS: dict[str, Number] = {"%": 1, ";": 2, "+": 3}


def sent(tracks: str, *, checked: bool = False, end: str = "\r") -> bytes:
    """What the unit sends for tracks such as `%C1234567?;1234567?`, and `%E?` for a damaged one.

    `checked` puts the redundancy check behind each track that could be read. ValueError for what is no track.
    """
    found = _TRACK.findall(tracks)
    if not found or "".join(found) != tracks:
        raise ValueError("tracks are such as %C1234567?;1234567? with %E? for a damaged one")
    return ("".join(_checked(track) if checked else track for track in found) + end).encode()


class Unit(Line):
    """The unit, with or without checks behind its tracks and a line end behind its swipes."""

    def __init__(self, link: Path | None = None, *, checked: bool = False, end: str = "\r") -> None:
        """Plug it in. Raises OSError."""
        super().__init__(NAME, link)
        self._checked, self._end = checked, end

    def swipe(self, tracks: str) -> Future[float]:
        """Draw a card through.

        The promise is kept with the monotonic time at which the last byte was written; it is cancelled if
        the unit is unplugged before. ValueError for what is no track.
        """
        return self.send(sent(tracks, checked=self._checked, end=self._end))


def _checked(track: str) -> str:
    if track[1:-1] == UNREAD:
        return track
    return track + check_character(_NUMBERS[track[0]], track)

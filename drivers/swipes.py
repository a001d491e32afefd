"""Cuts swipes out of the bytes of a magstripe reader's serial line; pure.

MagTek's RS-232 readers send the tracks in rising order, each from its start to its end sentinel, then CR and
ETX if they are set to (manual of the MT-211232, "Reader to host message format"). Other units end each track
with CR, CR LF or nothing. Where nothing ends a swipe, silence does.
"""

from drivers.memory import wipe
from drivers.payment import Refused, Schema, judge
from drivers.reader import BadFrame, CardPresented, CardRefused, CardRemoved, ReaderEvent
from drivers.tracks import LONGEST_SWIPE, Swipe, parse

SILENCE = 0.3
"""Seconds without a byte after which a swipe is over, whatever it is."""
MORE_WITHIN = 0.03
"""Seconds after a line end within which a further track begins: a USB adapter holds bytes back for 16 ms."""

CR, LF, ETX = 0x0D, 0x0A, 0x03
_ONE, _TWO, _THREE = b"%;+"
_END = 0x3F
_TRACKS = {_ONE: 1, _TWO: 2, _THREE: 3}
_LAST = 3


def taken_apart(whole: bytearray) -> Swipe | None:
    """The tracks of what was cut, which is wiped; None if it is no swipe."""
    try:
        return parse(bytes(whole))
    except BadFrame:
        return None
    finally:
        wipe(whole)


def told(name: str, swipe: Swipe, schema: Schema) -> list[ReaderEvent]:
    """What the reader `name` tells of a swipe. A card comes and goes at once, as a swipe does not rest."""
    verdict = judge(swipe, schema)
    if isinstance(verdict, Refused):
        return [CardRefused(name, verdict.reason)]
    return [CardPresented(name, verdict.card), CardRemoved(name, verdict.card)]


class Swipes:
    """Cuts whole swipes, and what may have been one, out of a byte stream. Never raises, whatever the bytes.

    A swipe may come in any pieces. What does not begin with a start sentinel is noise and skipped. Nothing
    longer than LONGEST_SWIPE is kept: a swipe that is too long is handed out empty, which is no swipe.
    """

    def __init__(self) -> None:
        """Wait for the first start sentinel."""
        self._body = bytearray()
        self._reached: int | None = None
        self._due = 0.0

    def feed(self, data: bytes | bytearray, now: float) -> list[bytearray]:
        """What these bytes complete, in order, for the caller to judge and to wipe. `now` in s, monotonic."""
        return [whole for byte in data for whole in self._take(byte, now)]

    def until(self, deadline: float) -> float:
        """When to look again: at the deadline, or earlier if a swipe would be over by then."""
        return min(deadline, self._due) if self._body else deadline

    def silence(self, now: float) -> list[bytearray]:
        """What is over because nothing came up to now."""
        return self._cut() if now >= self._due else []

    def forget(self) -> None:
        """Overwrite what was begun."""
        wipe(self._body)
        self._reached = None

    def _take(self, byte: int, now: float) -> list[bytearray]:
        if byte in {CR, LF, ETX}:
            return self._end(byte, now)
        before = self._cut() if self._begins_another(byte) else []
        if self._body or byte in _TRACKS:
            self._append(byte, now + SILENCE)
        return [*before, *self._cut()] if self._is_too_long() else before

    def _is_too_long(self) -> bool:
        return len(self._body) > LONGEST_SWIPE

    def _append(self, byte: int, due: float) -> None:
        self._body.append(byte)
        self._reached = None
        self._due = due

    def _end(self, byte: int, now: float) -> list[bytearray]:
        """A line end: of the swipe, or of a track with another behind it."""
        if self._body and self._reached is None:
            reached = _reached(self._body)
            self._append(CR, now + MORE_WITHIN)
            self._reached = reached
        return self._cut() if byte == ETX or self._reached == _LAST or self._is_too_long() else []

    def _begins_another(self, byte: int) -> bool:
        """Whether what was begun is over before this byte."""
        if not self._body:
            return False
        if self._reached is not None:
            return _TRACKS.get(byte, 0) <= self._reached
        return byte in _TRACKS and _restarts(self._body, byte)

    def _cut(self) -> list[bytearray]:
        whole, self._body, self._reached = self._body, bytearray(), None
        begun = bool(whole)
        if len(whole) > LONGEST_SWIPE:
            wipe(whole)
        return [whole] if begun else []


def _restarts(body: bytearray, byte: int) -> bool:
    """Whether a start sentinel is the start of another swipe: not a further track, a check, or a text's own.

    `;` and `+` may stand in track 1; `%` behind its end may be its check.
    """
    ends = body.count(_END)
    behind = len(body) - 1 - body.rfind(_END)
    if byte == _ONE:
        return not (body[0] == _ONE and ends == 1 and behind == 0)
    return behind > 1 if ends else body[0] != _ONE


def _reached(lines: bytearray) -> int:
    """The last track that ended with these lines; the third also where no other is to come.

    None is to come behind what is no swipe, nor from a unit that sent two tracks in one line.
    """
    try:
        swipe = parse(bytes(lines))
    except BadFrame:
        return _LAST
    held = {1: swipe.one, 2: swipe.two, 3: swipe.three}
    there = [number for number, track in held.items() if track is not None or number in swipe.unread]
    return max(there) if len(there) == 1 + lines.count(CR) else _LAST

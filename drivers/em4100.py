"""125 kHz readers on a serial line: RDM6300 and the ID-12 family, 9600 baud 8N1.

A frame is STX, ten hex digits, two hex digits of checksum (XOR of the five bytes), CR LF on the ID-12
only, ETX. An RDM6300 repeats it about every 65 ms while a card rests (its data sheet; the ID-12LA's).
"""

import re
from collections import deque
from collections.abc import Sequence
from functools import reduce
from operator import xor
from typing import Final
from urllib.parse import SplitResult

from drivers.memory import wipe
from drivers.reader import (
    BadFrame,
    BadUrl,
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    Reader,
    ReaderEvent,
)
from drivers.schema import fields_of
from drivers.serial_line import SerialReader, Strangers, open_line
from drivers.swipes import Swipes, taken_apart

NAME: Final = "em4100"
BAUD = 9600
STX, ETX = 0x02, 0x03
ABSENT_AFTER = 0.3
"""Seconds without a good frame after which the card is gone: four repetitions missed."""
LEAST_ABSENT = 0.1
"""Seconds: an RDM6300's next frame comes within less."""
_URL = "em4100:///dev/<tty>[?absent=0.3]"
_ABSENT = re.compile(r"[0-9](?:\.[0-9]{1,2})?")
BAD_FRAMES, BAD_WITHIN = 3, 1.0
"""So many bad frames within so many seconds are a card that cannot be read, not a disturbed line."""

_BODY = re.compile(rb"([0-9A-Fa-f]{10})([0-9A-Fa-f]{2})(?:\r\n)?")
_LONGEST_BODY = 14


class Frames:
    """Cuts identities out of a byte stream. Never raises, whatever the bytes.

    A frame may come in any pieces; what is neither in a frame nor starts one is noise and skipped.
    `bad` counts frames that were cut short, too long, not hex, or failed their checksum.
    """

    def __init__(self) -> None:
        """Wait for the first STX."""
        self.bad = 0
        self._body: bytearray | None = None

    def feed(self, data: bytes | bytearray) -> list[bytes]:
        """The identities (5 bytes each) of the good frames that these bytes complete, in order."""
        return [identity for byte in data if (identity := self._take(byte)) is not None]

    def forget(self) -> None:
        """Overwrite what was begun."""
        if self._body is not None:
            wipe(self._body)
        self._body = None

    def _take(self, byte: int) -> bytes | None:
        if byte == STX:
            self.bad += bool(self._body)
            self.forget()
            self._body = bytearray()
        elif self._body is not None:
            return self._grow(self._body, byte)
        return None

    def _grow(self, body: bytearray, byte: int) -> bytes | None:
        if byte != ETX and len(body) < _LONGEST_BODY:
            body.append(byte)
            return None
        identity = _decode(bytes(body)) if byte == ETX else None
        self.forget()
        self.bad += identity is None
        return identity


class Resting:
    """Which card rests on the reader, judged from frames and the time alone (seconds, monotonic)."""

    def __init__(self, absent_after: float = ABSENT_AFTER) -> None:
        """Nothing rests there."""
        self._absent_after = absent_after
        self._card: Card | None = None
        self._absent_at = 0.0
        self._bad: deque[float] = deque(maxlen=BAD_FRAMES)
        self._refused = False

    def until(self, deadline: float) -> float:
        """When to look again: at the deadline, or earlier if the card would be gone by then."""
        return deadline if self._card is None else min(deadline, self._absent_at)

    def good(self, identity: bytes, now: float) -> list[ReaderEvent]:
        """A good frame came."""
        self._bad.clear()
        self._refused = False
        self._absent_at = now + self._absent_after
        card = Card(NAME, identity)
        if card == self._card:
            return []
        events = self._gone()
        self._card = card
        return [*events, CardPresented(NAME, card)]

    def bad(self, now: float) -> list[ReaderEvent]:
        """A bad frame came."""
        if self._bad and now - self._bad[-1] > BAD_WITHIN:
            self._refused = False
        self._bad.append(now)
        stream = len(self._bad) == BAD_FRAMES and now - self._bad[0] <= BAD_WITHIN
        if not stream or self._refused or self._card is not None:
            return []
        self._refused = True
        return [CardRefused(NAME, "unreadable")]

    def silence(self, now: float) -> list[ReaderEvent]:
        """No good frame came up to now."""
        return self._gone() if self._card is not None and now >= self._absent_at else []

    def _gone(self) -> list[ReaderEvent]:
        card, self._card = self._card, None
        return [] if card is None else [CardRemoved(NAME, card)]


class Coil:
    """What a reader's bytes say of its coil."""

    def __init__(self, absent_after: float = ABSENT_AFTER) -> None:
        """Nothing rests there; who does is gone after so many seconds of silence."""
        self._frames, self._resting = Frames(), Resting(absent_after)
        self._swipes, self._strangers = Swipes(), Strangers(NAME)

    def until(self, deadline: float) -> float:
        """When to look again: at the deadline, or earlier if the card would be gone by then."""
        return self._swipes.until(self._resting.until(deadline))

    def hear(self, data: bytearray, now: float) -> Sequence[ReaderEvent]:
        """Judge bytes, perhaps none. Raises ReaderLost where a magstripe reader speaks."""
        swipes = [*self._swipes.feed(data, now), *self._swipes.silence(now)]
        self._strangers.met(sum(taken_apart(swipe) is not None for swipe in swipes))
        bad_before = self._frames.bad
        good = [event for identity in self._frames.feed(data) for event in self._resting.good(identity, now)]
        bad = [event for _ in range(self._frames.bad - bad_before) for event in self._resting.bad(now)]
        return [*good, *bad, *self._resting.silence(now)]

    def forget(self) -> None:
        """Overwrite what was heard and not yet judged."""
        self._frames.forget()
        self._swipes.forget()


def open_url(url: SplitResult) -> Reader:
    """Open `em4100:///dev/<tty>[?absent=0.3]`: seconds of silence, more where a unit repeats more rarely.

    Raises BadUrl, ReaderLost.
    """
    if url.netloc or not url.path.startswith("/"):
        raise BadUrl(f"an EM4100 reader is {_URL}, not {url.geturl()!r}")
    coil = Coil(_absent(url.query))
    return SerialReader(NAME, open_line(url.path, BAUD), coil)


def _absent(query: str) -> float:
    told = fields_of(query, ("absent",)).get("absent", str(ABSENT_AFTER))
    if not _ABSENT.fullmatch(told) or float(told) < LEAST_ABSENT:
        raise BadUrl(f"absent is {LEAST_ABSENT} to 9.99 seconds, such as {ABSENT_AFTER}; not {told!r}")
    return float(told)


def decode(frame: bytes) -> Card:
    """The card of one whole frame, STX to ETX. Raises BadFrame."""
    identity = _decode(frame[1:-1]) if frame[:1] == bytes([STX]) and frame[-1:] == bytes([ETX]) else None
    if identity is None:
        raise BadFrame("not STX, ten hex digits, their checksum, ETX")
    return Card(NAME, identity)


def checksum(identity: bytes) -> int:
    """The XOR of an identity's bytes."""
    return reduce(xor, identity)


def _decode(body: bytes) -> bytes | None:
    match = _BODY.fullmatch(body)
    if match is None:
        return None
    identity = bytes.fromhex(match[1].decode())
    return identity if checksum(identity) == int(match[2], 16) else None

"""Magstripe readers on a serial line, RS-232 or a USB adapter: MagTek's framing, 9600 baud 8N1 as delivered.

A swipe is tracks in characters, with or without their checks, and a line end or silence (drivers.swipes). A
card of the club's comes and goes at once, as a swipe does not rest; of every other nothing but a reason is
told, and what was read is overwritten.
"""

from collections.abc import Sequence
from math import inf
from typing import Final
from urllib.parse import SplitResult

from drivers.em4100 import Frames
from drivers.payment import Schema
from drivers.reader import BadUrl, CardRefused, Reader, ReaderEvent
from drivers.schema import FIELDS, fields_of, schema_of
from drivers.serial_line import SerialReader, Strangers, open_line
from drivers.swipes import Swipes, taken_apart, told

NAME: Final = "magstripe"
BAUD = 9600
BAUDS = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
UNREADABLE_WITHIN = 1.0
"""Seconds: what cannot be read so soon after the last that could not is a chattering line, and told once."""
_URL = "magstripe:///dev/serial/by-id/<name>[?baud=9600&digits=6-11&prefix=77&check=luhn]"


class Slot:
    """What a reader's bytes say was drawn through its slot."""

    def __init__(self, schema: Schema) -> None:
        """Take the club's cards from this schema."""
        self._schema = schema
        self._swipes, self._frames = Swipes(), Frames()
        self._strangers = Strangers(NAME)
        self._unreadable_at = -inf

    def until(self, deadline: float) -> float:
        """When to look again: at the deadline, or earlier if a swipe would be over by then."""
        return self._swipes.until(deadline)

    def hear(self, data: bytearray, now: float) -> Sequence[ReaderEvent]:
        """Judge bytes, perhaps none. Raises ReaderLost where an EM4100 reader speaks."""
        self._strangers.met(len(self._frames.feed(data)))
        swipes = [*self._swipes.feed(data, now), *self._swipes.silence(now)]
        return [event for swipe in swipes for event in self._judge(swipe, now)]

    def forget(self) -> None:
        """Overwrite what was heard and not yet judged."""
        self._swipes.forget()
        self._frames.forget()

    def _judge(self, whole: bytearray, now: float) -> list[ReaderEvent]:
        swipe = taken_apart(whole)
        if swipe is None:
            return self._unreadable(now)
        self._unreadable_at = -inf
        return told(NAME, swipe, self._schema)

    def _unreadable(self, now: float) -> list[ReaderEvent]:
        last, self._unreadable_at = self._unreadable_at, now
        return [] if now - last <= UNREADABLE_WITHIN else [CardRefused(NAME, "unreadable")]


def open_url(url: SplitResult) -> Reader:
    """Open `magstripe:///dev/serial/by-id/<name>`. Raises BadUrl, ReaderLost."""
    if url.netloc or not url.path.startswith("/"):
        raise BadUrl(f"a magstripe reader is {_URL}, not {url.geturl()!r}")
    schema, baud = schema_of(url.query, ("baud",)), _baud(url.query)
    return SerialReader(NAME, open_line(url.path, baud), Slot(schema))


def _baud(query: str) -> int:
    told = fields_of(query, ("baud", *FIELDS)).get("baud", str(BAUD))
    if told not in map(str, BAUDS):
        raise BadUrl(f"baud is {', '.join(map(str, BAUDS))}, not {told!r}")
    return int(told)

"""The MFRC522 on SPI: looks into its field ten times a second and tells what came and went."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Final, cast
from urllib.parse import SplitResult

from mfrc522 import MFRC522
from RPi import GPIO

from drivers.iso14443 import TwoCards, Unreadable, sole_card
from drivers.rc522_chip import Chip, Registers, Sleep
from drivers.reader import (
    BadUrl,
    Card,
    CardPresented,
    CardRefused,
    CardRemoved,
    Reader,
    ReaderEvent,
    ReaderLost,
)

NAME: Final = "rc522"
RESET_PIN = 25
"""BCM number; pin 22 of the header, where the usual modules' RST is wired."""
INTERVAL = 0.1
"""Seconds from one look into the field to the next."""
MISSES = 3
"""Looks without an answer after which the card is gone."""
DOUBTS = 2
"""Looks in a row with an unclear answer after which it is told, once."""

Clock = Callable[[], float]

_BY_HEADER, _BY_GPIO = 10, 11
"""How pins are counted: RPi.GPIO's BOARD and BCM."""
_SPEED = 1_000_000


class Rc522:
    """A reader that looks into its field ten times a second."""

    name = NAME

    def __init__(self, chip: Chip, clock: Clock = time.monotonic, sleep: Sleep = time.sleep) -> None:
        """Look first at the first poll."""
        self._chip, self._clock, self._sleep = chip, clock, sleep
        self._next_look = clock()
        self._card: Card | None = None
        self._misses = self._doubts = 0

    def poll(self, timeout: float) -> Sequence[ReaderEvent]:
        """What happened, waiting `timeout` seconds at most. Raises ReaderLost."""
        deadline = self._clock() + timeout
        while self._rest(deadline):
            if events := self._look():
                return events
        return ()

    def close(self) -> None:
        """Let the chip go; may be called twice."""
        try:
            self._chip.close()
        except OSError:  # it went before we did, or was closed already
            return

    def _rest(self, deadline: float) -> bool:
        """Whether the next look is due by the deadline; waits for the earlier of the two."""
        until = min(self._next_look, deadline)
        wait = until - self._clock()
        if wait > 0:
            self._sleep(wait)
        due = self._next_look <= deadline
        if due:
            self._next_look = self._clock() + INTERVAL
        return due

    def _look(self) -> list[ReaderEvent]:
        try:
            self._chip.check()
            uid = sole_card(self._chip)
        except TwoCards:
            return self._unclear("two-cards")
        except Unreadable:
            return self._unclear("unreadable")
        except ReaderLost:
            raise
        except OSError as error:
            raise ReaderLost("gone", "the SPI bus does not answer") from error
        return self._empty() if uid is None else self._clear(Card("iso14443", uid))

    def _clear(self, card: Card) -> list[ReaderEvent]:
        self._misses = self._doubts = 0
        if card == self._card:
            return []
        events = self._gone()
        self._card = card
        return [*events, CardPresented(NAME, card)]

    def _unclear(self, reason: str) -> list[ReaderEvent]:
        self._misses = 0
        self._doubts += 1
        return [CardRefused(NAME, reason)] if self._doubts == DOUBTS else []

    def _empty(self) -> list[ReaderEvent]:
        self._misses += 1
        if self._misses < MISSES:
            return []
        self._doubts = 0
        return self._gone()

    def _gone(self) -> list[ReaderEvent]:
        card, self._card = self._card, None
        return [] if card is None else [CardRemoved(NAME, card)]


def open_url(url: SplitResult) -> Reader:
    """Open `rc522://spi<bus>.<device>[?reset=<GPIO>]`. Raises BadUrl, ReaderLost."""
    spi = re.fullmatch(r"spi(\d+)\.(\d+)", url.netloc)
    reset = re.fullmatch(r"(?:reset=(\d+))?", url.query)
    if spi is None or reset is None or url.path:
        raise BadUrl(f"an RC522 is rc522://spi<bus>.<device>[?reset=<GPIO>], not {url.geturl()!r}")
    return open_bus(int(spi[1]), int(spi[2]), int(reset[1] or RESET_PIN))


def open_bus(
    bus: int,
    device: int,
    reset_pin: int = RESET_PIN,
    clock: Clock = time.monotonic,
    sleep: Sleep = time.sleep,
) -> Reader:
    """Open the chip on an SPI bus. Raises ReaderLost."""
    library = _library(bus, device, reset_pin)
    try:
        return Rc522(Chip(cast("Registers", library), sleep), clock, sleep)
    except OSError as error:
        library.spi.close()
        if isinstance(error, ReaderLost):
            raise
        raise ReaderLost("gone", "the SPI bus does not answer") from error


def _library(bus: int, device: int, reset_pin: int) -> MFRC522:
    # It counts pins as whoever came first in this process does, whatever it is told.
    if GPIO.getmode() == _BY_HEADER:
        raise ReaderLost("pin-numbering", "this process counts the header's pins, not the GPIOs")
    try:
        library = MFRC522(bus=bus, device=device, spd=_SPEED, pin_mode=_BY_GPIO, pin_rst=reset_pin)
    except PermissionError as error:
        raise ReaderLost("permission-denied", f"SPI {bus}.{device} may not be opened") from error
    except OSError as error:
        raise ReaderLost("no-device", f"SPI {bus}.{device} cannot be opened") from error
    library.logger.handlers.clear()  # it adds one at each opening
    return library

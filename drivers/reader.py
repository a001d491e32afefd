"""What a card reader is, whatever its wire; `open_reader` makes one from a URL."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import SplitResult, urlsplit

CardKind = Literal["iso14443", "em4100", "magstripe"]

FAMILIES = {
    "em4100": ("drivers.em4100", "em4100:///dev/<tty>"),
    "magstripe": ("drivers.magstripe", "magstripe:///dev/serial/by-id/<name>"),
    "rc522": ("drivers.rc522", "rc522://spi<bus>.<device>[?reset=<GPIO>]"),
    "rc522+sim": ("drivers.simulated.rc522", "rc522+sim:///<socket>"),
    "wedge": ("drivers.wedge", "wedge:///dev/input/by-id/<name>-event-kbd"),
    "wedge+sim": ("drivers.simulated.wedge", "wedge+sim:///<socket>"),
}
"""URL scheme -> the module whose `open_url(SplitResult) -> Reader` opens it, and what its URLs look like."""


class DriverError(Exception):
    """The base of every error of this folder.

    DriverError
    ├── BadUrl         a URL of a reader or a panel is not understood
    ├── BadFrame       bytes that are not what a device sends for a card
    ├── ReaderLost     the device does not answer (any more)
    ├── PanelLost      lights and buzzer cannot be had (drivers.panel)
    ├── AirError       cards answered, but not one card clearly (drivers.iso14443)
    └── DevicesError   the simulated devices do not answer or refuse (drivers.simulated.remote)
    """


class BadUrl(DriverError, ValueError):
    """A URL of a reader or a panel is not understood; the text says what would be."""


class BadFrame(DriverError, ValueError):
    """Bytes that are not what a device sends for a card; the text is the reason, without the bytes."""


class ReaderLost(DriverError, OSError):
    """The device does not answer; `reason` is a code of `drivers.reasons.LOST`, which tells what to do."""

    def __init__(self, reason: str, detail: str = "") -> None:
        """Say why, in a code that carries no card data."""
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Card:
    """A card as the reader saw it. Its repr shows the kind and the length, never the number."""

    kind: CardKind
    identity: bytes = field(repr=False)

    def __repr__(self) -> str:
        """Keep the number out of logs, tracebacks and crash dumps."""
        return f"<Card {self.kind} {len(self.identity)} bytes>"


@dataclass(frozen=True, slots=True)
class CardPresented:
    """A card came to the reader."""

    reader: str
    card: Card


@dataclass(frozen=True, slots=True)
class CardRemoved:
    """The card that was presented is gone."""

    reader: str
    card: Card


@dataclass(frozen=True, slots=True)
class CardRefused:
    """Something was read that is no card of ours; no digit of it is kept.

    `reason` is a code of `drivers.reasons.REFUSED`.
    """

    reader: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReaderUp:
    """The reader answers."""

    reader: str


@dataclass(frozen=True, slots=True)
class ReaderDown:
    """The reader does not answer."""

    reader: str
    reason: str


ReaderEvent = CardPresented | CardRemoved | CardRefused | ReaderUp | ReaderDown


class Reader(Protocol):
    """One open device. One thread polls it."""

    @property
    def name(self) -> str:
        """A short name for events and screens, such as `em4100` or `rc522`."""

    def poll(self, timeout: float) -> Sequence[ReaderEvent]:
        """What happened, waiting `timeout` seconds at most. Raises ReaderLost."""

    def close(self) -> None:
        """Let the device go; may be called twice."""


def open_reader(url: str) -> Reader:
    """Open the reader that a URL names, such as `em4100:///dev/ttyUSB0` or `rc522://spi0.0`.

    The family's module is imported only now, so a kiosk without SPI needs no SPI library. Raises BadUrl
    if the URL is not understood, ReaderLost if the device (or its library) is not there.
    """
    parts = _split(url)
    module, _ = FAMILIES[parts.scheme]
    try:
        family = importlib.import_module(module)
    except ModuleNotFoundError as missing:
        raise ReaderLost("no-library", f"{missing.name} is not installed") from missing
    reader: Reader = family.open_url(parts)
    return reader


def reader_name(url: str) -> str:
    """The name that a URL's reader goes by in events, open or not: `em4100`, `rc522`. Raises BadUrl."""
    return _split(url).scheme.removesuffix("+sim")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise BadUrl(f"{url!r} is no URL: {error}") from None
    if parts.scheme not in FAMILIES:
        understood = ", ".join(example for _, example in FAMILIES.values())
        raise BadUrl(f"no reader is called {url!r}; understood are {understood}")
    return parts

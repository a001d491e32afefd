"""What a card reader is, whatever its wire; `open_reader` makes one from a URL."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

CardKind = Literal["iso14443", "em4100"]


class DriverError(Exception):
    """The base of every error of this folder.

    DriverError
    ├── BadUrl       a reader's URL is not understood
    └── ReaderLost   the device does not answer (any more)
    """


class BadUrl(DriverError, ValueError):
    """A reader's URL is not understood; the text says what would be."""


class ReaderLost(DriverError, OSError):
    """The device does not answer; `reason` is a short code for events and for the technician's screen."""

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
    """Something was read that is no card of ours; no digit of it is kept."""

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

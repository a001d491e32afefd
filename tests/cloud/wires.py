"""A link for the dispatcher that keeps what is published, and words of kiosks to give to it."""

from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from mqtt.client import Message
from mqtt.down import Hello, decode, encode
from mqtt.topics import Up, up
from mqtt.vocabulary import Epoch, KioskId
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import Kiosk

Shape = TypeVar("Shape", bound=msgspec.Struct)


@dataclass
class Wire:
    """A link that is there, or is not."""

    away: bool = False
    sent: list[tuple[str, bytes, bool]] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        assert qos in {0, 1}
        if not self.away:
            self.sent.append((topic, payload, retain))
        return not self.away

    def take(self, topic: str, shape: type[Shape]) -> list[Shape]:
        """What was published on a topic; forgets everything else too."""
        found = [decode(payload, shape) for where, payload, _ in self.sent if where == topic]
        self.sent.clear()
        return found


def said(kiosk: str, what: Up, payload: bytes, *, retained: bool = False) -> Message:
    return Message(up(KioskId(kiosk), what), payload, 1, 1, 1, retained)


def hello(kiosk: str, catalogue: int = 0) -> Message:
    asked = Hello(
        Epoch("e" * 16), "n", 1, 0, Kiosk().chain, GENERATION, 0, "0.1.0", catalogue_version=catalogue
    )
    return said(kiosk, "hello", encode(asked))

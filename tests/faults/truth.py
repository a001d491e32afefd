"""What happened at the kiosks, told by those who did it over a pipe: kept outside of all that is tested."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec

from mqtt.vocabulary import KioskId


class Ordered(msgspec.Struct, frozen=True, tag_field="is", tag="ordered"):
    """An event that a kiosk was about to record; `wall` in seconds since 1970, as the kiosk believed.

    `real` is when it really was.
    """

    kiosk: KioskId
    token: str
    type: str
    data: str
    wall: float
    synced: bool
    real: float


class Kept(msgspec.Struct, frozen=True, tag_field="is", tag="kept"):
    """Events of which the recorder said that they are durable: what a screen would have confirmed."""

    tokens: tuple[str, ...]


class _Named(msgspec.Struct, frozen=True):
    visit: str | None = None
    allowance: str | None = None
    attempt: int = 0
    why: str = ""


def line(what: Ordered | Kept) -> bytes:
    """One line of the pipe."""
    return msgspec.json.encode(what) + b"\n"


def token(kind: str, data: bytes | str) -> str:
    """An event's name that no epoch and no sequence is part of; empty for one about the machine."""
    named = _NAMED.decode(data)
    about = named.visit or named.allowance
    return f"{kind}/{about}/{named.why or named.attempt}" if about else ""


@dataclass
class Truth:
    """All that was ordered and confirmed. Filled by one thread for each generator, read by the run."""

    path: Path
    ordered: dict[str, Ordered] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    destroyed: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def listen(self, pipe: IO[bytes]) -> threading.Thread:
        """Take what a generator says until it is gone; the thread ends then."""
        thread = threading.Thread(target=self._hear, args=(pipe,), daemon=True)
        thread.start()
        return thread

    def confirmed_by(self, kiosk: KioskId) -> set[str]:
        """What one kiosk confirmed so far."""
        with self._lock:
            return {name for name in self.confirmed if self.ordered[name].kiosk == kiosk}

    def owed(self) -> set[str]:
        """What the cloud must have in the end."""
        with self._lock:
            return self.confirmed - self.destroyed

    def destroy(self, tokens: set[str]) -> None:
        """Note that a fault took the only copies of these events."""
        with self._lock:
            self.destroyed |= tokens

    def take(self, what: Ordered | Kept) -> None:
        """Note what a generator said."""
        with self._lock:
            if isinstance(what, Kept):
                self.confirmed.update(what.tokens)
            else:
                self.ordered[what.token] = what

    def _hear(self, pipe: IO[bytes]) -> None:
        with self.path.open("ab") as file, pipe:
            for text in pipe:
                if not text.endswith(b"\n"):
                    return  # cut off by a kill: it was not said
                file.write(text)
                self.take(_LINES.decode(text))


_LINES = msgspec.json.Decoder(Ordered | Kept)
_NAMED = msgspec.json.Decoder(_Named)

"""The hand at the simulated readers and panel of another process: for the tray, the shoppers and tests."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from drivers.reader import DriverError

LaidReader = Literal["em4100", "rc522"]
SwipeReader = Literal["magstripe", "wedge"]
ReaderName = LaidReader | SwipeReader
LineName = Literal["em4100", "magstripe"]
PluggedName = Literal["em4100", "magstripe", "wedge"]
PATIENCE = 5.0
"""Seconds that an answer may take; a first frame takes 0.08."""


class DevicesError(DriverError):
    """The simulated devices do not answer, or refuse; the text says why."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a panel's lamp and buzzer show at this moment, and how often it has beeped since it was opened."""

    red: bool
    green: bool
    blue: bool
    buzzer: bool
    beeps: int


class _Remote:
    """What answers at a socket. Each call connects anew, so it may come and go."""

    def __init__(self, path: Path | str) -> None:
        """Speak to the socket at this path; nothing happens before the first call."""
        self._path = str(path)

    @contextmanager
    def _asked(self, wish: Mapping[str, object], patience: float = PATIENCE) -> Iterator[BinaryIO]:
        try:
            with closing(self._connected(patience)) as link, link.makefile("rb") as answers:
                link.sendall(json.dumps(wish).encode() + b"\n")
                yield cast("BinaryIO", answers)
        except OSError as error:
            raise DevicesError(f"no simulated devices answer at {self._path}: {error}") from error

    def _connected(self, patience: float) -> socket.socket:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(patience)
            link.connect(self._path)
        except OSError:
            link.close()
            raise
        return link


class Devices(_Remote):
    """The card readers behind `devices.sock`."""

    def present(self, reader: ReaderName, identity: bytes) -> float:
        """Bring a card to a reader: `lay` it there, or draw its digits through. Raises DevicesError."""
        match reader:
            case "em4100" | "rc522":
                return self.lay(reader, identity)
            case "magstripe" | "wedge":
                return self.swipe(reader, f";{identity.decode()}?")

    def take_away(self, reader: ReaderName) -> None:
        """Take a card away again, where one can lie. Raises DevicesError."""
        if reader == "em4100" or reader == "rc522":  # noqa: PLR1714 - what mypy understands
            self.lift(reader)

    def lay(self, reader: LaidReader, card: bytes, *, wrong_checksum: bool = False) -> float:
        """Lay a card on a reader; returns when the reader has sent it (em4100) or can see it (rc522).

        The result is that moment, in seconds of `time.monotonic()`: what follows can be timed from it.
        An em4100 card has 5 bytes and takes the place of the one there, an rc522 card has 4, 7 or 10
        and lies beside it. Raises DevicesError.
        """
        return self._sent(
            {"do": "lay", "reader": reader, "card": card.hex(), "wrong_checksum": wrong_checksum}
        )

    def swipe(self, reader: SwipeReader, text: str) -> float:
        """Draw a card through a reader, whose tracks are such as `%C1234567?;1234567?` (`%E?`: damaged).

        Returns when the last byte or key is sent, as the moment that it was. Raises DevicesError.
        """
        return self._sent({"do": "swipe", "reader": reader, "text": text})

    def type(self, text: str, gap: float = 0.25) -> float:
        """Type on the wedge like a person, `gap` seconds from key to key, a CR as Enter; returns as `swipe`.

        Raises DevicesError.
        """
        wish = {"do": "type", "reader": "wedge", "text": text, "gap": gap}
        return self._sent(wish, PATIENCE + len(text) * gap)

    def lift(self, reader: LaidReader) -> None:
        """Take everything off a reader. Raises DevicesError."""
        self._done({"do": "lift", "reader": reader})

    def noise(self, data: bytes, reader: LineName = "em4100") -> None:
        """Send bytes down a reader's line; returns when they are sent. Raises DevicesError."""
        self._done({"do": "noise", "reader": reader, "bytes": data.hex()})

    def unplug(self, reader: PluggedName) -> None:
        """Pull a reader's plug: its tty or socket hangs up and is gone. Raises DevicesError."""
        self._done({"do": "unplug", "reader": reader})

    def plug(self, reader: PluggedName) -> None:
        """Plug a reader in again; a card that lay on it still does. Raises DevicesError."""
        self._done({"do": "plug", "reader": reader})

    def _sent(self, wish: Mapping[str, object], patience: float = PATIENCE) -> float:
        with self._asked(wish, patience) as answers:
            _answer(answers)
            return float(_answer(answers)["at"])

    def _done(self, wish: Mapping[str, object]) -> None:
        with self._asked(wish) as answers:
            _answer(answers)


class Pins(_Remote):
    """The panel of a kiosk whose panel is `mock:///<this path>`. With `bounce` a contact bounces."""

    def press(self, number: int, *, bounce: bool = False) -> None:
        """Press a button, the first is 1, and let it go; returns when it is up again. Raises DevicesError."""
        self._do("press", number=number, bounce=bounce)

    def open_case(self, *, bounce: bool = False) -> None:
        """Open the case. Raises DevicesError."""
        self._do("open_case", bounce=bounce)

    def close_case(self, *, bounce: bool = False) -> None:
        """Close it. Raises DevicesError."""
        self._do("close_case", bounce=bounce)

    def come(self, *, bounce: bool = False) -> None:
        """Stand before the kiosk. Raises DevicesError."""
        self._do("come", bounce=bounce)

    def leave(self, *, bounce: bool = False) -> None:
        """Go away; the panel tells it two seconds later. Raises DevicesError."""
        self._do("leave", bounce=bounce)

    def shown(self) -> Shown:
        """Look at the lamp and listen. Raises DevicesError."""
        return Shown(**self._do("shown"))

    def _do(self, verb: str, **more: object) -> dict[str, Any]:
        with self._asked({"do": verb, **more}) as answers:
            return _answer(answers)


def _answer(answers: BinaryIO) -> dict[str, Any]:
    line = answers.readline()
    if not line:
        raise DevicesError("the simulated devices hung up")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise DevicesError(str(answer["error"]))
    return answer

"""Lays cards on the simulated readers of another process: for the tray, the shoppers and tests."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from drivers.reader import DriverError

ReaderName = Literal["em4100", "rc522"]
SwipeReader = Literal["magstripe", "wedge"]
LineName = Literal["em4100", "magstripe"]
PluggedName = Literal["em4100", "magstripe", "wedge"]
PATIENCE = 5.0
"""Seconds that an answer may take; a first frame takes 0.08."""


class DevicesError(DriverError):
    """The simulated devices do not answer, or refuse; the text says why."""


class Devices:
    """The devices behind a control socket. Each call connects anew, so they may come and go."""

    def __init__(self, path: Path | str) -> None:
        """Speak to `devices.sock` at this path; nothing happens before the first call."""
        self._path = str(path)

    def lay(self, reader: ReaderName, card: bytes, *, wrong_checksum: bool = False) -> float:
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

    def lift(self, reader: ReaderName) -> None:
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


def _answer(answers: BinaryIO) -> dict[str, Any]:
    line = answers.readline()
    if not line:
        raise DevicesError("the simulated devices hung up")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise DevicesError(str(answer["error"]))
    return answer

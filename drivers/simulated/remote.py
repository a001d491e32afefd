"""Lays cards on the simulated readers of another process: for the tray, the shoppers and tests."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from drivers.reader import DriverError

ReaderName = Literal["em4100", "rc522"]
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
        wish = {"do": "lay", "reader": reader, "card": card.hex(), "wrong_checksum": wrong_checksum}
        with self._asked(wish) as answers:
            _answer(answers)
            return float(_answer(answers)["at"])

    def lift(self, reader: ReaderName) -> None:
        """Take everything off a reader. Raises DevicesError."""
        with self._asked({"do": "lift", "reader": reader}) as answers:
            _answer(answers)

    def noise(self, data: bytes) -> None:
        """Send bytes down the em4100's line; returns when they are sent. Raises DevicesError."""
        with self._asked({"do": "noise", "reader": "em4100", "bytes": data.hex()}) as answers:
            _answer(answers)

    @contextmanager
    def _asked(self, wish: Mapping[str, object]) -> Iterator[BinaryIO]:
        try:
            with closing(self._connected()) as link, link.makefile("rb") as answers:
                link.sendall(json.dumps(wish).encode() + b"\n")
                yield cast("BinaryIO", answers)
        except OSError as error:
            raise DevicesError(f"no simulated devices answer at {self._path}: {error}") from error

    def _connected(self) -> socket.socket:
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(PATIENCE)
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

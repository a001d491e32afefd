"""The other end of a guest's serial line: cards are laid on a reader that is not there."""

import socket
import time
from pathlib import Path

from drivers.simulated.em4100 import REPEAT, frame


class Line:
    """Connected when a card is first laid: QEMU listens, and the guest's line is plugged in all the time."""

    def __init__(self, path: Path) -> None:
        """QEMU listens at `path`."""
        self._path = path
        self._socket: socket.socket | None = None

    def lay(self, identity: bytes, seconds: float) -> None:
        """Rest a card of five bytes on the coil for so long: a frame each 65 ms, as an RDM6300 sends it."""
        line, content = self._line(), frame(identity)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            line.sendall(content)
            time.sleep(REPEAT)  # the unit's own pace

    def send(self, content: bytes) -> None:
        """Write what a broken unit might."""
        self._line().sendall(content)

    def close(self) -> None:
        """Let it go; may be called twice."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _line(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.connect(str(self._path))
        return self._socket

"""The simulated devices as other processes see them: a tty, an SPI socket and a control socket in one folder.

em4100        symlink to the tty of the EM4100 unit
rc522.sock    SPI of the RC522's chip; one packet each way is one transfer (SOCK_SEQPACKET)
devices.sock  a JSON object a line: what lies on which reader (see `desk.Desk.do`)
"""

import socket
import time
from pathlib import Path

from drivers.simulated.chip import Chip
from drivers.simulated.desk import Desk
from drivers.simulated.em4100 import Unit
from drivers.simulated.lines import answering
from drivers.simulated.listener import Listener
from drivers.simulated.spi import MOST_BYTES

TTY, SPI, CONTROL = "em4100", "rc522.sock", "devices.sock"


class Served:
    """The devices in a folder, from the moment it is made until it is closed."""

    def __init__(self, folder: Path) -> None:
        """Make the tty and the sockets. Raises AlreadyServed, OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._unit = Unit()
        self._chip = Chip(clock=time.monotonic)
        self._desk = Desk(self._unit, self._chip)
        self._listeners: list[Listener] = []
        self._tty = folder / TTY
        try:
            self._listen(folder)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up, unplug and leave nothing behind; may be called twice."""
        if self._listeners:
            self._tty.unlink(missing_ok=True)
        while self._listeners:
            self._listeners.pop().close()
        self._unit.close()

    def _listen(self, folder: Path) -> None:
        self._listeners.append(Listener(folder / SPI, socket.SOCK_SEQPACKET, self._transfer))
        self._tty.unlink(missing_ok=True)
        self._tty.symlink_to(self._unit.path)
        self._listeners.append(Listener(folder / CONTROL, socket.SOCK_STREAM, answering(self._desk.do)))

    def _transfer(self, client: socket.socket) -> None:
        while out := client.recv(MOST_BYTES):
            client.send(bytes(self._chip.xfer(out)))

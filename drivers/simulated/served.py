"""The simulated devices as other processes see them: ttys and sockets in one folder.

em4100        symlink to the tty of the EM4100 unit, while it is plugged in
magstripe     symlink to the tty of the magstripe unit, likewise
wedge.sock    the kernel's records of what the wedge types, while it is plugged in (SOCK_STREAM)
rc522.sock    SPI of the RC522's chip; one packet each way is one transfer (SOCK_SEQPACKET)
devices.sock  a JSON object a line: what lies on which reader (see `desk.Desk.do`)
"""

import json
import socket
import time
from pathlib import Path

from drivers.simulated import em4100, magstripe
from drivers.simulated.chip import Chip
from drivers.simulated.desk import Desk
from drivers.simulated.keyboard import Keyboard
from drivers.simulated.line import Line
from drivers.simulated.listener import Listener
from drivers.simulated.spi import MOST_BYTES

SPI, CONTROL, WEDGE = "rc522.sock", "devices.sock", "wedge.sock"
LONGEST_LINE = 65_536
"""Bytes of a control line; a client that sends more is cut off."""


class Served:
    """The devices in a folder, from the moment it is made until it is closed."""

    def __init__(self, folder: Path) -> None:
        """Make the tty and the sockets. Raises AlreadyServed, OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        self._chip = Chip(clock=time.monotonic)
        self._listeners: list[Listener] = []
        self._units: list[Line | Keyboard] = []
        try:
            self._serve(folder)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up, unplug and leave nothing behind; may be called twice."""
        while self._units:
            self._units.pop().close()
        while self._listeners:
            self._listeners.pop().close()

    def _serve(self, folder: Path) -> None:
        # who holds this socket holds the folder: only then may the ttys of one that died be replaced
        self._listeners.append(Listener(folder / SPI, socket.SOCK_SEQPACKET, self._transfer))
        coil = em4100.Unit(folder / "em4100")
        self._units.append(coil)
        slot = magstripe.Unit(folder / "magstripe")
        self._units.append(slot)
        typist = Keyboard(folder / WEDGE)
        self._units.append(typist)
        self._desk = Desk(coil, self._chip, slot, typist)
        self._listeners.append(Listener(folder / CONTROL, socket.SOCK_STREAM, self._control))

    def _transfer(self, client: socket.socket) -> None:
        while out := client.recv(MOST_BYTES):
            client.send(bytes(self._chip.xfer(out)))

    def _control(self, client: socket.socket) -> None:
        with client.makefile("rb") as lines:
            while line := lines.readline(LONGEST_LINE):
                if not line.endswith(b"\n"):
                    return
                for answer in self._desk.do(line):
                    client.sendall(json.dumps(answer).encode() + b"\n")

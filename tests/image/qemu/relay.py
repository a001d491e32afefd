"""A UNIX socket of a guest, here: sshd of the image forwards nothing, so a program inside copies bytes."""

import contextlib
import shlex
import socket
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

_INSIDE = """
import os, socket, sys, threading
link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
def copy():
    while data := os.read(0, 65536):
        link.sendall(data)
    link.shutdown(socket.SHUT_WR)
threading.Thread(target=copy, daemon=True).start()
while data := link.recv(65536):
    os.write(1, data)
"""


class Relay:
    """Each connection that is made here is led to the guest's socket by an ssh of its own."""

    def __init__(self, here: Path, there: str, ssh: Sequence[str]) -> None:
        """`ssh` are the words that run a command inside. Raises OSError."""
        here.unlink(missing_ok=True)
        self._words = [*ssh, f"python3 -c {shlex.quote(_INSIDE)} {shlex.quote(there)}"]
        self._running: list[subprocess.Popen[bytes]] = []
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(here))
        self._door.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End every connection; the guest may be gone already."""
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._door.close()
        for program in self._running:
            program.kill()
            program.wait()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = self._door.accept()
                with link:
                    self._running.append(
                        subprocess.Popen(
                            self._words, stdin=link.fileno(), stdout=link.fileno(), stderr=subprocess.DEVNULL
                        )
                    )

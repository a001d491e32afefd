"""A UNIX socket that serves each client in a thread of its own; no thread wakes while nobody speaks."""

import contextlib
import socket
import threading
from collections.abc import Callable
from pathlib import Path

Serve = Callable[[socket.socket], None]


class AlreadyServed(OSError):
    """Another process answers at that path."""


class Listener:
    """Listens at a path from the moment it is made until it is closed."""

    def __init__(self, path: Path, kind: socket.SocketKind, serve: Serve) -> None:
        """Take the path, also from a socket that was left there. Raises AlreadyServed, OSError."""
        self._path, self._serve = path, serve
        self._clients: set[socket.socket] = set()
        _clear_stale(path, kind)
        self._socket = socket.socket(socket.AF_UNIX, kind)
        try:
            self._socket.bind(str(path))
        except OSError:
            self._socket.close()
            raise
        self._socket.listen()
        self._thread = threading.Thread(target=self._accept, name=path.name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Hang up on every client and remove the path."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()
        self._path.unlink(missing_ok=True)
        for client in list(self._clients):
            with contextlib.suppress(OSError):  # it left at the same moment
                client.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:  # closing
                return
            self._clients.add(client)
            threading.Thread(target=self._attend, args=(client,), daemon=True).start()

    def _attend(self, client: socket.socket) -> None:
        with client, contextlib.suppress(ConnectionError):
            self._serve(client)
        self._clients.discard(client)


def _clear_stale(path: Path, kind: socket.SocketKind) -> None:
    with socket.socket(socket.AF_UNIX, kind) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        except FileNotFoundError:
            return
        else:
            raise AlreadyServed(f"another process already serves {path}")

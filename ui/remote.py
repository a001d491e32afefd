"""Touches from simulated shoppers, who see which view was flipped: JSON lines on a UNIX stream socket.

To every client, at once and then at each flip: {"view": "Welcome", "at": <time.monotonic()>, "language":
"fa", "targets": {"continue": [x, y], ...}}, in window coordinates. From a client: {"touch": [x, y]}, which
becomes a finger that comes down in one frame and lifts in the next. Other lines are passed over.
"""

import contextlib
import itertools
import json
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from kivy.core.window import Window
from kivy.input import MotionEvent, MotionEventProvider

from kiosk.views import View
from ui.stage import Stage

_MAX_LINE = 4096
_Dispatch = Callable[[str, MotionEvent], None]


class RemoteTouch(MotionEvent):
    """A finger that is somewhere else."""

    _ids = itertools.count(1)

    def __init__(self, x: float, y: float) -> None:
        """Point at window coordinates."""
        place = {"x": x / max(1, Window.width - 1), "y": y / max(1, Window.height - 1)}
        super().__init__("remote", next(self._ids), place, is_touch=True, type_id="touch")
        self.profile = ("pos",)

    def depack(self, args: dict[str, float]) -> None:
        """Take the relative place, as Kivy's own providers do."""
        self.sx, self.sy = args["x"], args["y"]
        super().depack(args)


class Remote(MotionEventProvider):
    """Polled by Kivy once a frame, as a touch screen is; nothing here ever waits."""

    def __init__(self, path: str, stage: Stage) -> None:
        """Listen at `path`, in the place of whatever socket was there. Raises OSError."""
        super().__init__("remote", "")
        self._path, self._stage = Path(path), stage
        self._path.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(path)
        self._server.listen()
        self._server.settimeout(0)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._server, selectors.EVENT_READ)
        self._clients: dict[socket.socket, bytearray] = {}
        self._last = b""
        self._fingers: deque[tuple[float, float]] = deque()
        self._finger: RemoteTouch | None = None
        stage.watchers.append(self._tell)

    def stop(self) -> None:
        """Close everything; called by Kivy at the end."""
        for client in list(self._clients):
            self._drop(client)
        self._selector.close()
        self._server.close()
        self._path.unlink(missing_ok=True)

    def update(self, dispatch_fn: _Dispatch) -> None:
        """Lift the finger that is down, or put the next one down."""
        for key, _ in self._selector.select(0):
            self._accept() if key.fileobj is self._server else self._read(key.fileobj)  # type: ignore[arg-type]
        if self._finger:
            dispatch_fn("end", self._finger)
            self._finger = None
        elif self._fingers:
            self._finger = RemoteTouch(*self._fingers.popleft())
            dispatch_fn("begin", self._finger)

    def _accept(self) -> None:
        client, _ = self._server.accept()
        client.settimeout(0)
        self._selector.register(client, selectors.EVENT_READ)
        self._clients[client] = bytearray()
        if self._last:
            self._send(client)

    def _read(self, client: socket.socket) -> None:
        try:
            data = client.recv(_MAX_LINE)
        except OSError:
            data = b""
        if not data:
            self._drop(client)
            return
        buffer = self._clients[client]
        buffer += data
        *lines, rest = buffer.split(b"\n")
        buffer[:] = rest if len(rest) <= _MAX_LINE else b""
        self._fingers.extend(place for line in lines if (place := _place(bytes(line))))

    def _tell(self, view: View) -> None:
        self._last = _notice(view, self._stage)
        for client in list(self._clients):
            self._send(client)

    def _send(self, client: socket.socket) -> None:
        try:
            whole = client.send(self._last) == len(self._last)
        except OSError:
            whole = False
        if not whole:  # gone, or it does not read: half a line would spoil the next
            self._drop(client)

    def _drop(self, client: socket.socket) -> None:
        if self._clients.pop(client, None) is not None:
            self._selector.unregister(client)
            client.close()


def _notice(view: View, stage: Stage) -> bytes:
    keys = [key for key in stage.screen.all_keys() if key.name and not key.disabled] if stage.screen else []
    notice = {
        "view": type(view).__name__,
        "at": time.monotonic(),
        "language": view.language,
        "targets": {key.name: [round(v, 1) for v in key.to_window(*key.center)] for key in keys},
    }
    return json.dumps(notice).encode() + b"\n"


def _place(line: bytes) -> tuple[float, float] | None:
    with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
        x, y = json.loads(line)["touch"]
        if 0 <= float(x) < Window.width and 0 <= float(y) < Window.height:
            return float(x), float(y)
    return None

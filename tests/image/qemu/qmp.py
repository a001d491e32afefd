"""QEMU's own door (QMP, docs/interop/qmp-spec): commands as JSON lines, events between the answers."""

import json
import select
import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

STARTS_WITHIN = 20.0
"""Seconds until QEMU has made its socket, on a machine that is busy."""
ANSWERS_WITHIN = 60.0
AXIS = 0x7FFF
"""The largest place on an axis of a pointer (InputMoveEvent)."""


class QmpError(Exception):
    """QEMU refused, or is gone."""


class Qmp:
    """One connection. What happened meanwhile is in `events`, in order."""

    def __init__(self, path: Path) -> None:
        """Wait for the socket and greet. Raises QmpError."""
        self._socket, self._buffer = _connected(path), b""
        self.events: list[dict[str, Any]] = []
        self._line(time.monotonic() + ANSWERS_WITHIN)
        self("qmp_capabilities")

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()

    def __call__(self, command: str, **arguments: object) -> Any:  # noqa: ANN401 - JSON of QEMU's
        """What QEMU gives back. Raises QmpError."""
        self._send({"execute": command, "arguments": arguments})
        end = time.monotonic() + ANSWERS_WITHIN
        while True:
            said = self._line(end)
            if "error" in said:
                raise QmpError(f"{command}: {said['error']['desc']}")
            if "return" in said:
                return said["return"]

    def wait_for(self, event: str, within: float) -> dict[str, Any] | None:
        """The first event of this name that was not taken yet; None if none came in so many seconds."""
        end = time.monotonic() + within
        while True:
            for said in self.events:
                if said["event"] == event:
                    self.events.remove(said)
                    return said
            try:
                self._line(end)
            except QmpError:
                return None

    def point(self, x: float, y: float) -> None:
        """Move the pointer; 0 to 1 from the left and from the top."""
        self._input(_moved("x", x), _moved("y", y))

    def press(self, *, down: bool) -> None:
        """Let the finger come down where the pointer is, or lift it."""
        self._input({"type": "btn", "data": {"down": down, "button": "left"}})

    def key(self, code: str) -> None:
        """Press and let go a key of the keyboard (QKeyCode)."""
        self.chord(code)

    def chord(self, *codes: str) -> None:
        """Hold several keys, and let them go."""
        for down, order in ((True, codes), (False, codes[::-1])):
            self._input(*(_key(code, down=down) for code in order))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _input(self, *events: dict[str, object]) -> None:
        self("input-send-event", events=list(events))

    def _send(self, words: dict[str, object]) -> None:
        try:
            self._socket.sendall(json.dumps(words).encode() + b"\n")
        except OSError as error:
            raise QmpError(f"QEMU is gone: {error}") from None

    def _line(self, end: float) -> dict[str, Any]:
        """The next line; events are kept. Raises QmpError at the end of time, and where QEMU is gone."""
        while b"\n" not in self._buffer:
            if not select.select([self._socket], [], [], max(0.0, end - time.monotonic()))[0]:
                raise QmpError("QEMU says nothing")
            self._take()
        line, self._buffer = self._buffer.split(b"\n", 1)
        said: dict[str, Any] = json.loads(line)
        if "event" in said:
            self.events.append(said)
        return said

    def _take(self) -> None:
        try:
            data = self._socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            raise QmpError("QEMU is gone")
        self._buffer += data


def _moved(axis: str, share: float) -> dict[str, object]:
    return {"type": "abs", "data": {"axis": axis, "value": round(share * AXIS)}}


def _key(code: str, *, down: bool) -> dict[str, object]:
    return {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": code}}}


def _connected(path: Path) -> socket.socket:
    link, end = socket.socket(socket.AF_UNIX), time.monotonic() + STARTS_WITHIN
    while True:
        try:
            link.connect(str(path))
        except OSError as error:
            if time.monotonic() > end:
                link.close()
                raise QmpError(f"{path}: {error}") from None
            time.sleep(0.05)
        else:
            return link

"""The kiosk's own program with an eye in it: a thread that counts objects and hears warnings, nothing else.

`python -m tests.soak.inside SOCKET LEAK screen --config kiosk.toml`: whoever connects is told one JSON
object, {"objects": {type: count}, "warnings": [text]}. LEAK plants one of `LEAKS`; `none` plants none.
"""

import gc
import json
import logging
import os
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kiosk.__main__ import main as kiosk
from kiosk.wiped import wipe_what_is_freed
from kiosk.wiring import serving
from ui.app import KioskApp

KEPT: list[object] = []
"""What planted leaks never let go."""
MOST = 20
"""Warnings that are kept."""
HOLDS = 60.0
"""Seconds that a thread may run while others wait, at most, where it is to run alone."""


def _keep_name(view: Any) -> None:  # noqa: ANN401 - any view
    if hasattr(view, "name"):
        KEPT.append(bytearray(view.name.encode("utf-16-le")))


def _keep_thread(_view: object) -> None:
    threading.Thread(target=threading.Event().wait, daemon=True).start()


LEAKS: dict[str, Callable[[Any], None]] = {
    "none": lambda _view: None,
    "views": KEPT.append,
    "room": lambda _view: KEPT.append(bytearray(os.urandom(1_000_000))),
    "files": lambda _view: KEPT.append(os.open(os.devnull, os.O_RDONLY)),
    "threads": _keep_thread,
    "name": _keep_name,
}
"""What is done at each flip, by name."""


class Eye(logging.Handler):
    """Answers at a socket, and keeps the first warnings."""

    def __init__(self, path: str) -> None:
        """Listen at `path`."""
        super().__init__(logging.WARNING)
        self._said: list[str] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(path)
        self._server.listen()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self._said = [*self._said, record.getMessage()][:MOST]

    def look(self) -> None:
        """Answer for ever."""
        while True:
            link, _ = self._server.accept()
            with link:
                link.sendall(json.dumps({"objects": census(), "warnings": self._said}).encode())


def census() -> Counter[str]:
    """How many objects of each type the collector knows, after a collection."""
    gc.collect()
    with _alone():
        return Counter(f"{type(thing).__module__}.{type(thing).__qualname__}" for thing in gc.get_objects())


@contextmanager
def _alone() -> Iterator[None]:
    """No other thread runs: one that was just filling a tuple fails if somebody else has hold of it then.

    CPython resizes no tuple that has a second reference (Objects/tupleobject.c), and whoever lists all
    objects has one.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(HOLDS)
    try:
        until = time.monotonic() + 4 * usual
        while time.monotonic() < until:
            pass  # who waited already has its turn
        yield
    finally:
        sys.setswitchinterval(usual)


def leaking(leak: Callable[[Any], None]) -> type[KioskApp]:
    """The app with a leak at each flip."""

    class Leaking(KioskApp):
        def __init__(self, *words: Any, **settings: Any) -> None:  # noqa: ANN401 - the app's own
            super().__init__(*words, **settings)
            self.stage.watchers.append(leak)

    return Leaking


def main() -> int:
    """Run the kiosk, watched."""
    wipe_what_is_freed()  # before anything is there that a new start would do twice
    _, path, leak, *words = sys.argv
    sys.argv = ["kiosk", *words]
    Path(path).unlink(missing_ok=True)
    eye = Eye(path)
    # the kiosk sets the root logger up only where it has no handler yet
    logging.getLogger("kiosk").addHandler(eye)
    logging.getLogger("drivers").addHandler(eye)
    logging.getLogger("ui").addHandler(eye)
    threading.Thread(target=eye.look, daemon=True).start()
    if leak != "none":
        vars(serving)["KioskApp"] = leaking(LEAKS[leak])
    return kiosk()


if __name__ == "__main__":
    sys.exit(main())

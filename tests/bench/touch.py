"""From a touch to the pressed key's frame, flipped: the real app offscreen, and a finger from outside.

`python -m tests.bench.touch SOCKET N` prints a JSON list of seconds: N touches of a screen at rest.
"""

import json
import socket
import sys
import threading
import time
from typing import Any

from kiosk.views import Ask, Countdown
from ui.app import KioskApp

CALM = 2.3
"""Seconds after which the frames have slowed down again."""
FRAME = 0.05
"""Seconds from one such frame to the next."""


def main() -> None:
    """Touch, see, print."""
    path, count = sys.argv[1], int(sys.argv[2])
    pressed = Pressed()
    app = KioskApp(lambda _touch: None, remote=path)
    pressed.watch(app)
    far = Countdown(time.monotonic() + 3000, time.monotonic() + 6000)
    app.show(Ask("en", "ces", "Easy?", "no", "yes", tuple(range(1, 8)), far))
    threading.Thread(target=lambda: _touch(app, pressed, path, count), daemon=True).start()
    app.run()
    print(json.dumps(pressed.samples))


class Pressed:
    """Knows when a frame with a pressed key was flipped."""

    def __init__(self) -> None:
        self.touched = 0.0
        self.samples: list[float] = []
        self.seen = threading.Event()

    def watch(self, app: KioskApp) -> None:
        """Look at every flip."""
        from kivy.core.window import Window  # noqa: PLC0415 - Kivy is set up by the app

        self._app, self._window = app, Window
        Window.bind(on_flip=self._flipped)

    def _flipped(self, window: Any) -> bool:  # noqa: ANN401 - Kivy's window has no type
        from kivy.graphics.opengl import glFinish  # noqa: PLC0415 - likewise

        screen = self._app.stage.screen
        if not (self.touched and screen and any(key.pressed for key in screen.all_keys())):
            return False
        window.flip()
        glFinish()
        self.samples.append(time.monotonic() - self.touched)
        self.touched = 0.0
        self.seen.set()
        return True


def _touch(app: KioskApp, pressed: Pressed, path: str, count: int) -> None:
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(path)
        targets = json.loads(link.makefile("rb").readline())["targets"]
        line = json.dumps({"touch": targets["answer-4"]}).encode() + b"\n"
        for number in range(count):
            time.sleep(CALM + number / count * FRAME)  # at any moment between two slow frames
            pressed.seen.clear()
            pressed.touched = time.monotonic()
            link.sendall(line)
            assert pressed.seen.wait(5), "a touch is not seen"
    app.stop()


if __name__ == "__main__":
    main()

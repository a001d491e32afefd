"""The window opens as it should, or says why not."""

import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

POINTED = """
import sys
from ui.app import KioskApp
from kiosk.views import Attract, Brand

def touched(touch):
    print(touch.what, flush=True)
    app.stop()

def flipped(view):
    key = next(key for key in app.stage.screen.all_keys() if key.name == "language")
    x, y = key.to_window(*key.center)
    print(int(x), int(480 - y), flush=True)

app = KioskApp(touched, flipped)
app.show(Attract("fa", Brand("a", "b", "#0B5F59")))
app.run()
"""


TAPPED = """
import threading
from ui.app import KioskApp
from kiosk.views import Attract, Brand
from tests.ui import fingers

def flipped(view):
    from kivy.config import Config
    print(*Config.options("input"))
    key = next(key for key in app.stage.screen.all_keys() if key.name == "language")
    x, y = key.to_window(*key.center)
    fingers.tap(int(x), int(480 - y), 800, 480)
    threading.Timer(1, app.stop).start()

app = KioskApp(lambda touch: print(touch.what), flipped)
app.show(Attract("fa", Brand("a", "b", "#0B5F59")))
app.run()
"""
"""Says which sources of touches are set up: on a desk there is nothing that another could find."""


@contextmanager
def python(code: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("KIVY", "SDL", "DISPLAY"))
    }
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_kivy_imported_too_early_is_refused() -> None:
    with python(
        "import os; os.environ['KIVY_NO_ARGS'] = '1'; import kivy; from ui.app import *; KioskApp(print)"
    ) as early:
        _, errors = early.communicate(timeout=30)
    assert early.returncode == 1
    assert "kivy was imported before" in errors


def test_a_missing_raqm_is_told_with_its_package() -> None:
    code = "from PIL import features; features.check = lambda _: False; from ui import text; text.check()"
    with python(code) as without:
        _, errors = without.communicate(timeout=30)
    assert "install libfribidi0" in errors


def test_without_a_panel_the_kiosk_says_so_in_one_line_and_ends() -> None:
    arguments = "sys.argv[1:] = ['screen', '--config', 'none.toml']"
    code = f"import sys; from kiosk.__main__ import main; {arguments}; sys.exit(main())"
    with python(code, SDL_VIDEODRIVER="unplugged") as without:
        _, errors = without.communicate(timeout=30)
    assert without.returncode == 2
    assert errors == (
        "kiosk: no panel to draw on (sdl2 - RuntimeError: b'unplugged not available'):"
        " plug it in, power it, try its cable\n"
    )


def test_the_app_runs_without_a_screen_and_stops_when_told() -> None:
    code = """
from ui.app import KioskApp
from kiosk.views import Attract, Brand
app = KioskApp(print, lambda view: (print(type(view).__name__), app.stop()))
app.show(Attract("fa", Brand("a", "b", "#0B5F59")))
app.run()
"""
    with python(code) as app:
        out, errors = app.communicate(timeout=30)
    assert (app.returncode, out.split(), errors) == (0, ["Attract"], "")


def test_a_signal_that_comes_while_the_clock_is_locked_ends_the_app_all_the_same() -> None:
    code = """
import signal
from ui.app import KioskApp
from kiosk.views import Attract, Brand

def flipped(view):
    from kivy.clock import Clock
    with Clock._event._cond:
        signal.raise_signal(signal.SIGTERM)

app = KioskApp(print, flipped)
signal.signal(signal.SIGTERM, lambda *_: app.stop())
app.show(Attract("fa", Brand("a", "b", "#0B5F59")))
app.run()
print("ended")
"""
    with python(code) as app:
        out, errors = app.communicate(timeout=30)
    assert (app.returncode, out.split(), errors) == (0, ["ended"], "")


def test_a_finger_on_a_touch_screen_which_sdl_tells_twice_touches_once() -> None:
    with python(TAPPED) as app:
        out, errors = app.communicate(timeout=30)
    assert errors == ""
    assert out.splitlines() == ["mouse", "language"]


@contextmanager
def x_server() -> Iterator[str]:
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x480x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="Xvfb and xdotool are not installed"
)
def test_a_real_pointer_on_a_real_window_touches_once() -> None:
    with x_server() as display, python(POINTED, DISPLAY=display) as app:
        assert app.stdout
        x, y = app.stdout.readline().split()
        environment = os.environ | {"DISPLAY": display}
        for _ in range(20):  # a window without a window manager may miss the first click
            subprocess.run(["xdotool", "mousemove", x, y, "click", "1"], env=environment, check=True)
            if select.select([app.stdout], [], [], 1)[0]:
                break
        rest, _ = app.communicate(timeout=30)
        assert rest.split() == ["language"]
        assert app.returncode == 0

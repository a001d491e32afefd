"""The window opens as it should, or says why not."""

import os
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
    key = next(key for key in app.stage.screen.keys() if key.name == "language")
    x, y = key.to_window(*key.center)
    print(int(x), int(480 - y), flush=True)

app = KioskApp(touched, flipped)
app.show(Attract("fa", Brand("a", "b", "#0B5F59")))
app.run()
"""


def python(code: str, **environment: str) -> "subprocess.Popen[str]":
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("KIVY", "SDL", "DISPLAY"))
    }
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_kivy_imported_too_early_is_refused() -> None:
    early = python(
        "import os; os.environ['KIVY_NO_ARGS'] = '1'; import kivy; from ui.app import *; KioskApp(print)"
    )
    _, errors = early.communicate(timeout=30)
    assert early.returncode == 1
    assert "kivy was imported before" in errors


def test_a_missing_raqm_is_told_with_its_package() -> None:
    code = "from PIL import features; features.check = lambda _: False; from ui import text; text.check()"
    without = python(code)
    _, errors = without.communicate(timeout=30)
    assert "install libfribidi0" in errors


def test_the_app_runs_without_a_screen_and_stops_when_told() -> None:
    code = """
from ui.app import KioskApp
from kiosk.views import Attract, Brand
app = KioskApp(print, lambda view: (print(type(view).__name__), app.stop()))
app.show(Attract("fa", Brand("a", "b", "#0B5F59")))
app.run()
"""
    app = python(code)
    out, errors = app.communicate(timeout=30)
    assert (app.returncode, out.split(), errors) == (0, ["Attract"], "")


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
    with x_server() as display:
        app = python(POINTED, DISPLAY=display)
        assert app.stdout
        x, y = app.stdout.readline().split()
        subprocess.run(
            ["xdotool", "mousemove", x, y, "click", "1"], env=os.environ | {"DISPLAY": display}, check=True
        )
        rest, _ = app.communicate(timeout=30)
        assert rest.split() == ["language"]
        assert app.returncode == 0

"""Setting Kivy up before it is imported: it reads its environment and its configuration only then."""

import ctypes
import logging
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

_PI = Path("/proc/device-tree/model")
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
MARGIN = 40
"""Pixels between a window and the edges of a desk."""
_HOMES: list["tempfile.TemporaryDirectory[str]"] = []
_NO_WINDOW = "Window: Unable to find"
"""So begins what Kivy says for no window; what SDL said follows in its second line, and then a traceback."""
_SDL_SAID: list[str] = []


class NoPanelError(Exception):
    """No window can be opened: nothing that draws is plugged in."""


@dataclass(frozen=True, slots=True)
class Panel:
    """A touch panel: its pixels, its visible size in mm, how much larger than on the 7" its things are."""

    width: int
    height: int
    width_mm: float
    height_mm: float
    zoom: float = 1.0

    @property
    def turned(self) -> "Panel":
        """The same panel mounted upright."""
        return Panel(self.height, self.width, self.height_mm, self.width_mm, self.zoom)


PANELS = {"7": Panel(800, 480, 154, 86), "10": Panel(1280, 800, 217, 136, zoom=1.25)}
"""The panels that are sold for a kiosk, by their diagonal in inches."""


LARGEST = Panel(1280, 1280, 217, 217, zoom=1.25)
"""A window without a screen can shrink but not grow: who means to show several panels starts here."""


def prepare(panel: Panel, *, fullscreen: bool = False, left: int = MARGIN) -> None:
    """Open the window, `left` pixels from the left, with the environment and configuration Kivy wants.

    The first call counts: Kivy makes its window once, when it is imported. Raises NoPanelError where it
    cannot, RuntimeError where somebody else imported it before.
    """
    if not _HOMES:
        if "kivy" in sys.modules:
            raise RuntimeError("kivy was imported before ui.start.prepare() could set it up")
        os.environ.update(_environment())
        _tidy_memory()
        _configure(panel, fullscreen=fullscreen, left=left)
    from kivy.core.window import Window  # noqa: PLC0415 - made when imported

    if Window is None:
        raise NoPanelError(
            f"no panel to draw on ({'; '.join(_SDL_SAID)}): plug it in, power it, try its cable"
        )


def renderer(panel: Panel, *, fullscreen: bool = False) -> str:
    """Who draws: OpenGL's GL_RENDERER, such as `VC4 V3D 2.1` or `llvmpipe (LLVM 15.0.6, 256 bits)`.

    Opens the window, as `prepare`, and raises what it does.
    """
    prepare(panel, fullscreen=fullscreen)
    from kivy.graphics.opengl import GL_RENDERER, glGetString  # noqa: PLC0415 - made with the window

    said: bytes = glGetString(GL_RENDERER)
    return said.decode("ascii", "replace")


def _tidy_memory() -> None:
    """Have the C library give a texture's room back to the system when it is freed (mallopt(3))."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 32 * 1024)
        mallopt(_M_TRIM_THRESHOLD, 128 * 1024)


def _environment() -> dict[str, str]:
    # a folder of its own for each run: no config.ini of an earlier release is ever read
    _HOMES.append(tempfile.TemporaryDirectory(prefix="bashgah-kivy-"))
    return {
        "KIVY_HOME": _HOMES[0].name,
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KIVY_CLOCK": "interrupt",
        "KIVY_WINDOW": "sdl2",
        "KIVY_TEXT": "pil",
        # software GL only: on so small a screen more threads are no quicker and keep 40 MB more
        "LP_NUM_THREADS": "0",
        **_video_driver(),
    }


def _video_driver() -> dict[str, str]:
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("SDL_VIDEODRIVER"):
        return {}
    on_pi = _PI.exists() and "Raspberry Pi" in _PI.read_text(errors="replace")
    return {"SDL_VIDEODRIVER": "kmsdrm" if on_pi else "offscreen"}


def _configure(panel: Panel, *, fullscreen: bool, left: int) -> None:
    logging.getLogger("kivy").addFilter(_worth_saying)
    from kivy.config import Config  # noqa: PLC0415 - reads the environment when imported

    graphics = {
        "width": panel.width,
        "height": panel.height,
        "fullscreen": "auto" if fullscreen else 0,
        "position": "auto" if fullscreen else "custom",
        "left": left,
        "top": MARGIN,
        "show_cursor": 0 if fullscreen else 1,
        "resizable": 0,
        "multisamples": 0,
        "vsync": 1,
        "maxfps": 20,
    }
    for key, value in graphics.items():
        Config.set("graphics", key, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "log_level", "warning")
    Config.remove_option("input", "%(name)s")  # two providers would count each touch twice
    Config.set("input", "mouse", "mouse,disable_multitouch")


def _worth_saying(record: logging.LogRecord) -> bool:
    # Kivy sets its logger's level anew more than once, and warns that a new home has no configuration yet
    said = record.getMessage()
    if said.startswith(_NO_WINDOW):
        _SDL_SAID.extend(said.splitlines()[1:2])
        return False
    return record.levelno >= logging.WARNING and not said.startswith("Config: ")

"""A touch screen's finger as SDL tells it (SDL_events.h), pushed into its queue where its driver would.

SDL says each finger twice: as itself, and as a mouse under a number of its own (SDL_HINT_TOUCH_MOUSE_EVENTS).
"""

import ctypes
import re
import struct
from pathlib import Path

_MOUSE_DOWN, _MOUSE_UP, _FINGER_DOWN, _FINGER_UP = 0x401, 0x402, 0x700, 0x701
_TOUCH_MOUSE = 0xFFFFFFFF
"""SDL_TOUCH_MOUSEID."""
_LEFT, _PRESSED = 1, 1
_EVENT = 128
"""Bytes; an SDL_Event has 56."""


def tap(x: int, y: int, width: int, height: int) -> None:
    """Put a finger down and lift it, at pixels from the top left."""
    for finger, mouse, pressed in ((_FINGER_DOWN, _MOUSE_DOWN, _PRESSED), (_FINGER_UP, _MOUSE_UP, 0)):
        place = x / width, y / height, 0.0, 0.0, 1.0
        _push(struct.pack("<IIqq5fI", finger, 0, 1, 1, *place, 1))
        _push(struct.pack("<IIIIBBBBii", mouse, 0, 1, _TOUCH_MOUSE, _LEFT, pressed, 1, 0, x, y))


def _push(event: bytes) -> None:
    taken = _sdl().SDL_PushEvent(ctypes.create_string_buffer(event, _EVENT))
    assert taken == 1, "SDL did not take the event"


def _sdl() -> ctypes.CDLL:
    """The very library that Kivy's window has loaded."""
    mapped = re.search(r"\S*/libSDL2-2\S*|\S*/libSDL2\S*", Path("/proc/self/maps").read_text("ascii"))
    assert mapped, "Kivy has loaded no SDL"
    return ctypes.CDLL(mapped[0])

"""Nobody is there: the brand, where to tap, the time."""

import functools
import math

from kivy.clock import Clock
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from PIL import Image, ImageChops

from kiosk.views import EARLIEST, Attract
from ui import figures, paint
from ui.colours import Rgba, contrast
from ui.screens.screen import Screen
from ui.theme import INK, PAPER, theme

_MOVE = 20.0
"""Seconds between two moves of the picture, so that it burns into no panel."""
_MOST, _LEAST, _NOISE = 85, 7.0, 0.03
"""Percent of the accent in the light, the contrast of white on it, and what the dither adds at most."""
_REACH = 1.2
"""How far it moves, in mm to each side."""


class AttractScreen(Screen[Attract]):
    """Moves a little every 20 seconds and draws nothing in between."""

    brand = StringProperty("")
    clock = StringProperty("")
    date = StringProperty("")
    readers = BooleanProperty(defaultvalue=True)
    glow = ObjectProperty(None, allownone=True)
    large = BooleanProperty(defaultvalue=False)
    strong = BooleanProperty(defaultvalue=False)
    shift_x = NumericProperty(0)
    shift_y = NumericProperty(0)

    def fill(self, view: Attract) -> None:
        """Wear the shop's colour and keep the time."""
        self.brand = view.brand.name(view.language)
        self.readers = view.readers
        self.large, self.strong = view.look.large, view.look.contrast
        self._light(theme.accent)
        self._tick(0)
        Clock.unschedule(self._tick)
        Clock.schedule_interval(self._tick, _MOVE)

    def clear(self) -> None:
        """Stop moving."""
        Clock.unschedule(self._tick)
        super().clear()

    def _tick(self, _dt: float) -> None:
        now = self.now()
        right = now >= EARLIEST
        self.clock = figures.clock_time(now, self.language) if right else ""
        self.date = figures.long_date(now.date(), self.language) if right else ""
        turn = now.timestamp() / _MOVE
        self.shift_x = round(_REACH * theme.x * math.sin(turn * 0.7))
        self.shift_y = round(_REACH * theme.y * math.sin(turn * 1.1))

    def _light(self, accent: Rgba) -> None:
        width, height = int(theme.width), int(theme.height)
        red, green, blue, opacity = accent
        light = (width, height, (red, green, blue, opacity))
        if self._lit != light:
            self._lit = light
            self.glow = paint.opaque(glow(*light))

    _lit: object = None


@functools.lru_cache(2)
def glow(width: int, height: int, accent: Rgba) -> Image.Image:
    """Ink with the accent as a soft light at the bottom, dithered so that no bands show."""
    light = Image.radial_gradient("L").resize(
        (round(width * 1.5), round(height * 1.9)), Image.Resampling.BICUBIC
    )
    left, top = (light.width - width) // 2, round(light.height * 0.5 - height * 0.9)
    light = light.crop((left, top, left + width, top + height)).point(lambda v: round(255 * _fall(v / 255)))
    planes = []
    for back, front in zip(INK[:3], _brightest(accent)[:3], strict=True):
        low, high = back * 255, front * 255
        noise = Image.effect_noise((width, height), 10).point(lambda v: round((v - 128) / 8) + 8)
        plane = light.point(lambda v, low=low, high=high: round(low + (high - low) * v / 255))
        planes.append(ImageChops.add(plane, noise, 1, -8))
    return Image.merge("RGB", planes)


def _brightest(accent: Rgba) -> Rgba:
    """The middle of the light: as much of the accent as white text in it can bear."""
    shares = (share / 100 for share in range(_MOST, -1, -1))
    mixed = (tuple(a + (b - a) * share for a, b in zip(INK, accent, strict=True)) for share in shares)
    return next(
        (r, g, b, a)
        for r, g, b, a in mixed
        if contrast(PAPER, (r + _NOISE, g + _NOISE, b + _NOISE, a)) >= _LEAST
    )


def _fall(distance: float) -> float:
    return max(0.0, 1 - distance * 1.25) ** 2

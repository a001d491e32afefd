"""Icons, drawn as strokes in a unit square so that they are sharp on every panel."""

import functools
import math
from dataclasses import dataclass

from kivy.clock import Clock
from kivy.properties import (
    BooleanProperty,
    ColorProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.widget import Widget
from PIL import Image, ImageDraw, ImageOps

from ui import paint
from ui.theme import INK

Point = tuple[float, float]
_FINER = 4
"""Pillow does not smooth edges: icons are drawn this much larger and reduced."""


@dataclass(frozen=True, slots=True)
class Line:
    """A stroke through points; (0, 0) is the upper left corner of the unit square."""

    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Arc:
    """Part of a circle, clockwise from 3 o'clock, in degrees."""

    center: Point
    radius: float
    start: float = 0
    end: float = 360


@dataclass(frozen=True, slots=True)
class Box:
    """A rounded rectangle, from its upper left to its lower right corner."""

    corner: Point
    other: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Dot:
    """A filled circle."""

    center: Point
    radius: float


@dataclass(frozen=True, slots=True)
class Pie:
    """A filled part of a circle, clockwise from 3 o'clock, in degrees."""

    center: Point
    radius: float
    start: float
    end: float


Shape = Line | Arc | Box | Dot | Pie

_HEAD = (Arc((0.5, 0.5), 0.44), Dot((0.35, 0.4), 0.05), Dot((0.65, 0.4), 0.05))

_GLASS = (
    Arc((0.42, 0.42), 0.32),
    Line(((0.66, 0.66), (0.92, 0.92))),
    Line(((0.28, 0.42), (0.56, 0.42))),
)

ICONS: dict[str, tuple[Shape, ...]] = {
    "down": (Line(((0.5, 0.08), (0.5, 0.92))), Line(((0.16, 0.58), (0.5, 0.92), (0.84, 0.58)))),
    "forward": (Line(((0.1, 0.5), (0.9, 0.5))), Line(((0.58, 0.18), (0.9, 0.5), (0.58, 0.82)))),
    "check": (Line(((0.12, 0.54), (0.4, 0.8), (0.88, 0.24))),),
    "undo": (
        Line(((0.3, 0.12), (0.1, 0.34), (0.3, 0.56))),
        Line(((0.1, 0.34), (0.62, 0.34))),
        Arc((0.62, 0.6), 0.26, 270, 450),
        Line(((0.62, 0.86), (0.3, 0.86))),
    ),
    "globe": (
        Arc((0.5, 0.5), 0.42),
        Line(((0.08, 0.5), (0.92, 0.5))),
        Arc((0.24, 0.5), 0.494, 302, 418),
        Arc((0.76, 0.5), 0.494, 122, 238),
    ),
    "offline": (
        Arc((0.5, 0.84), 0.66, 226, 314),
        Arc((0.5, 0.84), 0.38, 226, 314),
        Dot((0.5, 0.84), 0.08),
        Line(((0.16, 0.1), (0.84, 0.94))),
    ),
    "card": (
        Box((0.04, 0.18), (0.96, 0.82), 0.1),
        Line(((0.04, 0.4), (0.96, 0.4))),
        Line(((0.2, 0.64), (0.42, 0.64))),
    ),
    "question": (
        Arc((0.5, 0.32), 0.22, 180, 400),
        Line(((0.668, 0.46), (0.5, 0.6), (0.5, 0.66))),
        Dot((0.5, 0.88), 0.065),
    ),
    "lock": (
        Box((0.2, 0.46), (0.8, 0.92), 0.08),
        Arc((0.5, 0.34), 0.22, 180, 360),
        *((Line(((0.28, 0.34), (0.28, 0.46))), Line(((0.72, 0.34), (0.72, 0.46))))),
    ),
    "no-card": (
        Box((0.04, 0.18), (0.96, 0.82), 0.1),
        Line(((0.04, 0.4), (0.96, 0.4))),
        Line(((0.14, 0.98), (0.86, 0.02))),
    ),
    "clock": (Arc((0.5, 0.5), 0.42), Line(((0.5, 0.24), (0.5, 0.52), (0.68, 0.62)))),
    "star": (
        Line(
            (
                (0.5, 0.08),
                (0.63, 0.37),
                (0.94, 0.4),
                (0.7, 0.6),
                (0.77, 0.91),
                (0.5, 0.75),
                (0.23, 0.91),
                (0.3, 0.6),
                (0.06, 0.4),
                (0.37, 0.37),
                (0.5, 0.08),
            )
        ),
    ),
    "offer": (
        Line(((0.52, 0.08), (0.92, 0.08), (0.92, 0.48), (0.48, 0.92), (0.08, 0.52), (0.52, 0.08))),
        Dot((0.72, 0.28), 0.07),
    ),
    "talk": (
        Box((0.08, 0.12), (0.92, 0.68), 0.12),
        Line(((0.28, 0.68), (0.28, 0.92), (0.52, 0.68))),
    ),
    "list": tuple(
        shape for y in (0.2, 0.5, 0.8) for shape in (Dot((0.12, y), 0.06), Line(((0.34, y), (0.92, y))))
    ),
    "back": (Line(((0.1, 0.5), (0.9, 0.5))), Line(((0.42, 0.18), (0.1, 0.5), (0.42, 0.82)))),
    "larger": (*_GLASS, Line(((0.42, 0.28), (0.42, 0.56)))),
    "smaller": _GLASS,
    "contrast": (Arc((0.5, 0.5), 0.42), Pie((0.5, 0.5), 0.42, 90, 270)),
    "face-1": (
        *_HEAD,
        Arc((0.5, 0.84), 0.2, 205, 335),
        Line(((0.24, 0.25), (0.4, 0.31))),
        Line(((0.76, 0.25), (0.6, 0.31))),
    ),
    "face-2": (*_HEAD, Arc((0.5, 0.95), 0.27, 237, 303)),
    "face-3": (*_HEAD, Line(((0.34, 0.68), (0.66, 0.68)))),
    "face-4": (*_HEAD, Arc((0.5, 0.45), 0.27, 57, 123)),
    "face-5": (*_HEAD, Pie((0.5, 0.56), 0.24, 0, 180)),
    "warning": (Line(((0.5, 0.12), (0.5, 0.62))), Dot((0.5, 0.86), 0.065)),
}


class Icon(Widget):
    """One of ICONS in one colour, `art` pixels wide and high, in the middle of the widget.

    `mirrored` turns what points forward for right-to-left.
    """

    name = StringProperty("")
    art = ListProperty([24, 24])
    color = ColorProperty(INK)
    mirrored = BooleanProperty(defaultvalue=False)
    stroke = NumericProperty(0.09)
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **options: object) -> None:
        """Draw before the next frame."""
        trigger = Clock.create_trigger(self._draw, -1)
        super().__init__(**options)
        for name in ("name", "art", "mirrored", "stroke"):
            self.fbind(name, trigger)
        trigger()

    def _draw(self, _dt: float) -> None:
        if not self.name:
            self.texture = None
            return
        mask = drawn(self.name, round(self.art[0]), round(self.art[1]), float(self.stroke))
        self.texture = paint.tinted(ImageOps.mirror(mask) if self.mirrored else mask)


class Disc(AnchorLayout):
    """A round sign with an icon in it."""

    icon = StringProperty("")
    fill = ColorProperty(INK)
    mm = NumericProperty(22)


@functools.lru_cache(64)
def drawn(name: str, width: int, height: int, stroke: float) -> Image.Image:
    """An icon as a mask of `width` by `height` pixels; `stroke` is its lines' width, of the unit square."""
    side = max(width, height) * _FINER
    mask = Image.new("L", (side, side))
    pen = _Pen(ImageDraw.Draw(mask), side, stroke)
    for shape in ICONS[name]:
        pen.draw(shape)
    return mask.resize((width, height), Image.Resampling.LANCZOS)


class _Pen:
    """Strokes with round ends."""

    def __init__(self, draw: ImageDraw.ImageDraw, side: int, stroke: float) -> None:
        self._draw, self._side, self._half = draw, side, stroke / 2

    def draw(self, shape: Shape) -> None:
        match shape:
            case Line(points):
                self._line(points)
            case Arc(center, radius, start, end):
                self._line(_along(center, radius, start, end))
            case Box(corner, other, radius):
                self._box(corner, other, radius)
            case Dot(center, radius):
                self._dot(center, radius)
            case Pie(center, radius, start, end):
                self._draw.pieslice(self._round(center, radius), start, end, fill=255)

    def _dot(self, center: Point, radius: float) -> None:
        self._draw.ellipse(self._round(center, radius), fill=255)

    def _round(self, center: Point, radius: float) -> tuple[float, float, float, float]:
        (x, y), side = center, self._side
        return ((x - radius) * side, (y - radius) * side, (x + radius) * side, (y + radius) * side)

    def _line(self, points: tuple[Point, ...]) -> None:
        scaled = [(x * self._side, y * self._side) for x, y in points]
        self._draw.line(scaled, fill=255, width=round(2 * self._half * self._side), joint="curve")
        for end in (points[0], points[-1]):
            self._dot(end, self._half)

    def _box(self, corner: Point, other: Point, radius: float) -> None:
        out, side = self._half, self._side
        box = tuple(v * side for v in (corner[0] - out, corner[1] - out, other[0] + out, other[1] + out))
        self._draw.rounded_rectangle(
            box, (radius + out) * side, outline=255, width=round(2 * self._half * side)
        )


def _along(center: Point, radius: float, start: float, end: float) -> tuple[Point, ...]:
    steps = max(2, round(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return tuple((center[0] + radius * math.cos(a), center[1] + radius * math.sin(a)) for a in angles)

"""A text on the screen."""

import math

from kivy.clock import Clock
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.widget import Widget

from ui import paint, text
from ui.text import Block
from ui.theme import INK, theme

_LEAST_MM = 2.6
"""An em below which nobody reads: a text that does not fit in it either is cut."""


class Text(Widget):
    """Logical text, drawn shaped; it wraps, then shrinks. Of an old text nothing is kept.

    `px` is the em's height, `rows` the most lines it may take. The lines stand at `align` across and at
    `stand` down: in the optical middle, at the top or at the bottom. With `hug` the widget is as wide as
    its text, and no wider than `most` pixels. Characters that no font has are left out.
    """

    text = StringProperty("")
    language = OptionProperty("fa", options=["fa", "en"])
    px = NumericProperty(24)
    weight = OptionProperty("Regular", options=["Regular", "Medium", "SemiBold", "Bold"])
    color = ColorProperty(INK)
    align = OptionProperty("start", options=["start", "center", "end"])
    rows = NumericProperty(1)
    hug = BooleanProperty(defaultvalue=False)
    most = NumericProperty(float("inf"))
    least = NumericProperty(0)
    """The smallest em in pixels; 0 for what can just be read."""
    stand = OptionProperty("middle", options=["middle", "top", "bottom"])
    tight = BooleanProperty(defaultvalue=False)
    """As high as its lines are, and 0 without any."""
    texture = ObjectProperty(None, allownone=True)
    pad_x = NumericProperty(0)
    tall = NumericProperty(0)
    """The height of what is drawn, in pixels, without the room round it."""
    shown = NumericProperty(0)
    """The em in pixels that it is drawn in."""

    width: float  # said by Kivy's Widget, which has no types
    height: float
    x: float
    y: float

    def _place(self) -> tuple[int, int]:
        width, height = self.texture.size if self.texture else (0, 0)
        spare = self.width - width
        left = (self.align == "start") == (text.direction(self.language) == "ltr")
        x = spare / 2 if self.align == "center" else -self.pad_x if left else spare + self.pad_x
        return round(self.x + x), round(self._middle() - height / 2)

    def _middle(self) -> float:
        if self.stand == "middle":
            return self.y + self.height / 2
        half: float = self.tall / 2
        return self.y + (self.height - half if self.stand == "top" else half)

    place = AliasProperty(
        _place, None, bind=["texture", "pos", "size", "align", "language", "pad_x", "stand", "tall"]
    )

    def __init__(self, **options: object) -> None:
        """Draw once before the next frame, however many properties change until then."""
        trigger = Clock.create_trigger(self._draw, -1)
        super().__init__(**options)
        for name in ("text", "language", "px", "weight", "align", "rows", "hug", "most", "size", "tight"):
            self.fbind(name, trigger)
        trigger()

    def _draw(self, _dt: float) -> None:
        if not self.text:
            self.texture = None
            self._shrink(0, 0)
            return
        block = self._fitted()
        self.pad_x, self.tall, self.shown = text.padding(block.face)[0], block.height, block.face.px
        self.texture = paint.tinted(text.draw(block, self.align))
        self._shrink(block.width, block.height)

    def _shrink(self, width: float, height: float) -> None:
        if self.hug:
            self.width = width
        if self.tight:
            self.height = height

    def _fitted(self) -> Block:
        face = text.Face(self.language, self.weight, round(self.px))
        room = self.most if self.hug else self.width, math.inf if self.tight else self.height
        least = round(self.least or _LEAST_MM * theme.y)
        words = text.legible(self.text)
        return text.fit(words, face, room[0], int(self.rows), height=room[1], least=least)

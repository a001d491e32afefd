"""A grid over the whole glass whose squares fill where a finger was."""

import math

from kivy.graphics import Color, Rectangle
from kivy.input import MotionEvent
from kivy.properties import ColorProperty, NumericProperty
from kivy.uix.widget import Widget

from ui.theme import ACCENT

GAP = 1
"""Pixels between squares."""


class TouchGrid(Widget):
    """`left` squares are still empty; `on_felt` fires when one fills."""

    __events__ = ("on_felt",)

    square_x = NumericProperty(80)
    square_y = NumericProperty(80)
    empty = ColorProperty((1, 1, 1, 1))
    filled = ColorProperty(ACCENT)
    left = NumericProperty(0)

    def __init__(self, **options: object) -> None:
        """Lay the squares out when the size is known."""
        self._colours: list[Color] = []
        self._felt: set[int] = set()
        self._columns = self._rows = 1
        super().__init__(**options)
        for name in ("size", "pos", "square_x", "square_y"):
            self.fbind(name, self.reset)

    def on_felt(self) -> None:
        """Bind to it."""

    def reset(self, *_: object) -> None:
        """Empty every square."""
        self._columns = max(1, math.floor(self.width / self.square_x))
        self._rows = max(1, math.floor(self.height / self.square_y))
        self._felt.clear()
        self.left = self._columns * self._rows
        self.canvas.clear()
        with self.canvas:
            self._colours = [self._square(index) for index in range(self.left)]

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Fill the square under the finger."""
        return self._feel(touch)

    def on_touch_move(self, touch: MotionEvent) -> bool:
        """Fill the squares that it is drawn over."""
        return self._feel(touch)

    def _square(self, index: int) -> Color:
        row, column = divmod(index, self._columns)
        width, height = self.width / self._columns, self.height / self._rows
        colour = Color(*self.empty)
        Rectangle(
            pos=(self.x + column * width + GAP, self.y + row * height + GAP),
            size=(width - 2 * GAP, height - 2 * GAP),
        )
        return colour

    def _feel(self, touch: MotionEvent) -> bool:
        if not self.collide_point(*touch.pos):
            return False
        column = min(self._columns - 1, int((touch.x - self.x) * self._columns / self.width))
        row = min(self._rows - 1, int((touch.y - self.y) * self._rows / self.height))
        index = row * self._columns + column
        if index not in self._felt:
            self._felt.add(index)
            self._colours[index].rgba = self.filled
            self.left -= 1
            self.dispatch("on_felt")
        return True

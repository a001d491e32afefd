"""A text on the screen."""

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
from ui.theme import INK


class Text(Widget):
    """Logical text, drawn shaped; it shrinks rather than be cropped. Of an old text nothing is kept.

    `px` is the em's height, `rows` the most lines it may take. The lines stand at `align` across and in
    the optical middle down. With `hug` the widget is as wide as its text.
    """

    text = StringProperty("")
    language = OptionProperty("fa", options=["fa", "en"])
    px = NumericProperty(24)
    weight = OptionProperty("Regular", options=["Regular", "Medium", "SemiBold", "Bold"])
    color = ColorProperty(INK)
    align = OptionProperty("start", options=["start", "center", "end"])
    rows = NumericProperty(1)
    hug = BooleanProperty(defaultvalue=False)
    texture = ObjectProperty(None, allownone=True)
    pad_x = NumericProperty(0)

    width: float  # said by Kivy's Widget, which has no types

    def _place(self) -> tuple[int, int]:
        width, height = self.texture.size if self.texture else (0, 0)
        spare = self.width - width
        left = (self.align == "start") == (text.direction(self.language) == "ltr")
        x = spare / 2 if self.align == "center" else -self.pad_x if left else spare + self.pad_x
        return round(self.x + x), round(self.center_y - height / 2)

    place = AliasProperty(_place, None, bind=["texture", "pos", "size", "align", "language", "pad_x"])

    def __init__(self, **options: object) -> None:
        """Draw once before the next frame, however many properties change until then."""
        trigger = Clock.create_trigger(self._draw, -1)
        super().__init__(**options)
        for name in ("text", "language", "px", "weight", "align", "rows", "hug", "width"):
            self.fbind(name, trigger)
        trigger()

    def _draw(self, _dt: float) -> None:
        if not self.text:
            self.texture = None
            return
        face = text.Face(self.language, self.weight, round(self.px))
        room = float("inf") if self.hug else self.width
        block = text.fit(self.text, face, room, int(self.rows))
        self.pad_x = text.padding(block.face)[0]
        self.texture = paint.tinted(text.draw(block, self.align))
        if self.hug:
            self.width = block.width

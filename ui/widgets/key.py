"""A key to touch: pressed at once, meant only when the finger leaves it while still on it."""

from kivy.input import MotionEvent
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    ColorProperty,
    NumericProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout

from ui.theme import CLEAR, INK, MUTED, PAPER, Rgba

_INKS = ["down", "disabled", "ink", "quiet_ink", "pressed_ink"]


class Key(AnchorLayout):
    """A rounded key with a caption and, if it has one, an icon before or after it in reading direction.

    `name` is what simulated shoppers know it by. `on_tap` fires at touch-up; a finger that slides off the
    key presses nothing. `latched` keeps the pressed look. A key takes one finger at a time.
    """

    __events__ = ("on_tap",)

    name = StringProperty("")
    caption = StringProperty("")
    icon = StringProperty("")
    icon_first = BooleanProperty(defaultvalue=True)
    icon_mm = NumericProperty(6)
    language = OptionProperty("fa", options=["fa", "en"])
    px = NumericProperty(24)
    weight = OptionProperty("SemiBold", options=["Regular", "Medium", "SemiBold", "Bold"])
    mirrored = BooleanProperty(defaultvalue=False)
    rows = NumericProperty(1)
    """Lines that the caption may take."""

    fill = ColorProperty(PAPER)
    ink = ColorProperty(INK)
    quiet_ink = ColorProperty(MUTED)
    """While the key does not answer."""
    edge = ColorProperty(CLEAR)
    pressed_fill = ColorProperty(INK)
    pressed_ink = ColorProperty(PAPER)

    pressed = BooleanProperty(defaultvalue=False)
    latched = BooleanProperty(defaultvalue=False)
    down = AliasProperty(lambda self: self.pressed or self.latched, None, bind=["pressed", "latched"])
    shown_ink = AliasProperty(lambda self: self._ink(), None, bind=_INKS)

    @property
    def held(self) -> bool:
        """Whether a finger is on it, or has slid off it and not lifted."""
        return self._finger is not None

    def on_tap(self) -> None:
        """Bind to it."""

    def let_go(self) -> None:
        """Forget a finger that is still down: what the key meant is gone."""
        self._finger = None
        self.pressed = False

    def _ink(self) -> Rgba:
        shown: Rgba = self.pressed_ink if self.down else self.quiet_ink if self.disabled else self.ink
        return shown

    _finger: object = None

    def on_touch_down(self, touch: MotionEvent) -> bool:
        """Take the finger if it is on the key and the first."""
        if self.disabled or self._finger is not None or not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self._finger = touch.uid
        self.pressed = True
        return True

    def on_touch_move(self, touch: MotionEvent) -> bool:
        """Show whether lifting now would count."""
        if touch.grab_current is not self or self._finger != touch.uid:
            return False
        self.pressed = self.collide_point(*touch.pos)
        return True

    def on_touch_up(self, touch: MotionEvent) -> bool:
        """Count the touch if it ends on the key, which is then still shown."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        meant = self._finger == touch.uid and not self.disabled and self.collide_point(*touch.pos)
        if self._finger == touch.uid:
            self.let_go()
        if meant and self.get_root_window():
            self.dispatch("on_tap")
        return True

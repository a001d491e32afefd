"""A question's scale: one key for each value, in reading direction."""

from kivy.clock import Clock
from kivy.properties import (
    BooleanProperty,
    ListProperty,
    NumericProperty,
    ObjectProperty,
    OptionProperty,
    StringProperty,
)
from kivy.uix.anchorlayout import AnchorLayout

from ui import text
from ui.figures import digits
from ui.widgets.key import Key
from ui.widgets.measure import Plan, plan

FACES = 5
LABEL_ROWS = 3


class ScaleKey(Key):
    """One value: a number, or words, with a face or without."""

    value = NumericProperty(0)
    label = StringProperty("")
    label_px = NumericProperty(24)
    face = StringProperty("")
    beside = BooleanProperty(defaultvalue=False)
    """The words stand beside the face, not under it."""
    busy = BooleanProperty(defaultvalue=False)


class AnswerScale(AnchorLayout):
    """The keys of `values`, first where reading starts; on a narrow panel in as many rows as it takes.

    Where there are `labels`, keys show these in one size for all. `saving` is the value that stays pressed
    while nothing answers. `on_value(value)` fires at touch-up.
    """

    __events__ = ("on_value",)

    values = ListProperty()
    labels = ListProperty()
    kind = OptionProperty("ces", options=["ces", "csat", "nps", "cli", "needs"])
    saving = NumericProperty(None, allownone=True)
    language = OptionProperty("fa", options=["fa", "en"])
    upright = BooleanProperty(defaultvalue=False)
    large = BooleanProperty(defaultvalue=False)
    mm_x = NumericProperty(5)
    mm_y = NumericProperty(5)
    px = NumericProperty(24)
    plan = ObjectProperty(Plan(1, 1, 20, 20, 1), rebind=True)

    width: float  # said by Kivy's AnchorLayout, which has no types

    def __init__(self, **options: object) -> None:
        """Arrange once before the next frame, however many properties change until then."""
        trigger = Clock.create_trigger(lambda _dt: self._arrange(), -1)
        super().__init__(**options)
        for name in (
            "values",
            "labels",
            "kind",
            "language",
            "upright",
            "large",
            "mm_x",
            "mm_y",
            "px",
            "width",
        ):
            self.fbind(name, trigger)

    def on_value(self, value: int) -> None:
        """Bind to it."""

    def on_values(self, _scale: object, values: list[int]) -> None:
        """Make as many keys as there are values, out of those that are there."""
        keys = self.ids.grid
        for value in values[len(keys.children) :]:
            key = ScaleKey(value=value)
            key.bind(on_tap=lambda key: self.dispatch("on_value", int(key.value)))
            keys.add_widget(key)
        keys.clear_widgets(keys.children[: len(keys.children) - len(values)])
        self._label()

    def on_saving(self, *_: object) -> None:
        """Keep the touched key pressed; the rest do not answer."""
        self._label()

    def _arrange(self) -> None:
        across = self.width / self.mm_x
        self.plan = plan(self.kind, len(self.values), across, upright=self.upright, large=self.large)
        self._label()
        px = self._label_px()
        for key in self.ids.grid.children:
            key.size = self.plan.width * self.mm_x, self.plan.height * self.mm_y
            key.label_px = px

    def _label(self) -> None:
        words = list(self.labels) if len(self.labels) == len(self.values) else [""] * len(self.values)
        ranks = sorted(self.values)
        for key, value, label in zip(reversed(self.ids.grid.children), self.values, words, strict=True):
            key.value, key.name, key.language = value, f"answer-{value}", self.language
            key.label = text.readable(label)
            key.caption = "" if key.label else digits(str(value), self.language)
            key.face = self._face(ranks.index(value)) if key.label else ""
            key.beside = self.upright
            key.disabled = self.saving is not None
            key.latched = key.busy = value == self.saving

    def _face(self, rank: int) -> str:
        return f"face-{rank + 1}" if self.kind == "csat" and len(self.values) == FACES else ""

    def _label_px(self) -> int:
        """The size in which the longest label fits its key."""
        room = self.label_room()
        face = text.Face(self.language, "SemiBold", round(self.px))
        blocks = [text.fit(label, face, room[0], LABEL_ROWS, height=room[1]) for label in self.labels]
        return min((block.face.px for block in blocks), default=round(self.px))

    def label_room(self) -> tuple[float, float]:
        """Width and height in pixels that a key has for its words."""
        faces, beside = self.kind == "csat", self.upright
        width = (
            self.plan.width
            - 2 * (NARROW if faces and not beside else EDGE)
            - (FACE if faces and beside else 0)
        )
        height = self.plan.height - 2 * EDGE - (FACE if faces and not beside else 0)
        return width * self.mm_x, height * self.mm_y


EDGE, NARROW = 1.2, 0.8
"""Between a key's edge and its words, in mm; and where a face stands over them."""
FACE = 15.0
"""A face with the room round it, in mm."""

"""Keys for what points buy: the money large, the points beneath; all in one size of type."""

from collections.abc import Sequence
from dataclasses import dataclass

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from ui import text
from ui.text import Weight
from ui.widgets.key import Key

GAP = 2.0
"""Between two keys, in mm."""
LEAST, MOST, WIDEST = 15.2, 22.0, 68.0
"""How high a key is, and how wide at most, in mm."""
EDGE = 1.5
"""Between a key's edge and its words, in mm."""


@dataclass(frozen=True, slots=True)
class Price:
    """What is had, and for what, in words."""

    worth: str
    cost: str


class OfferKey(Key):
    """One of them; `value` is its place, from 1."""

    value = NumericProperty(0)
    worth = StringProperty("")
    cost = StringProperty("")
    worth_px = NumericProperty(24)
    cost_px = NumericProperty(18)


class Offers(AnchorLayout):
    """A key for each of `prices`, first where reading starts. `on_choose(place)` fires at touch-up."""

    __events__ = ("on_choose",)

    prices = ListProperty()
    language = OptionProperty("fa", options=["fa", "en"])
    upright = BooleanProperty(defaultvalue=False)
    mm_x = NumericProperty(5)
    mm_y = NumericProperty(5)
    worth_px = NumericProperty(24)
    cost_px = NumericProperty(18)
    columns = NumericProperty(1)
    wide = NumericProperty(100)
    high = NumericProperty(100)

    width: float  # said by Kivy's AnchorLayout, which has no types
    height: float

    def __init__(self, **options: object) -> None:
        """Arrange once before the next frame, however many properties change until then."""
        trigger = Clock.create_trigger(lambda _dt: self._arrange(), -1)
        super().__init__(**options)
        for name in ("prices", "language", "upright", "mm_x", "mm_y", "worth_px", "cost_px", "size"):
            self.fbind(name, trigger)

    def on_choose(self, place: int) -> None:
        """Bind to it."""

    def on_prices(self, _offers: object, prices: list[Price]) -> None:
        """Make as many keys as there are prices, out of those that are there."""
        grid = self.ids.grid
        for place in range(len(grid.children) + 1, len(prices) + 1):
            key = OfferKey(name=f"offer-{place}", value=place)
            key.bind(on_tap=lambda key: self.dispatch("on_choose", int(key.value)))
            grid.add_widget(key)
        grid.clear_widgets(grid.children[: len(grid.children) - len(prices)])
        self._label()

    def _label(self) -> None:
        for key, price in zip(reversed(self.ids.grid.children), self.prices, strict=True):
            key.language, key.worth, key.cost = self.language, price.worth, price.cost

    def _arrange(self) -> None:
        count = max(1, len(self.prices))
        self.columns = columns(count, upright=self.upright)
        rows = -(-count // self.columns)
        self.wide = min(WIDEST * self.mm_x, self._share(self.width, self.columns, GAP * self.mm_x))
        high = self._share(self.height, rows, GAP * self.mm_y) / self.mm_y
        self.high = min(MOST, max(LEAST, high)) * self.mm_y
        self._label()
        self._fit()

    def _share(self, length: float, count: int, gap: float) -> float:
        return (length - gap * (count - 1)) / count

    def _fit(self) -> None:
        worth = self._fitting([price.worth for price in self.prices], "Bold", self.worth_px)
        cost = self._fitting([price.cost for price in self.prices], "Regular", self.cost_px)
        for key in self.ids.grid.children:
            key.worth_px, key.cost_px = worth, cost

    def _fitting(self, words: Sequence[str], weight: Weight, px: float) -> int:
        face = text.Face(self.language, weight, round(px))
        room = self.wide - 2 * EDGE * self.mm_x
        return min((text.fit(each, face, room).face.px for each in words), default=face.px)


def columns(count: int, *, upright: bool) -> int:
    """How many stand side by side: as many in each row as can be, at most three, on a narrow panel two."""
    rows = -(-count // (2 if upright else 3))
    return -(-count // rows)

"""A few lines of text with a sign before each, all in one size that lets them fit."""

from collections.abc import Iterator
from dataclasses import dataclass

from kivy.clock import Clock
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, OptionProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from ui import figures, text
from ui.widgets.row import Row
from ui.words import WORDS

_SIGN = 1.9
"""Room for the sign before a line, in em."""
_GAP = 0.3
"""Between two items, in em."""
_AIR = 0.9
"""What may be added to it, in em."""
_SMALLER = 0.95
_LEADS = "forward"


@dataclass(frozen=True, slots=True)
class Item:
    """A sign's name and the words beside it."""

    icon: str
    text: str


class ItemRow(Row):
    """One line of a list."""

    icon = StringProperty("")
    text = StringProperty("")
    px = NumericProperty(24)
    rows_most = NumericProperty(2)
    leads = BooleanProperty(defaultvalue=False)
    """Tells how many more there are, and that a touch leads to them."""


class List(BoxLayout):
    """`items` from the top, at `px` or as much smaller as it takes, down to `least`.

    The first items are those that matter most. A list that `folds` keeps those that have room at `least`,
    and says how many are `left` on a last line of its own. Another cuts what has no room on several lines
    to one, and then leaves out the last ones. With `onward` a list that folds leads on even if it is whole.
    """

    items = ListProperty()
    language = OptionProperty("fa", options=["fa", "en"])
    px = NumericProperty(24)
    least = NumericProperty(18)
    folds = BooleanProperty(defaultvalue=False)
    left = NumericProperty(0)
    onward = StringProperty("")
    most = NumericProperty(2)
    """Lines that one item takes."""

    width: float  # said by Kivy's Widget, which has no types
    height: float

    def __init__(self, **options: object) -> None:
        """Arrange once before the next frame, however many properties change until then."""
        trigger = Clock.create_trigger(self._arrange, -1)
        super().__init__(**{"orientation": "vertical", **options})
        for name in ("items", "language", "px", "least", "folds", "onward", "most", "size"):
            self.fbind(name, trigger)

    def _arrange(self, _dt: float) -> None:
        items, px, rows = self._fitting()
        self.left = max(0, len(self.items) - len(items)) if self.folds else 0
        if self.left:
            items, rows = [*items, self._rest()], [*rows, 1]
        for _ in range(len(self.children), len(items)):
            self.add_widget(ItemRow())
        self.clear_widgets(self.children[: len(self.children) - len(items)])
        self._spread(rows, px)
        for row, item, lines in zip(reversed(self.children), items, rows, strict=True):
            row.language, row.icon, row.text = self.language, item.icon, item.text
            row.px, row.rows_most, row.leads = px, lines, item.icon == _LEADS
            row.height = text.needed(px, lines)

    def _spread(self, rows: list[int], px: int) -> None:
        # what room is left goes between the items, up to a point, and then above and below
        spare = max(0.0, self.height - self._needed(rows, px))
        more = min(spare / (len(rows) + 1), px * _AIR)
        self.spacing = px * _GAP + more
        rest = (spare - more * max(0, len(rows) - 1)) / 2
        self.padding = (0, rest, 0, rest)

    def _fitting(self) -> tuple[list[Item], int, list[int]]:
        items = [*self.items, *([Item(_LEADS, self.onward)] if self.onward else [])]
        for px in self._sizes():
            rows = [self._lines(item, px) for item in items]
            if max(rows, default=0) <= self.most and self._needed(rows, px) <= self.height:
                return items, px, rows
        rows = [min(lines, int(self.most)) for lines in rows[: len(self.items)]]
        kept = (self._folded if self.folds else self._shorter)(rows, px)
        return items[: len(kept)], px, kept

    def _folded(self, rows: list[int], px: int) -> list[int]:
        while rows and self._needed([*rows, 1], px) > self.height:
            rows = rows[:-1]
        return rows

    def _rest(self) -> Item:
        count = figures.digits(str(int(self.left)), self.language)
        return Item(_LEADS, WORDS[self.language].more.format(count))

    def _shorter(self, rows: list[int], px: int) -> list[int]:
        while rows and self._needed(rows, px) > self.height:
            longer = [place for place, lines in enumerate(rows) if lines > 1]
            if longer:
                rows[longer[-1]] = 1
            else:
                rows.pop()
        return rows

    def _sizes(self) -> Iterator[int]:
        px, least = round(self.px), round(self.least)
        yield px
        while px > least:
            px = max(least, int(px * _SMALLER))
            yield px

    def _lines(self, item: Item, px: int) -> int:
        face = text.Face(self.language, "Regular", px)
        wide = self.width - px * _SIGN
        return len(text.lines(text.legible(item.text), face, wide))

    def _needed(self, rows: list[int], px: int) -> float:
        return sum(text.needed(px, lines) for lines in rows) + px * _GAP * max(0, len(rows) - 1)

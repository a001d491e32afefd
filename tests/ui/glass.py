"""What lies where on the glass, and what must never be so of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from kivy.uix.scrollview import ScrollView

from kiosk.views import View
from tests.ui.conftest import Kiosk
from ui.text import legible
from ui.theme import theme
from ui.widgets import Icon, Key, List, Text, Timer

LEAST_MM = 15.0, 15.0
"""Of a key, across and down."""
LEAST_ANSWER_MM: dict[object, tuple[float, float]] = {"ces": (20, 20), "csat": (20, 20), "nps": (12.5, 30)}
"""Of the keys of a scale; eleven keys on one panel are narrower, and so much taller."""
GAP_MM, SCALE_GAP_MM = 2.0, 1.0
ROUNDING_MM = 0.01
ROUNDING = 2
"""Pixels by which a text may reach over its place: strokes do, and a place is rounded."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels of the window."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, outer: "Box", slack: float = ROUNDING) -> bool:
        """Whether it lies within another, but for some pixels."""
        return (
            outer.x - slack <= self.x
            and outer.y - slack <= self.y
            and self.x + self.width <= outer.x + outer.width + slack
            and self.y + self.height <= outer.y + outer.height + slack
        )

    def gaps(self, other: "Box") -> tuple[float, float]:
        """Pixels between two, across and down; below 0 where they reach over each other."""
        return (
            max(other.x - self.x - self.width, self.x - other.x - other.width),
            max(other.y - self.y - self.height, self.y - other.y - other.height),
        )


@dataclass(frozen=True)
class Mark:
    """Something that is drawn, and where."""

    name: str
    box: Box
    widget: Any = field(repr=False)


def check(kiosk: Kiosk, view: View) -> None:
    """All keys can be hit, all is on the glass, and nothing lies on anything else."""
    check_keys(kiosk, view)
    found = list(marks(kiosk))
    glass = Box(0, 0, kiosk.panel.width, kiosk.panel.height)
    for mark in found:
        assert mark.box.inside(glass, 1), (view, mark)
    for text in texts(kiosk):
        assert _drawn(text).inside(_place(text)), (view, text.text)
    for one, other in combinations(found, 2):
        apart = max(one.box.gaps(other.box)) >= -ROUNDING
        assert apart or _related(one.widget, other.widget), (view, one, other)


def check_whole(kiosk: Kiosk, view: View) -> None:
    """No text is cut, and no line of a list is left out."""
    assert cut(kiosk) == [], view


def check_small(kiosk: Kiosk, view: View) -> None:
    """No text is smaller than the smallest of its look, in pixels of the em."""
    assert {text.text: text.shown for text in texts(kiosk) if text.shown < theme.small - 1} == {}, view


def cut(kiosk: Kiosk) -> list[str]:
    """What is not there to be read to its end."""
    short = [text.text for text in texts(kiosk) if _cut(text)]
    lists = [widget for widget in _all(kiosk) if isinstance(widget, List)]
    silent = [each for each in lists if not each.left]
    return short + [item.text for each in silent for item in each.items[len(each.children) :]]


def check_keys(kiosk: Kiosk, view: View) -> None:
    """Every key is large enough for a finger, and far enough from every other."""
    keys = [mark for mark in marks(kiosk) if isinstance(mark.widget, Key)]
    for mark in keys:
        for side, least in zip(_mm(kiosk, mark.box.width, mark.box.height), _least(view, mark), strict=True):
            assert side > least - ROUNDING_MM, (view, mark)
    for one, other in combinations(keys, 2):
        across, down = _mm(kiosk, *one.box.gaps(other.box))
        least = SCALE_GAP_MM if _is_answer(one) and _is_answer(other) else GAP_MM
        assert across > least - ROUNDING_MM or down > GAP_MM - ROUNDING_MM, (view, one, other)


def marks(kiosk: Kiosk) -> Iterator[Mark]:
    """Keys, texts, signs and timers that are to be seen."""
    for widget in _all(kiosk):
        if isinstance(widget, Key) and widget.name:
            yield Mark(widget.name, _place(widget), widget)
        elif isinstance(widget, Text) and widget.texture:
            yield Mark(widget.text, _drawn(widget), widget)
        elif isinstance(widget, Icon) and widget.texture:
            yield Mark(widget.name, _art(widget), widget)
        elif isinstance(widget, Timer) and widget.ids.ring.left:
            yield Mark("timer", _place(widget), widget)


def texts(kiosk: Kiosk) -> list[Any]:
    """Every text that is drawn."""
    return [widget for widget in _all(kiosk) if isinstance(widget, Text) and widget.texture]


def ink(text: Any) -> tuple[float, float]:  # noqa: ANN401 - Kivy's widgets have no types
    """From where to where the strokes of a text reach across the window."""
    box = _drawn(text)
    return box.x, box.x + box.width


def _all(kiosk: Kiosk) -> list[Any]:
    assert kiosk.app.stage.screen
    return [widget for widget in kiosk.app.stage.screen.walk() if not _scrolled_away(widget)]


def _scrolled_away(widget: Any) -> bool:  # noqa: ANN401
    """Whether it reaches over the edge of what it scrolls in, which cuts it off."""
    views = [above for above in _above(widget) if isinstance(above, ScrollView) and above is not widget]
    return any(not _place(widget).inside(_place(view), 0) for view in views)


def _cut(text: Any) -> bool:  # noqa: ANN401
    return " ".join(text._fitted().lines).split() != legible(text.text).split()  # noqa: SLF001


def _drawn(text: Any) -> Box:  # noqa: ANN401
    x, y = text.to_window(*text.place)
    width, height = text.texture.size
    return Box(x + text.pad_x, y + (height - text.tall) / 2, width - 2 * text.pad_x, text.tall)


def _art(icon: Any) -> Box:  # noqa: ANN401
    width, height = icon.art
    x, y = icon.to_window(icon.center_x - width / 2, icon.center_y - height / 2)
    return Box(x, y, width, height)


def _place(widget: Any) -> Box:  # noqa: ANN401
    return Box(*widget.to_window(*widget.pos), *widget.size)


def _mm(kiosk: Kiosk, x: float, y: float) -> tuple[float, float]:
    panel = kiosk.panel
    return x * panel.width_mm / panel.width, y * panel.height_mm / panel.height


def _least(view: View, mark: Mark) -> tuple[float, float]:
    kind = getattr(view, "kind", None) if _is_answer(mark) else None
    return LEAST_ANSWER_MM.get(kind, LEAST_MM)


def _is_answer(mark: Mark) -> bool:
    return mark.name.startswith("answer-")


def _related(one: Any, other: Any) -> bool:  # noqa: ANN401
    """Whether one lies in the other, as a caption in its key."""
    return one in set(_above(other)) or other in set(_above(one))


def _above(widget: Any) -> Iterator[Any]:  # noqa: ANN401
    while widget is not widget.parent:
        yield widget
        widget = widget.parent

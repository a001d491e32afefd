"""Whatever a view holds, nothing leaves the glass: both languages, three sizes, four looks, bad content."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import pytest

from kiosk import views as v
from mqtt.vocabulary import Language
from tests.ui.conftest import Kiosk, standing
from ui import gallery
from ui.widgets import Key, Text

LONG = "Offer of a very long kind, in many words. " * 10


def bad(language: Language, look: v.Look) -> Iterator[v.View]:
    shown = dict(gallery.views(language, look))
    full = shown["welcome"]
    assert isinstance(full, v.Welcome)
    for available in (0, -340, 999_999_999, -999_999_999):
        yield replace(full, available=available, name="", offers=(LONG, LONG, LONG), tier=LONG)
    yield replace(full, name="\u4e2d\u6587", last_visit=None, offline=True)
    for name, view in shown.items():
        if isinstance(view, v.Ask) and name.startswith("ask"):
            yield replace(view, text=LONG[:400], labels=tuple(label * 3 for label in view.labels))


@pytest.mark.parametrize("size", list(gallery.SIZES))
@pytest.mark.parametrize("look", list(gallery.LOOKS))
@pytest.mark.parametrize("language", get_args(Language))
def test_nothing_leaves_the_glass(size: str, look: str, language: Language) -> None:
    for kiosk in standing(gallery.SIZES[size]):
        seen = gallery.LOOKS[look]
        views = [view for _name, view in gallery.views(language, seen)]
        for view in [*views, *bad(language, seen)]:
            kiosk.show(view)
            check(kiosk, view)


def check(kiosk: Kiosk, view: v.View) -> None:
    assert kiosk.app.stage.screen
    for widget in kiosk.app.stage.screen.walk():
        if isinstance(widget, Key) and widget.name:
            inside(kiosk, widget.to_window(*widget.pos), widget.size, (view, widget.name))
        if isinstance(widget, Text) and widget.texture:
            inside(kiosk, *drawn(widget), (view, widget.text))


def drawn(widget: Any) -> tuple[tuple[float, float], tuple[float, float]]:  # noqa: ANN401 - Kivy has no types
    x, y = widget.to_window(*widget.place)
    width = widget.texture.width - 2 * widget.pad_x
    return (x + widget.pad_x, y + (widget.texture.height - widget.tall) / 2), (width, widget.tall)


def inside(
    kiosk: Kiosk, place: tuple[float, float], size: tuple[float, float], what: tuple[object, ...]
) -> None:
    assert place[0] >= -1, what
    assert place[1] >= -1, what
    assert place[0] + size[0] <= kiosk.panel.width + 1, what
    assert place[1] + size[1] <= kiosk.panel.height + 1, what

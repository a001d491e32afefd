"""Nothing personal outlives its screen."""

import gc
from collections.abc import Iterator
from typing import Any

from tests.ui.conftest import Kiosk, attract, welcome

NAME = "Zarathustra-" + "Q" * 9


def strings(thing: object) -> Iterator[str]:
    """The strings that an object holds directly."""
    inside = gc.get_referents(thing)
    yield from (part for part in inside if issubclass(type(part), str))  # a dead proxy has no __class__


def holders(secret: str) -> list[object]:
    gc.collect()
    here = gc.get_objects()
    return [thing for thing in here if thing is not here and any(secret in text for text in strings(thing))]


def shown(kiosk: Kiosk) -> list[Any]:
    return [widget for widget in kiosk.app.stage.walk() if hasattr(widget, "text") and widget.text]


def test_no_object_holds_the_name_or_the_balance_after_leaving(kiosk: Kiosk) -> None:
    before = len(holders("98,765")), len(holders(NAME))
    kiosk.show(welcome("en", NAME, 98_765_432))
    assert any(NAME in widget.text for widget in shown(kiosk))
    assert len(holders("98,765")) > before[0]
    kiosk.flipped.clear()
    kiosk.show(attract("en"))
    kiosk.flipped.clear()
    assert (len(holders("98,765")), len(holders(NAME))) == before


def test_no_widget_keeps_a_text_or_its_picture(kiosk: Kiosk) -> None:
    kiosk.show(welcome("en", NAME))
    screen = kiosk.app.stage.screen
    assert screen
    personal = [
        w for w in screen.walk() if getattr(w, "text", "") in {f"Hello, \u2068{NAME}\u2069", "12,480"}
    ]
    assert len(personal) == 2
    kiosk.show(attract("en"))
    assert [widget.text for widget in personal] == ["", ""]
    assert [widget.texture for widget in personal] == [None, None]


def test_the_next_member_sees_nothing_of_the_one_before(kiosk: Kiosk) -> None:
    kiosk.show(welcome("en", NAME))
    kiosk.show(welcome("en", "Mina"))
    assert not any(NAME in widget.text for widget in shown(kiosk))

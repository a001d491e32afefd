"""Nothing personal outlives its screen, and each way in which it could would be seen."""

import functools
import gc
import types
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from kivy.cache import Cache
from kivy.uix.widget import Widget

from kiosk.views import (
    Expiring,
    History,
    Join,
    Leave,
    Line,
    NextTier,
    Offer,
    Redeem,
    Redeemed,
    Reply,
    Talk,
    Ticket,
    View,
    Welcome,
)
from tests.ui.conftest import FAR, Kiosk, ask, attract, standing, welcome
from tests.ui.kept import KEPT
from tests.ui.traces import Secret, in_caches, in_objects, in_widgets
from ui.start import PANELS
from ui.widgets import Item, List, Text

NAME = "Zarathustra-" + "Q" * 9
BALANCE, PENDING, LAPSING, MISSING, MOVED = 98_765_432, 87_654_321, 76_543_219, 65_432_198, 54_321_987
SPENT = 43_219_876
FIGURES = BALANCE, PENDING, LAPSING, MISSING, MOVED, SPENT
TIER, OFFER, RANK = "Xanthippe-tier", "Ygdrasil-offer", "Wolpertinger-rank"
WORDS, CODE = "Jabberwock-answer", "XJBWK-QZ7VN"
COUPON, RECEIPT, PHONE = "YHGTN-5RK2P", "ZVDQS-8MW3J", "09127654329"
TYPED = PHONE, "0912\N{NO-BREAK SPACE}765\N{NO-BREAK SPACE}4329", "0912 765 4329"
CODES = CODE, *(form for code in (COUPON, RECEIPT) for form in (code, code.replace("-", "")))
SECRET = Secret(
    (NAME, TIER, OFFER, RANK, WORDS, *CODES, *TYPED, *(f"{figure:,}" for figure in FIGURES)),
    frozenset(FIGURES),
)
ONE = Secret((NAME,), frozenset({BALANCE}))
CACHES = (
    "kv.resourcefind",
    "kv.lang",
    "kv.image",
    "kv.atlas",
    "kv.texture",
    "kv.shader",
    "kv.graphics.texture",
)


@pytest.fixture(scope="module", autouse=True)
def thawed() -> Iterator[None]:
    """Every object counts here, those too that other tests leave to the collector's rest."""
    gc.unfreeze()
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    """One whose screens nobody else has had or gets: some tests hide something in them."""
    KEPT.forget()
    yield from standing(PANELS["7"])
    KEPT.forget()


@pytest.fixture
def newborn() -> Iterator[None]:
    """Only objects that come from now on are looked at: it takes a second to look at all."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def visit() -> Iterator[View]:
    """What a member sees, with something of theirs wherever there can be something."""
    seen = welcome("en", NAME, BALANCE)
    yield Welcome(
        "en",
        seen.name,
        seen.available,
        seen.as_of,
        offline=True,
        last_visit=seen.last_visit,
        countdown=FAR,
        pending=PENDING,
        tier=TIER,
        expiring=Expiring(LAPSING, date(2026, 12, 1)),
        next_tier=NextTier(RANK, MISSING),
        offers=(OFFER,),
        history=True,
    )
    line = Line(date(2026, 11, 1), MOVED, "earn")
    yield History("en", (line,), FAR, talk=True)
    yield Talk("en", "line", FAR, lines=(line,))
    yield Ticket("en", CODE, 3, FAR)
    yield Reply("en", "complaint", "points", date(2026, 11, 1), WORDS, FAR, line)
    offer = Offer(SPENT, 10 * SPENT)
    yield Redeem("en", BALANCE, "toman", FAR, (offer,))
    yield Redeem("en", BALANCE, "toman", FAR, chosen=offer, left=LAPSING, keeping=True)
    yield Redeemed("en", COUPON, offer, "toman", 7, FAR)
    yield Join("en", "phone", FAR, typed=PHONE)
    yield Leave("en", "confirm", FAR, BALANCE)
    yield Leave("en", "done", FAR, code=RECEIPT)
    yield ask("en")


def leave(kiosk: Kiosk) -> None:
    kiosk.flipped.clear()
    kiosk.show(attract("en"))
    kiosk.flipped.clear()


def shown(kiosk: Kiosk) -> list[Any]:
    return [widget for widget in kiosk.app.stage.walk() if hasattr(widget, "text") and widget.text]


def test_no_object_holds_anything_of_a_member_after_leaving(kiosk: Kiosk) -> None:
    before = in_objects(SECRET)
    for view in visit():
        kiosk.show(view)
    del view
    leave(kiosk)
    assert in_objects(SECRET) - before == {}


@pytest.mark.usefixtures("newborn")
@pytest.mark.parametrize("number", range(11))
def test_while_a_member_looks_objects_and_widgets_hold_what_is_theirs(kiosk: Kiosk, number: int) -> None:
    before = in_objects(SECRET)
    kiosk.show(list(visit())[number])
    assert in_widgets(kiosk, SECRET)
    assert in_objects(SECRET) - before
    leave(kiosk)


def test_no_widget_holds_anything_of_a_member_once_the_question_stands(kiosk: Kiosk) -> None:
    for view in visit():
        kiosk.show(view)
    assert in_widgets(kiosk, SECRET) == set()
    leave(kiosk)
    assert in_widgets(kiosk, SECRET) == set()


def test_kivys_caches_never_hold_anything_of_a_member(kiosk: Kiosk) -> None:
    assert set(Cache._categories) == set(CACHES)  # noqa: SLF001 - there is no other list
    kiosk.show(ask("en"))
    leave(kiosk)
    before = {name: len(kept) for name, kept in Cache._objects.items()}  # noqa: SLF001
    for view in visit():
        kiosk.show(view)
        assert in_caches(SECRET) == set()
    leave(kiosk)
    assert in_caches(SECRET) == set()
    assert {name: len(kept) for name, kept in Cache._objects.items()} == before  # noqa: SLF001


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


# --- what is planted is found


@dataclass(slots=True)
class Slotted:
    """Holds one thing, without a dictionary."""

    held: object


def _waiting(text: str) -> Iterator[None]:
    yield
    print(text)


def _started(text: str) -> Iterator[None]:
    waiting = _waiting(text)
    next(waiting)
    return waiting


def _cached(text: str) -> object:
    keeps = functools.lru_cache(str.upper)
    keeps(text)
    return keeps


OBJECTS: dict[str, Callable[[str], object]] = {
    "a list": lambda text: [text],
    "a key": lambda text: [{text: 1}],
    "a value": lambda text: [{1: text}],
    "a set": lambda text: [{text}],
    "a queue": lambda text: deque([text]),
    "tuples that the collector does not track": lambda text: [(1, (2, (3, text)))],
    "an attribute": lambda text: types.SimpleNamespace(held=text),
    "a slot": Slotted,
    "a list in a slot": lambda text: Slotted([text]),
    "a closure": lambda text: lambda: text,
    "an argument's default": lambda text: eval("lambda text=text: text", {"text": text}),
    "a partial call": lambda text: functools.partial(print, text),
    "a cached call": _cached,
    "a generator": _started,
    "an exception": ValueError,
    "a module": lambda text: vars(types.ModuleType("kept")).setdefault("held", [text]),
    "UTF-8": lambda text: [text.encode()],
    "UTF-16, with more round it": lambda text: [bytearray(f"<{text}>".encode("utf-16-le"))],
    "UTF-32": lambda text: [text.encode("utf-32-le")],
    "a longer text": lambda text: [f"Hello, {text}!"],
    "a number": lambda _text: [int(str(BALANCE))],
}


@pytest.mark.usefixtures("newborn")
@pytest.mark.parametrize("plant", OBJECTS.values(), ids=OBJECTS.keys())
def test_what_an_object_holds_is_found(plant: Callable[[str], object]) -> None:
    before = in_objects(ONE)
    kept = plant("".join(NAME))
    assert (in_objects(ONE) - before).total() >= 1
    del kept
    assert in_objects(ONE) - before == {}


def _beside(kiosk: Kiosk, widget: Widget) -> None:
    kiosk.app.stage.screen.add_widget(widget)  # type: ignore[union-attr]


WIDGETS: dict[str, Callable[[Kiosk], object]] = {
    "a text that is not to be seen": lambda kiosk: _beside(kiosk, Text(text=NAME, opacity=0)),
    "a list's item": lambda kiosk: _beside(kiosk, List(items=[Item("offer", NAME)])),
    "an attribute": lambda kiosk: setattr(kiosk.app.stage.screen, "kept", [NAME]),
    "a number": lambda kiosk: setattr(kiosk.app.stage, "kept", BALANCE),
}


@pytest.mark.parametrize("plant", WIDGETS.values(), ids=WIDGETS.keys())
def test_what_a_widget_holds_is_found(kiosk: Kiosk, plant: Callable[[Kiosk], object]) -> None:
    kiosk.show(attract())
    assert in_widgets(kiosk, ONE) == set()
    plant(kiosk)
    assert in_widgets(kiosk, ONE)


def test_what_a_screen_holds_that_is_not_on_the_window_is_found(kiosk: Kiosk) -> None:
    kiosk.show(welcome())
    gone = kiosk.app.stage.screen
    kiosk.show(attract())
    assert in_widgets(kiosk, ONE) == set()
    assert gone
    gone.greeting = NAME
    assert "WelcomeScreen.greeting" in in_widgets(kiosk, ONE)


@pytest.mark.parametrize("category", CACHES)
@pytest.mark.parametrize(
    ("key", "value"), [(NAME, 1), ((1, (NAME, 2)), 1), ("key", [NAME]), ("key", {1: (NAME.encode(),)})]
)
@pytest.mark.usefixtures("kiosk")
def test_what_a_cache_holds_is_found(category: str, key: object, value: object) -> None:
    assert in_caches(ONE) == set()
    Cache.append(category, key, value)
    assert in_caches(ONE) == {category}
    Cache.remove(category, key)
    assert in_caches(ONE) == set()

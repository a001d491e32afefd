"""The technician's screen by touches, and its ticket as a phone reads it."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
import zxingcpp
from kivy.core.window import Window

from kiosk.checks import ReaderFact, checks
from kiosk.technician import PATTERN_NAMES
from kiosk.ticket import ticket
from kiosk.views import Pin, Technician, TechnicianPage, Touch, View
from mqtt.vocabulary import Language
from tests.kiosk.test_checks import FINE
from tests.ui.conftest import FAR, Finger, Kiosk, attract, standing, welcome
from tests.ui.glass import texts
from ui.start import PANELS, Panel
from ui.theme import theme

BAD = replace(
    FINE,
    enrolled=False,
    readers=(ReaderFact("em4100", up=False, reason="permission-denied"), ReaderFact("rc522")),
    route="",
    heard=None,
    queue=37,
    oldest=4000.0,
    free=2**20,
    takes=False,
    synced=False,
    temperature=85.0,
    undervoltage=True,
)
ERRORS = ("11-28 02:35Z em4100 unplugged", "11-28 02:31Z rc522 two-cards")
ALL = [PANELS["7"], PANELS["10"], PANELS["10"].turned]


@pytest.fixture(params=ALL, ids=["7", "10", "upright"])
def on_each(request: pytest.FixtureRequest) -> Iterator[Kiosk]:
    yield from standing(request.param)


def technician(
    page: TechnicianPage = "checks",
    language: Language = "en",
    *,
    bad: bool = False,
    read_only: bool = False,
) -> Technician:
    facts = BAD if bad else FINE
    lines, text = checks(facts, language), ticket("tajrish-1", "tajrish", facts, ERRORS)
    return Technician(language, page, "tajrish-1", lines, text, FAR, read_only, PATTERN_NAMES)


def pin(language: Language = "en", typed: int = 0, **more: Any) -> Pin:  # noqa: ANN401 - the view's own
    return Pin(language, typed, FAR, least=6, **more)


def written(kiosk: Kiosk) -> set[str]:
    return {text.text for text in texts(kiosk)}


def finger_at(kiosk: Kiosk, x: float, y: float) -> Finger:
    finger = Finger(kiosk, kiosk._new_touch(x, y))  # noqa: SLF001 - a finger where no key is
    finger.dispatch("begin")
    return finger


@pytest.mark.parametrize(
    ("view", "key", "says"),
    [
        (pin(), "digit-7", Touch("digit", 7)),
        (pin(typed=3), "erase", Touch("erase")),
        (pin(typed=6), "enter", Touch("enter")),
        (pin(), "back", Touch("back")),
        (pin(), "language", Touch("language")),
        (technician(), "done", Touch("done")),
        (technician(), "language", Touch("language")),
        (technician(), "panel", Touch("page", 1)),
        (technician(), "ticket", Touch("page", 3)),
        (technician("panel"), "play-alarm", Touch("play", PATTERN_NAMES.index("alarm"))),
        (technician("ticket"), "back", Touch("back")),
        (technician("restart"), "confirm", Touch("confirm")),
        (technician("restart"), "back", Touch("back")),
    ],
)
def test_each_key_says_its_word(kiosk: Kiosk, view: View, key: str, says: Touch) -> None:
    kiosk.show(view).tap(key)
    assert kiosk.touches == [says]


def test_enter_answers_only_when_enough_was_typed_and_nothing_while_it_is_locked(kiosk: Kiosk) -> None:
    kiosk.show(pin(typed=5)).tap("enter")
    kiosk.show(pin(typed=6, checking=True)).tap("enter")
    kiosk.show(pin(locked=60)).tap("digit-1")
    assert kiosk.touches == []


def test_a_pin_that_is_typed_faster_than_the_screen_follows_is_heard_whole(kiosk: Kiosk) -> None:
    kiosk.show(pin("fa"))
    for digit in "7787":
        kiosk.tap(f"digit-{digit}")
    assert [touch.value for touch in kiosk.touches] == [7, 7, 8, 7]


def test_a_finger_may_come_down_before_the_one_before_it_is_up(kiosk: Kiosk) -> None:
    kiosk.show(pin("fa"))
    first, second = kiosk.put_finger("digit-1"), kiosk.put_finger("digit-2")
    first.lift()
    second.lift()
    assert [touch.value for touch in kiosk.touches] == [1, 2]


def test_the_keypad_says_how_many_tries_are_left_and_for_how_long_it_is_locked(kiosk: Kiosk) -> None:
    assert "That was not the PIN. Tries left: 3" in written(kiosk.show(pin(refused=True, tries=3)))
    assert "Too many wrong PINs. Try again in 60 min." in written(kiosk.show(pin(locked=3600)))
    fa = written(kiosk.show(pin("fa", locked=90)))
    assert any("۹۰ ثانیه" in text for text in fa)
    assert set("۱۹") <= fa


def test_a_line_that_is_not_good_says_what_to_do(kiosk: Kiosk, language: Language) -> None:
    view = technician(language=language, bad=True)
    kiosk.show(view)
    assert {line.advice for line in view.lines if line.advice} <= written(kiosk)
    rows = [row for row in kiosk.app.stage.walk() if type(row).__name__ == "CheckRow"]
    assert len(rows) == len(view.lines)
    assert all(bool(row.advice) == (row.state != "good") for row in rows)


def test_the_list_scrolls_under_a_finger(kiosk: Kiosk) -> None:
    kiosk.show(technician(bad=True))
    (view,) = (widget for widget in kiosk.app.stage.walk() if type(widget).__name__ == "ScrollView")
    finger = finger_at(kiosk, 400, 150)
    for y in range(160, 330, 10):
        finger.slide(400, y)
    finger.lift()
    assert view.scroll_y < 1
    kiosk.show(technician(bad=True))
    assert view.scroll_y < 1


def test_whoever_may_only_read_is_offered_nothing_that_acts(kiosk: Kiosk) -> None:
    assert not {"panel", "restart"} & set(kiosk.show(technician(read_only=True)).keys())


def test_a_finger_fills_the_whole_glass_and_keeps_the_screen_awake(kiosk: Kiosk) -> None:
    kiosk.show(technician("touch"))
    (grid,) = (widget for widget in kiosk.app.stage.walk() if type(widget).__name__ == "TouchGrid")
    wanted = int(grid.left)
    finger = finger_at(kiosk, 2, 2)
    for y, x in product(range(2, 480, 60), range(2, 800, 60)):
        finger.slide(x, y)
    finger.lift()
    assert grid.left == 0
    assert "Every square felt the finger." in written(kiosk)
    assert kiosk.touches == [Touch("stay")] * wanted


@pytest.mark.parametrize("bad", [False, True])
def test_a_phone_reads_the_ticket_from_the_glass(
    on_each: Kiosk,
    language: Language,
    bad: bool,  # noqa: FBT001 - a parameter
) -> None:
    view = technician("ticket", language, bad=bad)
    on_each.show(view)
    (code,) = zxingcpp.read_barcodes(on_each.camera.frame())
    assert code.text == view.ticket


def test_a_ticket_that_is_being_read_does_not_change(kiosk: Kiosk) -> None:
    first = technician("ticket")
    kiosk.show(first)
    kiosk.show(replace(first, ticket="something later"))
    (code,) = zxingcpp.read_barcodes(kiosk.camera.frame())
    assert code.text == first.ticket


class Press:
    """A kiosk on whose clock a finger can be kept for a short while instead of five seconds."""

    def __init__(self, panel: Panel) -> None:
        self.kiosk = Kiosk(panel)
        from ui.hold import Hold  # noqa: PLC0415 - imports Kivy

        self.hold = Hold(self.kiosk.app.stage, self.kiosk.touches.append, 0.05)

    def corner(self, language: Language) -> tuple[float, float]:
        x = theme.x * 12
        return (x if language == "fa" else Window.width - x), Window.height - theme.y * 10


@pytest.fixture
def press() -> Iterator[Press]:
    press = Press(PANELS["7"])
    with press.kiosk.open():
        yield press


def test_a_long_press_on_the_clock_is_told(press: Press, language: Language) -> None:
    press.kiosk.show(attract(language))
    finger = finger_at(press.kiosk, *press.corner(language))
    press.kiosk.until(lambda: press.kiosk.touches == [Touch("held")])
    finger.lift()


def test_a_short_press_or_one_elsewhere_or_on_another_screen_is_not_told(press: Press) -> None:
    press.kiosk.show(attract("en"))
    finger_at(press.kiosk, *press.corner("en")).lift()
    elsewhere = finger_at(press.kiosk, *press.corner("fa"))
    pause(press)
    elsewhere.lift()
    slid = finger_at(press.kiosk, *press.corner("en"))
    slid.slide(300, 200)
    pause(press)
    slid.lift()
    press.kiosk.show(welcome("en"))
    finger_at(press.kiosk, *press.corner("en"))
    pause(press)
    assert press.kiosk.touches == []


def pause(press: Press) -> None:
    """Let pass what would be long enough."""
    from kivy.clock import Clock  # noqa: PLC0415

    over: list[float] = []
    Clock.schedule_once(over.append, 0.1)
    press.kiosk.until(lambda: bool(over))

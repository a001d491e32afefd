"""Every view, in both languages and on each panel: complete at once, in its language and colours."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import get_args

import pytest
from kivy.core.window import Window
from PIL import ImageChops

from kiosk.views import Ask, Attract, Brand, Look, View
from mqtt.vocabulary import Language
from tests.ui.conftest import FAR, Kiosk, ask, attract, every_view, standing, welcome
from tests.ui.glass import ink, texts
from ui.colours import CONTRAST
from ui.start import Panel
from ui.theme import theme


@pytest.fixture
def on_panel(panel: Panel) -> Iterator[Kiosk]:
    yield from standing(panel)


def test_the_first_frame_that_is_flipped_is_whole(on_panel: Kiosk, language: Language) -> None:
    still = [view for view in every_view(language) if not getattr(view, "saving", None)]
    for view in still:
        first, later = on_panel.camera.picture(view), on_panel.camera.frame()
        assert ImageChops.difference(first, later).getbbox() is None, view


def test_scales_run_in_reading_direction_worst_first(kiosk: Kiosk, language: Language) -> None:
    keys = kiosk.show(ask(language)).keys()
    places = [keys[f"answer-{value}"].x for value in range(1, 8)]
    assert places == sorted(places, reverse=language == "fa")
    assert len({keys[f"answer-{value}"].y for value in range(1, 8)}) == 1


def test_a_scale_may_have_other_values(kiosk: Kiosk) -> None:
    kiosk.show(ask("en"))
    kiosk.show(Ask("en", "x", "How?", "bad", "good", (1, 2, 3), FAR))
    assert [name for name in list(kiosk.keys()) if name.startswith("answer")] == [
        "answer-1",
        "answer-2",
        "answer-3",
    ]
    kiosk.show(ask("fa"))
    assert [key.caption for name, key in kiosk.keys().items() if name.startswith("answer")] == list("۱۲۳۴۵۶۷")


def test_what_starts_a_line_stands_where_reading_starts(kiosk: Kiosk, language: Language) -> None:
    kiosk.show(welcome(language))
    middle = kiosk.panel.width / 2
    greeting = ink(texts(kiosk)[0])
    assert (sum(greeting) / 2 > middle) == (language == "fa")
    assert (kiosk.keys()["continue"].center_x < middle) == (language == "fa")


def test_a_screen_speaks_the_language_of_its_view(kiosk: Kiosk) -> None:
    words = {}
    for spoken in ("fa", "en", "fa"):
        kiosk.show(welcome("fa" if spoken == "fa" else "en"))
        words[spoken] = {text.text for text in texts(kiosk)}
    assert {"ادامه", "۱۲٬۴۸۰", "امتیاز شما"} <= words["fa"]
    assert {"Continue", "12,480", "Your points"} <= words["en"]


def test_a_debt_is_shown_as_such(kiosk: Kiosk) -> None:
    kiosk.show(welcome("en", available=-40))
    assert {"Points you owe", "40"} <= {text.text for text in texts(kiosk)}


def test_the_shops_colour_is_worn(kiosk: Kiosk) -> None:
    kiosk.show(Attract("fa", Brand("الف", "A", "#7A1F5C")))
    kiosk.show(welcome())
    assert [round(part * 255) for part in theme.accent[:3]] == [0x7A, 0x1F, 0x5C]
    assert list(kiosk.keys()["continue"].fill) == list(theme.accent)


def inks(kiosk: Kiosk) -> list[tuple[str, tuple[float, ...]]]:
    """What is written on the screen, and in which colours."""
    return [(each.text, tuple(each.color)) for each in texts(kiosk)]


def by_screen() -> list[list[View]]:
    """Every view in both languages, those together that one screen shows: it is made anew for each dress."""
    views = sorted((view for language in get_args(Language) for view in every_view(language)), key=kind)
    return [list(group) for _, group in groupby(views, key=kind)]


def kind(view: View) -> str:
    return type(view).__name__


@pytest.mark.parametrize("views", by_screen(), ids=lambda views: kind(views[0]))
def test_a_look_that_is_chosen_and_left_again_leaves_every_colour_as_it_was(
    kiosk: Kiosk, views: list[View]
) -> None:
    before = [inks(kiosk.show(view)) for view in views]
    strong = [inks(kiosk.show(replace(view, look=Look(contrast=True)))) for view in views]
    assert [inks(kiosk.show(view)) for view in views] == before
    if kind(views[0]) == "Attract":
        colours = {colour for written in strong for _, colour in written}
        assert colours <= {CONTRAST.night_text, CONTRAST.night_quiet}


def test_flipped_is_told_of_each_view_once(kiosk: Kiosk) -> None:
    views: list[View] = [attract(), welcome(), ask()]
    for view in views:
        kiosk.show(view)
    assert kiosk.flipped == views


def test_of_two_views_in_one_frame_only_the_later_is_flipped(kiosk: Kiosk) -> None:
    kiosk.app.show(welcome())
    kiosk.show(ask())
    assert kiosk.flipped == [ask()]


class Glass:
    """A window that notes its flips."""

    def __init__(self, notes: list[object]) -> None:
        self._notes = notes

    def flip(self) -> None:
        self._notes.append("flipped")


def test_a_view_is_told_after_its_frame_was_flipped_and_that_frame_is_flipped_once(kiosk: Kiosk) -> None:
    notes: list[object] = []
    stage = kiosk.app.stage
    stage.watchers.append(notes.append)
    stage.show(ask())
    assert stage.flip(Glass(notes)), "Kivy must not flip it again"
    assert notes == ["flipped", ask()]
    assert not stage.flip(Glass(notes)), "later frames are Kivy's own"
    assert notes == ["flipped", ask()]


def test_an_idle_screen_draws_nothing(kiosk: Kiosk) -> None:
    kiosk.show(attract())
    flips: list[object] = []
    Window.bind(on_flip=lambda *_: flips.append(1))
    kiosk.camera.frames(100)
    assert flips == []

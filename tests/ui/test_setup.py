"""What a technician on a ladder sees before a kiosk is enrolled: by touches, and whole on every panel."""
# ruff: noqa: RUF001 - Persian is meant

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import get_args

import pytest

from kiosk.progress import OwnReason, Progress
from kiosk.setting_up import SettingUp, Standing, mistake
from kiosk.views import (
    SETUP_STEPS,
    DeviceReason,
    Look,
    Mistake,
    Setup,
    SetupReason,
    SetupStep,
    Touch,
    Wrong,
)
from mqtt import enrolment
from mqtt.vocabulary import Language
from tests.ui.conftest import Kiosk, standing
from tests.ui.glass import check, check_whole, texts
from ui import gallery
from ui.setup_words import WORDS

REASONS: tuple[SetupReason, ...] = (
    *get_args(OwnReason),
    *get_args(enrolment.Reason),
    *get_args(DeviceReason),
)
FILE = "/etc/bashgah/kiosk.toml"
ANYWHERE = 118, "technician.cards", 'cards = ["1:<32 x 0-9 a-f>"]'
PLACES: dict[Wrong, tuple[int, str, str]] = {
    "no-file": (0, "", ""),
    "hidden-ending": (0, "", ""),
    "folder": (0, "", ""),
    "unreadable": (0, "", ""),
    "too-long": (0, "", ""),
    "empty": (0, "", ""),
    "utf-16": (0, "", ""),
    "encoding": (118, "", ""),
    "zeros": (118, "", ""),
    "syntax": (118, "", ""),
    "stray": (118, "catalogue_key", ""),
}
NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


def held(language: Language, reason: SetupReason, look: Look) -> Setup:
    return Setup(language, step="enrolling", reason=reason, again=900.0, since=NOON, look=look)


def written(kiosk: Kiosk) -> str:
    return "\n".join(text.text for text in texts(kiosk))


def signs(kiosk: Kiosk) -> list[str]:
    """How the steps stand, from the first on."""
    rows = [row for row in kiosk.app.stage.walk() if type(row).__name__ == "StepRow"]
    return [row.state for row in rows]


@pytest.mark.parametrize(("size", "look"), list(product(gallery.SIZES, ("", "-large"))))
def test_every_trouble_can_be_read_to_its_end(size: str, look: str) -> None:
    for kiosk in standing(gallery.SIZES[size]):
        for reason, language in product(REASONS, get_args(Language)):
            view = held(language, reason, gallery.LOOKS[look])
            kiosk.lay_out(view)
            check(kiosk, view)
            check_whole(kiosk, view)


@pytest.mark.parametrize(("size", "look"), list(product(gallery.SIZES, ("", "-large"))))
def test_every_mistake_can_be_read_to_its_end(size: str, look: str) -> None:
    for kiosk in standing(gallery.SIZES[size]):
        for wrong, language in product(get_args(Wrong), get_args(Language)):
            made = Mistake(FILE, wrong, *PLACES.get(wrong, ANYWHERE))
            view = Setup(language, made, look=gallery.LOOKS[look])
            kiosk.lay_out(view)
            check(kiosk, view)
            check_whole(kiosk, view)


@pytest.mark.parametrize(("size", "look"), list(product(gallery.SIZES, ("", "-large"))))
def test_that_a_cards_data_was_made_anew_stands_beside_whatever_else_is_said(size: str, look: str) -> None:
    for kiosk in standing(gallery.SIZES[size]):
        for reason, language in product((None, *get_args(OwnReason)), get_args(Language)):
            view = replace(held(language, "disk", gallery.LOOKS[look]), reason=reason, remade=True)
            kiosk.lay_out(view)
            check(kiosk, view)
            check_whole(kiosk, view)
            assert WORDS[language].remade in written(kiosk)


def test_what_is_wrong_with_the_machine_needs_no_step(kiosk: Kiosk, language: Language) -> None:
    for reason in get_args(DeviceReason):
        view = Setup(language, reason=reason)
        kiosk.show(view)
        check(kiosk, view)
        assert WORDS[language].reasons[reason].title in written(kiosk)
        assert WORDS[language].corrected not in written(kiosk)


def test_a_file_with_long_names_stays_in_its_place(kiosk: Kiosk, language: Language) -> None:
    long = "a" * 200
    for made in (Mistake(f"/{long}", "no-file"), Mistake(f"/{long}", "unknown", 99999, long, long)):
        view = Setup(language, made)
        kiosk.lay_out(view)
        check(kiosk, view)


def test_a_mistake_says_file_line_key_what_is_wrong_and_what_would_be_right(kiosk: Kiosk) -> None:
    made = Mistake(FILE, "value", 5, "cloud", 'cloud = "https://club.example:8443"')
    kiosk.show(Setup("en", made))
    said = written(kiosk)
    for part in ("Line 5", "cloud", FILE, made.right, WORDS["en"].wrongs["value"].title):
        assert part in said
    kiosk.show(Setup("fa", made))
    assert "خط ۵" in written(kiosk)
    assert made.right in written(kiosk)


def test_steps_show_what_is_done_being_done_and_to_come(kiosk: Kiosk, language: Language) -> None:
    kiosk.show(Setup(language, step="asking-authority", since=NOON))
    assert signs(kiosk) == ["done", "done", "now", "coming", "coming"]
    assert all(WORDS[language].steps[step] in written(kiosk) for step in SETUP_STEPS)
    kiosk.show(Setup(language))
    assert signs(kiosk) == ["coming"] * 5


def test_at_the_end_the_kiosk_says_its_name_and_that_it_is_secure_and_online(kiosk: Kiosk) -> None:
    kiosk.show(Setup("en", step="enrolled", kiosk="tajrish-1"))
    assert "tajrish-1" in written(kiosk)
    assert "Secure and online" not in written(kiosk)
    kiosk.show(Setup("en", step="enrolled", kiosk="tajrish-1", online=True))
    assert "Secure and online" in written(kiosk)
    assert signs(kiosk) == ["done"] * 5


def test_what_is_in_the_way_says_what_to_do_and_when_it_is_tried_again(kiosk: Kiosk) -> None:
    view = replace(held("en", "no-network", Look()), again=60.0)
    kiosk.show(view)
    said = written(kiosk)
    assert WORDS["en"].reasons["no-network"].title in said
    assert WORDS["en"].reasons["no-network"].next in said
    assert "within \u206860 s\u2069" in said
    assert "no-network" in said
    kiosk.show(replace(view, reason="token-used", again=None))
    assert WORDS["en"].corrected in written(kiosk)


def test_every_step_reason_and_mistake_has_its_words() -> None:
    for words in WORDS.values():
        assert set(words.reasons) == set(REASONS)
        assert set(words.steps) == set(words.doing) == set(SETUP_STEPS) == set(get_args(SetupStep))
        assert set(words.wrongs) == set(get_args(Wrong))


@pytest.mark.parametrize("name", ["setup", "setup-mistake-value", "setup-token"])
def test_a_finger_changes_language_and_size_and_nothing_else(kiosk: Kiosk, name: str) -> None:
    kiosk.show(dict(gallery.views("fa", Look()))[name])
    assert set(kiosk.keys()) == {"language", "large"}
    kiosk.tap("language")
    kiosk.show(dict(gallery.views("en", Look()))[name]).tap("large")
    assert kiosk.touches == [Touch("language"), Touch("large")]


def test_touches_on_the_glass_turn_the_language_and_the_size_of_what_is_shown(kiosk: Kiosk) -> None:
    found = mistake(f"{FILE}: there is no such file")
    setting = SettingUp(found, "fa", kiosk.app.show, lambda: None)
    kiosk.heard = setting.touch
    kiosk.show(setting.view).tap("language")
    kiosk.camera.frames(2)
    assert WORDS["en"].wrong_title in written(kiosk)
    kiosk.tap("large")
    kiosk.camera.frames(2)
    assert setting.view.look.large


def test_no_secret_is_on_the_glass(kiosk: Kiosk, language: Language) -> None:
    token = "abcde-fghij-klmno-pqrst-uvwx2"
    told = Progress("enrolling", 1_795_000_000.0, "token-used", f"the token {token} was used")
    setting = SettingUp(Standing(told), language, lambda _view: None, lambda: None)
    kiosk.show(setting.view)
    assert token not in written(kiosk)
    assert token not in repr(setting.view)

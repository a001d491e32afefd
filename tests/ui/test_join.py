"""Joining with an empty card and leaving again, by touches."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from msgspec.structs import replace as changed

from kiosk.catalogue import DEFAULT, Joining, Words
from kiosk.views import Attract, Join, Leave, Sorry, Touch
from mqtt.catalogue import Purpose
from mqtt.vocabulary import Language
from tests.ui.conftest import FAR, Kiosk
from tests.ui.glass import texts
from tests.ui.shop import STRANGER, Shop, open_shop
from ui.widgets import BusyRing
from ui.words import WORDS

ABOUT = Join("fa", "about", FAR, "شمارهٔ کارت", ("امتیاز", "پیامک"), card=True, phone=True)
PHONE = Join("fa", "phone", FAR)
PARTING = Leave("fa", "confirm", FAR, 120)


CONTACT = Purpose("contact", 3, Words("خبرِ خرید", "News of purchases"))
JOINING = Joining(("phone",), Words("شماره و خریدها", "Your number and purchases"), (CONTACT,))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield from open_shop(tmp_path, catalogue=changed(DEFAULT, joining=JOINING))


def written(kiosk: Kiosk) -> set[str]:
    return {text.text for text in texts(kiosk)}


def test_with_an_unknown_card_one_can_become_a_member_where_the_club_lets_one(kiosk: Kiosk) -> None:
    kiosk.show(Sorry("fa", "unknown", FAR))
    assert "join" not in set(kiosk.keys())
    offered = Sorry("fa", "unknown", FAR, join=True)
    kiosk.show(offered).tap("join")
    kiosk.show(offered).tap("done")
    assert kiosk.touches == [Touch("join"), Touch("done")]


def test_what_is_agreed_to_is_read_before_a_key_that_agrees(kiosk: Kiosk) -> None:
    kiosk.show(ABOUT)
    assert {WORDS["fa"].join_agree, "شمارهٔ کارت", "امتیاز", "پیامک"} <= written(kiosk)
    for key in ("confirm", "number", "back"):
        kiosk.show(ABOUT).tap(key)
    assert kiosk.touches == [Touch("confirm"), Touch("number"), Touch("back")]


def test_only_the_clubs_own_ways_of_joining_have_keys(kiosk: Kiosk) -> None:
    kiosk.show(replace(ABOUT, phone=False))
    assert {"confirm", "back"} <= set(kiosk.keys())
    assert "number" not in set(kiosk.keys())
    kiosk.show(replace(ABOUT, card=False))
    assert {"number", "back"} <= set(kiosk.keys())
    assert "confirm" not in set(kiosk.keys())


def test_every_digit_is_said_however_fast_and_twice_the_same(kiosk: Kiosk) -> None:
    kiosk.show(PHONE)
    first, second = kiosk.put_finger("digit-0"), kiosk.put_finger("digit-9")
    first.lift()
    second.lift()
    kiosk.tap("digit-9")
    kiosk.tap("erase")
    assert kiosk.touches == [*(Touch("digit", value) for value in (0, 9, 9)), Touch("erase")]


def test_a_number_is_entered_when_there_is_one(kiosk: Kiosk) -> None:
    kiosk.show(PHONE).tap("enter")
    assert kiosk.touches == []
    kiosk.show(replace(PHONE, typed="09123456789")).tap("enter")
    assert kiosk.touches == [Touch("enter")]


@pytest.mark.parametrize(("language", "number"), [("fa", "۰۹۱۲ ۳۴۵ ۶۷۸۹"), ("en", "0912 345 6789")])
def test_a_number_runs_from_left_to_right_in_groups(kiosk: Kiosk, language: Language, number: str) -> None:
    kiosk.show(replace(PHONE, language=language, typed="09123456789"))
    shown = next(text for text in texts(kiosk) if text.text.replace("\N{NO-BREAK SPACE}", " ") == number)
    assert shown.language == "en"  # the direction in which it is laid out


def test_a_number_that_is_none_is_said_to_be_wrong(kiosk: Kiosk) -> None:
    kiosk.show(replace(PHONE, typed="0912", wrong=True))
    assert WORDS["fa"].number_wrong in written(kiosk)


def test_nothing_is_said_to_be_done_until_it_is(kiosk: Kiosk) -> None:
    kiosk.show(replace(PHONE, step="keeping"))
    assert set(kiosk.keys()) == set()
    assert WORDS["fa"].join_titles["done"] not in written(kiosk)
    screen = kiosk.app.stage.screen
    assert screen
    spinner = next(each for each in screen.walk() if isinstance(each, BusyRing))
    kiosk.until(lambda: spinner.angle > 0)
    for number, told in ((True, WORDS["fa"].joined_number), (False, WORDS["fa"].joined_card)):
        kiosk.show(replace(PHONE, step="done", number=number))
        assert told in written(kiosk)
    kiosk.tap("done")
    assert kiosk.touches == [Touch("done")]


def test_who_leaves_reads_what_is_erased_kept_and_given_up(kiosk: Kiosk) -> None:
    words = WORDS["fa"]
    kiosk.show(PARTING)
    assert {words.leave_erased, words.leave_kept, words.give_up(120, "۱۲۰")} <= written(kiosk)
    kiosk.tap("confirm")
    kiosk.show(PARTING).tap("back")
    assert kiosk.touches == [Touch("confirm"), Touch("back")]
    kiosk.show(replace(PARTING, points=-40))
    assert not any("می‌گذرید" in text for text in written(kiosk))


def test_while_leaving_is_kept_nothing_answers(kiosk: Kiosk) -> None:
    places = [key.to_window(*key.center) for key in kiosk.show(PARTING).keys().values()]
    kiosk.show(replace(PARTING, step="keeping"))
    for place in places:
        kiosk.put_finger_at(*place).lift()
    assert kiosk.touches == []


def test_the_receipt_can_be_read_and_photographed(kiosk: Kiosk) -> None:
    done = Leave("fa", "done", FAR, code="7KQ2M-4XV9T")
    found = zxingcpp.read_barcodes(kiosk.camera.picture(done))
    assert [each.text for each in found] == ["7KQ2M4XV9T"]
    assert "7KQ2M-4XV9T" in written(kiosk)
    kiosk.tap("done")
    assert kiosk.touches == [Touch("done")]


def test_with_an_empty_card_and_a_number_one_becomes_a_member(shop: Shop) -> None:
    shop.lay(STRANGER)
    shop.kiosk.tap("join")
    assert {"شماره و خریدها", "خبرِ خرید"} <= written(shop.kiosk)
    shop.kiosk.tap("number")
    for digit in "09121234567":
        shop.kiosk.tap(f"digit-{digit}")
    assert shop.seen(Join).typed == "09121234567"
    shop.kiosk.tap("enter")
    shop.kiosk.until(lambda: shop.seen(Join).step == "done")
    shop.kiosk.camera.frames(2)
    assert WORDS["fa"].joined_number in written(shop.kiosk)
    found = shop.count()
    assert (found["member.joined"], found["consent.given"]) == (1, 1)
    shop.kiosk.tap("done")
    assert shop.seen(Attract)

"""Spending points, by touches: a choice, what will be left of them, and the coupon."""
# ruff: noqa: RUF001 - Persian is meant

from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from msgspec.structs import replace as changed

from kiosk.catalogue import DEFAULT, Redeeming
from kiosk.questions import PAUSE
from kiosk.views import Look, Offer, Redeem, Redeemed, Touch, View, Welcome
from mqtt.vocabulary import Language
from tests.ui.conftest import FAR, Kiosk, standing, welcome
from tests.ui.glass import texts
from tests.ui.shop import NEGAR, open_shop
from ui import gallery
from ui.widgets import BusyRing
from ui.words import WORDS

OFFERS = Offer(500, 500_000), Offer(1_000, 1_000_000), Offer(2_000, 2_000_005)
THERE = Redeem("fa", 2_480, "toman", FAR, OFFERS)
ASKED = replace(THERE, chosen=OFFERS[1], left=1_480)
COUPON = Redeemed("fa", "7KQ2M-4XV9T", OFFERS[0], "toman", 7, FAR)


def written(kiosk: Kiosk) -> set[str]:
    return {text.text for text in texts(kiosk)}


def test_spending_is_a_touch_away_from_the_balance_where_something_can_be_had(kiosk: Kiosk) -> None:
    kiosk.show(welcome())
    assert "redeem" not in set(kiosk.keys())
    kiosk.show(replace(welcome(), redeem=True)).tap("redeem")
    assert kiosk.touches == [Touch("redeem")]


@pytest.mark.parametrize("size", gallery.SIZES)
def test_the_key_is_there_once_on_every_panel_and_in_every_look(size: str) -> None:
    for kiosk in standing(gallery.SIZES[size]):
        for look in (Look(), Look(large=True)):
            view = dict(gallery.views("en", look))["welcome"]
            assert isinstance(view, Welcome)
            kiosk.show(view)
            assert [key.name for key in kiosk.app.stage.screen.all_keys()].count("redeem") == 1  # type: ignore[union-attr]
            kiosk.tap("redeem")
        assert kiosk.touches == [Touch("redeem")] * 2


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_choice_is_said_by_its_place(kiosk: Kiosk, place: int) -> None:
    kiosk.show(THERE).tap(f"offer-{place}")
    assert kiosk.touches == [Touch("choose", place)]


def test_money_is_told_in_the_shops_unit_and_the_languages_digits(kiosk: Kiosk) -> None:
    kiosk.show(THERE)
    assert {"۵۰٬۰۰۰ تومان", "۲۰۰٬۰۰۰٫۵ تومان", "با ۱٬۰۰۰ امتیاز", "۲٬۴۸۰ امتیاز دارید"} <= written(kiosk)
    kiosk.show(replace(THERE, currency="rial", language="en"))
    assert {"500,000 Rial", "for 1,000 points", "You have 2,480 points"} <= written(kiosk)


def test_the_smallest_choice_stands_where_reading_starts(kiosk: Kiosk, language: Language) -> None:
    kiosk.show(replace(THERE, language=language))
    places = [kiosk.keys()[f"offer-{place}"].x for place in (1, 2, 3)]
    assert places == sorted(places, reverse=language == "fa")


def test_what_will_be_left_is_told_before_it_is_so(kiosk: Kiosk) -> None:
    kiosk.show(ASKED)
    assert {"۱۰۰٬۰۰۰ تومان تخفیف", "با ۱٬۰۰۰ امتیاز", "۱٬۴۸۰ امتیاز برایتان می‌ماند"} <= written(kiosk)
    assert not any(name.startswith("offer") for name in set(kiosk.keys()))
    kiosk.tap("confirm")
    kiosk.show(ASKED).tap("back")
    assert kiosk.touches == [Touch("confirm"), Touch("back")]


def test_while_it_is_kept_a_spinner_turns_and_nothing_answers(kiosk: Kiosk) -> None:
    before = list(kiosk.show(ASKED).keys().values())
    places = [key.to_window(*key.center) for key in before]
    kiosk.show(replace(ASKED, keeping=True))
    for place in places:
        kiosk.put_finger_at(*place).lift()
    assert kiosk.touches == []
    screen = kiosk.app.stage.screen
    assert screen
    spinner = next(each for each in screen.walk() if isinstance(each, BusyRing))
    kiosk.until(lambda: spinner.angle > 0)


def test_what_is_gone_and_what_the_cloud_did_not_say_are_told(kiosk: Kiosk) -> None:
    words = WORDS["fa"]
    told: list[tuple[View, str]] = [
        (replace(THERE, fewer=True), words.redeem_gone),
        (replace(THERE, away=True), words.redeem_away),
        (replace(THERE, choices=()), words.redeem_none),
        (replace(THERE, choices=(), fewer=True), words.redeem_gone),
        (replace(THERE, choices=(), away=True), words.redeem_away_none),
    ]
    for view, said in told:
        kiosk.show(view)
        assert said in written(kiosk)
        assert "back" in set(kiosk.keys())


def test_a_finger_that_meant_a_choice_which_is_gone_says_nothing(kiosk: Kiosk) -> None:
    finger = kiosk.show(THERE).put_finger("offer-2")
    kiosk.show(replace(THERE, choices=OFFERS[1:], fewer=True))
    finger.lift()
    assert kiosk.touches == []


@pytest.mark.parametrize("look", [Look(), Look(large=True), Look(contrast=True)])
@pytest.mark.parametrize("size", gallery.SIZES)
def test_a_till_reads_the_coupon_from_the_glass_without_its_dash(size: str, look: Look) -> None:
    for kiosk in standing(gallery.SIZES[size]):
        found = zxingcpp.read_barcodes(kiosk.camera.picture(replace(COUPON, look=look)))
        assert [each.text for each in found] == ["7KQ2M4XV9T"]


def test_the_coupon_says_what_it_is_worth_and_how_long(kiosk: Kiosk) -> None:
    kiosk.show(COUPON)
    until = WORDS["fa"].coupon_days(7, "۷")
    assert {"۵۰٬۰۰۰ تومان تخفیف", "7KQ2M-4XV9T", until} <= written(kiosk)
    kiosk.tap("done")
    assert kiosk.touches == [Touch("done")]


def test_whoever_was_lent_points_redeems_them_without_a_cloud(tmp_path: Path) -> None:
    buys = changed(DEFAULT, redeeming=Redeeming(rial_per_point=1000))
    for shop in open_shop(tmp_path, catalogue=buys):
        shop.lend(NEGAR[1], 60)
        shop.lay()
        shop.kiosk.tap("redeem")
        assert [offer.points for offer in shop.seen(Redeem).choices] == [20, 50]
        shop.kiosk.tap("offer-2")
        shop.kiosk.tap("confirm")
        assert shop.seen(Redeem).chosen == Offer(50, 50_000), "a key that just came was not meant"
        assert shop.count()["redemption.granted-offline"] == 0
        shop.look(2 * PAUSE)
        shop.kiosk.tap("confirm")
        shop.until(Redeemed)
        assert shop.seen(Redeemed).code in written(shop.kiosk)
        assert shop.count()["redemption.granted-offline"] == 1

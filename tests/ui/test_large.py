"""Larger type: a touch away where something is read, never smaller than it says, and nothing lost by it."""

from dataclasses import replace

import pytest

from kiosk.views import Look, Touch, View, Welcome
from mqtt.vocabulary import Language
from tests.ui.conftest import Kiosk
from tests.ui.glass import texts
from ui import gallery
from ui.widgets import List
from ui.words import WORDS

LARGE = Look(large=True)
ENLARGES = (
    "attract",
    "welcome",
    "welcome-more",
    "history",
    "redeem",
    "redeem-ask",
    "redeemed",
    "join",
    "join-phone",
    "leave",
    "leave-done",
    "talk",
    "talk-line",
    "ticket",
    "reply",
    "ask",
    "sorry-unknown",
    "pin",
    "technician-checks",
    "setup",
    "setup-mistake-value",
    "setup-token",
)


def shown(name: str, look: Look = LARGE, language: Language = "fa") -> View:
    return dict(gallery.views(language, look))[name]


def full(look: Look = LARGE) -> Welcome:
    view = shown("welcome", look)
    assert isinstance(view, Welcome)
    return view


def listed(kiosk: Kiosk) -> List:
    assert kiosk.app.stage.screen
    return next(each for each in kiosk.app.stage.screen.walk() if isinstance(each, List))


@pytest.mark.parametrize("name", ENLARGES)
def test_type_is_made_larger_on_every_screen_that_is_read(kiosk: Kiosk, name: str) -> None:
    kiosk.show(shown(name, Look())).tap("large")
    assert kiosk.touches == [Touch("large")]


def test_what_has_no_room_beside_the_number_is_counted_and_a_touch_away(kiosk: Kiosk) -> None:
    kiosk.show(full())
    items = 4 + len(full().offers)  # what lapses and comes next, the shop's answer, the last visit
    left = int(listed(kiosk).left)
    assert 0 < left < items
    assert len(listed(kiosk).children) == items - left + 1
    kiosk.tap("more")
    assert kiosk.touches == [Touch("more")]


def test_the_last_visit_is_in_the_list_where_the_keys_leave_no_room_beside_them(kiosk: Kiosk) -> None:
    three = replace(full(), redeem=False)
    roomy = (replace(three, talk=False), replace(three, more=True, leave=False), replace(three, look=Look()))
    full_rows = (full(), full(Look()), three, replace(full(), more=True))
    for view, packed in (*((each, True) for each in full_rows), *((each, False) for each in roomy)):
        kiosk.show(view)
        beside = WORDS["fa"].last_visit in {text.text for text in texts(kiosk)}
        inside = any(WORDS["fa"].last_visit in item.text for item in listed(kiosk).items)
        assert (beside, inside) == (not packed, packed)


def test_alone_the_list_is_whole_and_leads_back(kiosk: Kiosk) -> None:
    kiosk.show(replace(full(), more=True))
    assert listed(kiosk).left == 0
    assert {*full().offers} <= {text.text for text in texts(kiosk)}
    kiosk.tap("back")
    assert kiosk.touches == [Touch("back")]


def test_a_list_that_is_whole_is_no_key(kiosk: Kiosk) -> None:
    kiosk.show(replace(full(Look()), replies=False, redeem=False, leave=False))
    assert listed(kiosk).left == 0
    assert "more" not in set(kiosk.keys())


def test_where_the_club_can_be_left_the_list_leads_to_the_page_that_tells_of_it(kiosk: Kiosk) -> None:
    for view in (
        replace(full(Look()), replies=False, redeem=False, offers=()),
        replace(gallery.plain(full()), leave=True),
    ):
        kiosk.show(view)
        assert listed(kiosk).left == 0
        assert WORDS["fa"].membership in {text.text for text in texts(kiosk)}
        assert "leave" not in set(kiosk.keys())
        kiosk.tap("more")
        kiosk.show(replace(view, more=True)).tap("leave")
        assert kiosk.touches[-2:] == [Touch("more"), Touch("leave")]

"""The rules by which certificates are given, as a table."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.authority.judging import (
    SAME,
    Held,
    Signing,
    Standing,
    Token,
    may_come,
    may_renew,
    may_take,
    same_again,
)
from cloud.fleet.authority.requests import Denied
from tests.cloud.kiosks import NOON

DAY = timedelta(days=1)
TOKEN = Token("vanak", NOON + DAY, withdrawn=False, key="")
USED = replace(TOKEN, key="mine")
HELD = Held("1", "mine", "root", NOON - DAY, NOON + 60 * DAY)
BY = Signing("root", NOON - 9 * DAY)
KIOSK = Standing("vanak", revoked=False)


@pytest.mark.parametrize(
    ("token", "store", "kiosk", "reason"),
    [
        (TOKEN, "tajrish", KIOSK, "token-store"),
        (TOKEN, "vanak", replace(KIOSK, store="tajrish"), "token-store"),
        (replace(TOKEN, withdrawn=True), "vanak", KIOSK, "token-withdrawn"),
        (TOKEN, "vanak", replace(KIOSK, revoked=True), "kiosk-revoked"),
        (USED, "vanak", replace(KIOSK, revoked=True), "kiosk-revoked"),
        (replace(TOKEN, expires_at=NOON), "vanak", KIOSK, "token-expired"),
    ],
)
def test_a_token_that_is_no_good_is_refused(token: Token, store: str, kiosk: Standing, reason: str) -> None:
    with pytest.raises(Denied) as denied:
        may_come(token, store, kiosk, NOON)
    assert denied.value.reason == reason


def test_a_token_is_good_until_it_expires_and_for_its_key_afterwards() -> None:
    may_come(TOKEN, "vanak", KIOSK, NOON)
    may_come(replace(USED, expires_at=NOON - DAY), "vanak", KIOSK, NOON)


@pytest.mark.parametrize("held", [HELD, None, replace(HELD, key="other")])
def test_a_token_is_the_first_keys_for_as_long_as_that_is_the_kiosks(held: Held | None) -> None:
    may_take(TOKEN, held, "mine")
    if held == HELD:
        may_take(USED, held, "mine")
    else:
        with pytest.raises(Denied):
            may_take(USED, held, "mine")
    with pytest.raises(Denied):
        may_take(USED, held, "other")


def test_a_renewal_is_by_the_key_that_the_kiosk_has() -> None:
    may_renew(HELD, "mine", "mine")
    for held, shown, key in ((HELD, "mine", "other"), (HELD, "other", "other"), (None, "mine", "mine")):
        with pytest.raises(Denied):
            may_renew(held, shown, key)


def test_what_a_kiosk_has_is_given_again_unless_it_came_with_it() -> None:
    assert same_again(HELD, "mine", "", BY, NOON)
    assert same_again(HELD, "mine", "0", BY, NOON)
    assert not same_again(HELD, "mine", "1", BY, NOON)


@pytest.mark.parametrize(
    "held",
    [
        replace(HELD, key="other"),
        replace(HELD, ends_at=NOON),
        replace(HELD, issuer="former"),
        replace(HELD, issued_at=NOON - 10 * DAY),
    ],
    ids=["another key", "ended", "of the former authority", "from before the next was there"],
)
def test_what_does_not_serve_any_more_is_made_anew(held: Held) -> None:
    assert not same_again(held, "mine", "", BY, NOON)


@given(st.timedeltas(timedelta(), DAY))
def test_within_an_hour_a_renewal_gives_what_was_made(age: timedelta) -> None:
    held = replace(HELD, issued_at=NOON - age)
    assert same_again(held, "mine", "1", BY, NOON) == (age < SAME)

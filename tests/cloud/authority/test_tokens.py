"""Tokens: made for one kiosk, shown once, taken back."""

import re
from datetime import timedelta
from typing import get_args

import msgspec
import pytest

from cloud.fleet import tokens
from cloud.fleet.commands import Unknown
from cloud.fleet.models import EnrolmentToken, Kiosk
from mqtt.enrolment import Enrol, OneTime
from mqtt.vocabulary import KioskId
from tests.cloud.kiosks import NOON

pytestmark = pytest.mark.usefixtures("club")

VANAK = KioskId("vanak-1")
DAY = timedelta(days=1)


def test_a_token_can_be_sent_as_it_is() -> None:
    text = tokens.issue(VANAK, "sara", NOON, DAY)
    assert msgspec.convert({"store": "vanak", "token": text, "request": ""}, Enrol).token == text
    (pattern,) = (each.pattern for each in get_args(OneTime)[1:])
    assert re.search(pattern, text)


def test_only_the_digest_of_a_token_is_kept() -> None:
    text = tokens.issue(VANAK, "sara", NOON, DAY)
    kept = EnrolmentToken.objects.values().get()
    assert kept["hash"] == tokens.digest(text)
    assert text not in str(kept)
    assert (kept["kiosk_id"], kept["store_id"], kept["made_by"]) == ("vanak-1", "vanak", "sara")


def test_a_token_waits_until_it_expires() -> None:
    tokens.issue(VANAK, "sara", NOON, DAY)
    assert tokens.waiting(VANAK, NOON).count() == 1
    assert tokens.waiting(VANAK, NOON + DAY).count() == 0


def test_a_new_token_takes_the_place_of_the_one_before() -> None:
    lost = tokens.issue(VANAK, "sara", NOON, DAY)
    new = tokens.issue(VANAK, "sara", NOON, DAY)
    assert [one.hash for one in tokens.waiting(VANAK, NOON)] == [tokens.digest(new)]
    assert EnrolmentToken.objects.get(hash=tokens.digest(lost)).withdrawn_at == NOON


def test_a_token_that_was_taken_back_waits_no_more() -> None:
    tokens.withdraw(tokens.digest(tokens.issue(VANAK, "sara", NOON, DAY)), NOON)
    assert tokens.waiting(VANAK, NOON).count() == 0


def test_a_token_that_is_not_there_or_was_used_cannot_be_taken_back() -> None:
    with pytest.raises(tokens.BadToken, match="no such token"):
        tokens.withdraw("0" * 64, NOON)
    used = tokens.digest(tokens.issue(VANAK, "sara", NOON, DAY))
    EnrolmentToken.objects.update(used_at=NOON)
    with pytest.raises(tokens.BadToken, match="no such token"):
        tokens.withdraw(used, NOON)


def test_there_is_no_token_for_a_kiosk_that_is_unknown_or_revoked() -> None:
    with pytest.raises(Unknown, match="vanak-9"):
        tokens.issue(KioskId("vanak-9"), "sara", NOON, DAY)
    Kiosk.objects.update(revoked_at=NOON)
    with pytest.raises(tokens.BadToken, match="admit it first"):
        tokens.issue(VANAK, "sara", NOON, DAY)


@pytest.mark.parametrize("within", [timedelta(), -DAY, 31 * DAY])
def test_no_token_waits_for_ever_or_not_at_all(within: timedelta) -> None:
    with pytest.raises(tokens.BadToken, match="30 days"):
        tokens.issue(VANAK, "sara", NOON, within)

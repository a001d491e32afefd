"""A clerk's sale, every process real: a tap beside the till, the page, the invoice, the points elsewhere."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.demo.plan import KIOSK, STORE
from tests.demo.shoppers import Card
from tests.demo.steps import cloud
from tests.flow.conftest import Club, Stand, until
from tests.flow.second import another, go

_SET_UP = f"""
from django.contrib.auth.models import User
from cloud.desk.models import Staff
from cloud.fleet.models import Till
Till.objects.create(id="counter", store_id="{STORE}", name="Counter", kiosk_id="{KIOSK}")
user = User.objects.create_user("seller", password="right")
Staff.objects.create(user=user, role="clerk").stores.set(["{STORE}"])
"""


@pytest.fixture
def page(club: Club) -> Page:
    """The clerk's page at the till beside the kiosk."""
    cloud(club.plan, "shell", "-c", _SET_UP)
    page = club.page
    page.goto(f"{club.plan.address}login?next=/till/")
    page.locator("input[name=username]").fill("seller")
    page.locator("input[name=password]").fill("right")
    page.locator("form.sign-in button.main").click()
    page.locator("form.choices button", has_text="Counter").click()
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    return page


def has(stand: Stand, card: Card) -> int:
    """What a kiosk knows that a member has, or will have."""
    row = stand.row(card)
    assert row is not None
    return row.available + row.held + row.pending


def test_a_sale_beside_one_kiosk_is_points_at_another(club: Club, page: Page) -> None:
    card = club.cards("em4100")[0]
    with another(club) as (elsewhere, _):
        until(lambda: elsewhere.row(card), "the member at the other kiosk")
        before = has(elsewhere, card)
        club.tap(card)
        expect(page.locator("#customer .who")).to_have_attribute("data-member", str(card.member))
        expect(page.locator("#amount")).to_be_focused()
        page.keyboard.type("2500000")
        expect(page.locator("#reckoned .earned dd")).to_be_visible()
        page.keyboard.press("F9")
        expect(page.locator("#next")).to_be_focused()
        go(club)
        earned = json.loads(cloud(club.plan, "shell", "-v", "0", "-c", _EARNED))
        assert earned > 0
        # the visit itself may have earned, too
        until(lambda: has(elsewhere, card) >= before + earned, "the points at the other kiosk")
        elsewhere.tap(card)
        row = elsewhere.row(card)
        assert row
        assert "purchase" in {movement.reason for movement in row.movements}
    assert "the ledger is right" in cloud(club.plan, "nightly")


_EARNED = """
from cloud.fleet.models import TillDocument
print(TillDocument.objects.get().receipt["earned"])
"""

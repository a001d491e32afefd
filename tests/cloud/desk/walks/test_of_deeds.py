"""What each role comes to do, done in the browser: by keys at a desk, by touch on a telephone."""

from playwright.sync_api import expect

from cloud.desk.numerals import number
from tests.cloud.desk.walks.ground import PASSWORD, Ground
from tests.cloud.desk.walks.walker import Walker, Windows, walker

PHONE, PAID = "09121234564", 2_500_000
"""The telephone number of the member of `deeds`, and Rial."""


def test_a_clerk_sells_by_telephone_number_with_keys_alone(chromium: Windows, walked: Ground) -> None:
    deeds = walked.names["deeds"]
    with walker(chromium, walked, "en", "desktop", role="clerk") as who:
        who.go("/till/choose")
        who.page.locator(f"button[value='{deeds['till']}']").press("Enter")
        expect(who.page.locator("h1")).to_have_text("Till 4")
        who.page.keyboard.press("F2")
        who.page.keyboard.type(PHONE)
        who.page.keyboard.press("Enter")
        expect(who.page.locator("#customer .name")).to_contain_text("مریم رستگار")
        expect(who.page.locator("#amount")).to_be_focused()
        who.page.keyboard.type(str(PAID))
        expect(who.page.locator("#reckoned .pay")).to_contain_text(number(PAID, 0, "en"))
        who.page.keyboard.press("F9")
        expect(who.page.locator("#next")).to_be_focused()
        with who.page.context.expect_page() as opened:
            who.page.keyboard.press("F10")
        expect(opened.value.locator("tr.pay td")).to_have_text(number(PAID, 0, "en"))
        opened.value.close()
        assert who.complaints == []


def test_an_owner_takes_somebody_on_who_then_signs_in(chromium: Windows, walked: Ground) -> None:
    with walker(chromium, walked, "fa", "phone", role="owner") as who:
        who.go("/staff/new")
        who.page.locator("#id_name").fill("neda")
        who.page.locator("#id_role").select_option("analyst")
        who.page.locator("main button.main").tap()
        password = who.page.locator("code.password").inner_text()
        who.page.locator("a.main").tap()
        expect(who.page.locator("h1")).to_contain_text("neda")
        assert who.complaints == []
    with walker(chromium, walked, "fa", "phone") as new:
        new.sign_in("neda", password)
        _choose(new, password, f"{PASSWORD} in thirty weeks")
        expect(new.page.locator("nav.pages a").first).to_be_attached()
        assert new.complaints == []


def test_a_manager_acknowledges_an_alarm_with_keys_alone(chromium: Windows, walked: Ground) -> None:
    with walker(chromium, walked, "en", "desktop", role="manager") as who:
        who.go(f"/alarms/{walked.names['deeds']['alarm-signal.number']}")
        who.page.locator("textarea[name=note]").focus()
        who.page.keyboard.type("The queue at noon")
        who.page.keyboard.press("Tab")
        expect(who.page.locator("button[value=acknowledged]")).to_be_focused()
        who.page.keyboard.press("Enter")
        expect(who.page.locator("button[value=acknowledged]")).to_have_count(0)
        expect(who.page.locator("main")).to_contain_text("The queue at noon")
        assert who.complaints == []


def test_a_store_manager_blocks_a_card_by_touch(chromium: Windows, walked: Ground) -> None:
    deeds = walked.names["deeds"]
    with walker(chromium, walked, "fa", "phone", role="store-manager") as who:
        who.go(f"/members/{deeds['member_id']}/")
        cards = who.page.locator("section[aria-labelledby=cards-title]")
        blocked = cards.locator(".chip.bad").count()
        cards.locator(f"a[href$='/lost?of={deeds['card_ref']}']").tap()
        who.page.locator("main form button[name=sure]").tap()
        expect(cards.locator(".chip.bad")).to_have_count(blocked + 1)
        expect(cards.locator(f"a[href$='/lost?of={deeds['card_ref']}']")).to_have_count(0)
        assert who.complaints == []


def _choose(who: Walker, old: str, new: str) -> None:
    """A password of one's own, as the page asks at the first sign-in."""
    for field, text in (("old_password", old), ("new_password1", new), ("new_password2", new)):
        who.page.locator(f"main input[name={field}]").fill(text)
    who.page.locator("main button.main").tap()
    expect(who.page.locator("main input[name=old_password]")).to_have_count(0)

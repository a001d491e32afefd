"""The fleet in a browser: what renews itself moves nothing under the hand, and results come by themselves."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from tests.cloud.desk.walks.ground import Ground
from tests.cloud.desk.walks.walker import Walker, Windows, walker

ROUND: float = 15_000
"""Milliseconds in which a list that renews itself every ten seconds has done so."""
KIOSK = "ekbatan-2"


def said(walked: Ground, change: str, kiosk: str) -> None:
    walked.web.database.run(f"UPDATE fleet_kioskhealth SET {change} WHERE kiosk_id = '{kiosk}'")


def test_the_list_renews_itself_and_moves_neither_focus_nor_choice(chromium: Windows, walked: Ground) -> None:
    said(walked, "heard_at = CURRENT_TIMESTAMP", KIOSK)  # the other walks took their time
    with walker(chromium, walked, "en", "desktop", role="fleet") as who:
        who.go("/fleet/")
        who.page.check(f"#pick-{KIOSK}")
        who.page.focus(f"#to-{KIOSK}")
        row = who.page.locator(f"tr[data-kiosk='{KIOSK}']")
        expect(row).to_contain_text("online")
        said(walked, "clock = 0", KIOSK)
        expect(row).to_contain_text("the clock is unsure", timeout=ROUND)
        expect(who.page.locator(f"#to-{KIOSK}")).to_be_focused()
        expect(who.page.locator(f"#pick-{KIOSK}")).to_be_checked()
        said(walked, "clock = 1", KIOSK)
        who.page.select_option("select[name=kind]", "identify")
        who.page.locator("#many button").click()
        expect(who.page.locator(".messages")).to_contain_text("“Identify” was sent to kiosks: 1.")
        assert who.complaints == []


def test_a_result_comes_by_itself_on_a_telephone(chromium: Windows, walked: Ground) -> None:
    with walker(chromium, walked, "fa", "phone", role="store-manager") as who:
        who.go("/fleet/vanak-clock/")
        who.page.locator("button[value=identify]").tap()
        expect(who.page.locator("#given")).to_contain_text("در انتظار کیوسک")
        walked.web.database.run(
            "UPDATE fleet_command SET result = 'done', done_at = given_at WHERE kiosk_id = 'vanak-clock'"
        )
        expect(who.page.locator("#given")).to_contain_text("اجرا شد")
        assert who.page.locator("button[value=renew]").count() == 0
        assert who.faults() + who.complaints == []


def test_a_token_is_issued_shown_once_and_taken_as_a_file(chromium: Windows, walked: Ground) -> None:
    for language, size in (("fa", "phone"), ("en", "desktop")):
        with walker(chromium, walked, language, size, role="fleet") as who:
            token = _issued(who)
            with who.page.expect_download() as caught:
                who.page.locator("form[action$='/token/file'] button").click()
            assert caught.value.suggested_filename == "kiosk.toml"
            assert f'token = "{token}"' in caught.value.path().read_text()
            assert token not in who.page.url
            who.page.locator("a.button.main").click()
            assert token not in who.page.content()
            assert who.complaints == []


def _issued(who: Walker) -> str:
    who.go("/fleet/vanak-never/")
    who.page.locator("form.issue button").click()
    token = who.page.locator("code.token").inner_text()
    assert re.fullmatch(r"([a-z2-7]{5}-){4}[a-z2-7]{5}", token)
    assert who.faults() + who.barriers() == []
    assert who.page.locator("svg.qr").count() == 1
    return token


def test_a_kiosk_is_revoked_and_let_in_again(chromium: Windows, walked: Ground) -> None:
    with walker(chromium, walked, "en", "desktop", role="owner") as who:
        who.go(f"/fleet/{KIOSK}/")
        who.page.locator("a.button.danger").click()
        who.page.locator("#id_reason").fill("stolen at night")
        who.page.locator("#id_name").fill("vanak-1")
        who.page.locator("main button.danger").click()
        expect(who.page.locator(".errorlist")).to_contain_text("This is not the kiosk's name")
        assert who.faults() + who.barriers() == []
        who.page.locator("#id_name").fill(KIOSK)
        who.page.locator("main button.danger").click()
        expect(who.page.locator(".now")).to_contain_text("revoked")
        expect(who.page.locator("main")).to_contain_text("stolen at night")
        assert who.barriers() == []
        who.page.get_by_role("button", name="Let it in again").click()
        expect(who.page.locator(".messages")).to_contain_text("may come back")
        assert who.complaints == []


def test_who_was_signed_out_meanwhile_is_sent_to_sign_in(chromium: Windows, walked: Ground) -> None:
    with walker(chromium, walked, "en", "desktop", role="manager") as who:
        who.go(f"/fleet/{KIOSK}/")
        who.page.context.clear_cookies(name="sessionid")
        expect(who.page.locator("form.sign-in")).to_have_count(1)
        unexpected = [said for said in who.complaints if "401" not in said]
        assert unexpected == [], datetime.now(UTC)

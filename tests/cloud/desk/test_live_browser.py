"""The HQ page in real Chromium: signing in, what comes live, the language, a phone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from cloud.desk.numerals import digits
from tests.cloud.desk.house import DEADLINE, TAPPED, Database, Web
from tests.cloud.desk.live_list import ids
from tests.demo.pictures import launch


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with ExitStack() as stack:
        yield launch(stack)


@pytest.fixture
def page(browser: Browser, web: Web, signed_in: dict[str, str]) -> Iterator[Page]:
    """The live page on a phone, signed in; whatever the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(DEADLINE * 1000)
    for name, value in signed_in.items():
        context.add_cookies([{"name": name, "value": value, "url": web.url}])
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(web.url)
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    yield page
    context.close()
    assert complaints == []


def test_signing_in_by_hand(browser: Browser, web: Web) -> None:
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(web.url)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.get_by_label("User name").fill("hq")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill("right")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status")).to_have_text("Live", use_inner_text=True)
    context.close()


def test_a_stored_event_appears_by_itself_on_top(page: Page, database: Database) -> None:
    [new] = database.store_events(1, "club.coffee.poured.v1")
    first = page.locator("#events > li").first
    expect(first).to_have_attribute("data-id", str(new))
    expect(first).to_contain_text("رویداد ناشناخته")
    expect(first).to_contain_text("ونک")


def test_no_event_stands_twice_and_at_most_a_hundred_of_a_kind_stand(page: Page, database: Database) -> None:
    new = database.store_events(130)
    rows = page.locator("#events > li[data-kind=tap]")
    expect(rows.first).to_have_attribute("data-id", str(new[-1]))
    assert ids(rows) == [str(n) for n in reversed(new[-100:])]


def test_figures_change_without_a_reload_and_what_is_open_stays_open(page: Page, database: Database) -> None:
    answers = page.locator('[data-store="vanak"] [data-of="answers"]')
    before = answers.inner_text()
    page.locator("#trend-numbers summary").click()
    database.count_answers(3, 41)
    expect(answers).not_to_have_text(before)
    expect(page.locator("#trend-numbers")).to_have_attribute("open", "")


def test_a_paused_list_stands_still_and_then_catches_up(page: Page, database: Database) -> None:
    [before] = database.store_events(1)
    first = page.locator("#events > li").first
    expect(first).to_have_attribute("data-id", str(before))
    page.locator("#pause").click()
    new = database.store_events(3, "club.card.tapped.v1", TAPPED)
    expect(page.locator("#waiting")).to_have_text(f"({digits('3', 'fa')})")
    expect(first).to_have_attribute("data-id", str(before))
    expect(page.locator("#link")).to_have_attribute("data-state", "paused")
    page.locator("#pause").click()
    expect(first).to_have_attribute("data-id", str(new[-1]))
    assert ids(page.locator("#events > li"))[:4] == [str(n) for n in [*reversed(new), before]]


def test_switching_the_language_turns_the_page_round(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("#link")).to_have_text("Live", use_inner_text=True)
    page.get_by_role("button", name="فارسی").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_nothing_is_wider_than_a_phone(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_days_of_the_trend_are_walked_with_the_arrow_keys(page: Page, database: Database) -> None:
    database.count_answers(5, 31)
    today = page.locator(".trend.narrow .day").last
    today.focus()
    expect(today.locator("text")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(today).to_be_focused()


def test_a_page_goes_on_where_it_was_when_the_web_comes_back(
    browser: Browser, database: Database, signed_in: dict[str, str]
) -> None:
    with opened(browser, database, signed_in) as (web, page):
        [seen] = database.store_events(1)
        expect(page.locator("#events > li").first).to_have_attribute("data-id", str(seen))
        web.stop()
        expect(page.locator("#link")).to_have_attribute("data-state", "reconnecting")
        missed = database.store_events(3)
        with started(database, web.port):
            expect(page.locator("#link")).to_have_attribute("data-state", "live")
            expect(page.locator("#events > li").first).to_have_attribute("data-id", str(missed[-1]))
            assert ids(page.locator("#events > li"))[:4] == [str(n) for n in [*reversed(missed), seen]]


def test_who_is_signed_out_meanwhile_is_brought_to_the_login(
    browser: Browser, database: Database, signed_in: dict[str, str]
) -> None:
    with opened(browser, database, signed_in) as (web, page):
        web.stop()
        page.context.clear_cookies()
        with started(database, web.port):
            expect(page.locator("#id_password")).to_be_visible(timeout=DEADLINE * 1000)


@contextmanager
def started(database: Database, port: int) -> Iterator[Web]:
    web = Web.start(database, port)
    yield web
    web.stop()


@contextmanager
def opened(browser: Browser, database: Database, signed_in: dict[str, str]) -> Iterator[tuple[Web, Page]]:
    """A web of one's own that the test stops, and the live page of it."""
    web, context = Web.start(database), browser.new_context()
    for name, value in signed_in.items():
        context.add_cookies([{"name": name, "value": value, "url": web.url}])
    page = context.new_page()
    page.goto(web.url)
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    yield web, page
    context.close()


def test_the_list_is_filtered_by_kind_with_the_keyboard_and_the_address_keeps_it(
    page: Page, database: Database
) -> None:
    [tap] = database.store_events(1)
    [fault] = database.store_events(1, "club.case.opened.v1", {})
    expect(page.locator("#events > li").first).to_have_attribute("data-id", str(fault))
    taps, faults, every = (page.locator(f'#kinds [data-kind="{kind}"]') for kind in ("tap", "fault", ""))
    taps.focus()
    page.keyboard.press("Enter")
    expect(taps).to_have_attribute("aria-pressed", "true")
    expect(every).to_have_attribute("aria-pressed", "false")
    shown = page.locator("#events > li:visible")
    expect(shown.first).to_have_attribute("data-id", str(tap))
    assert page.url.endswith("#kinds=tap")
    page.reload()
    expect(taps).to_have_attribute("aria-pressed", "true")
    expect(shown.first).to_have_attribute("data-id", str(tap))
    faults.press(" ")
    expect(shown.first).to_have_attribute("data-id", str(fault))
    every.click()
    expect(taps).to_have_attribute("aria-pressed", "false")
    assert "#" not in page.url


def test_what_is_chosen_and_not_there_yet_is_said_and_then_comes(page: Page, database: Database) -> None:
    page.locator('#kinds [data-kind="ticket"]').click()
    expect(page.locator("#nothing")).to_be_visible()
    database.store_events(1)
    [opened] = database.store_events(1, "club.ticket.opened.v1", {})
    expect(page.locator("#events > li:visible").first).to_have_attribute("data-id", str(opened))
    expect(page.locator("#nothing")).to_be_hidden()
    expect(page.locator('[data-part="today-ticket"]')).to_have_text(digits("1", "fa"))


def test_a_paused_list_counts_what_is_shown_of_what_waits(page: Page, database: Database) -> None:
    page.locator("#pause").click()
    database.store_events(2)
    database.store_events(1, "club.case.opened.v1", {})
    expect(page.locator("#waiting")).to_have_text(f"({digits('3', 'fa')})")
    page.locator('#kinds [data-kind="fault"]').click()
    expect(page.locator("#waiting")).to_have_text(f"({digits('1', 'fa')})")
    page.locator('#kinds [data-kind="fault"]').click()
    page.locator("#pause").click()


def test_stores_are_chosen_by_hand_and_the_list_goes_on_with_them(page: Page, database: Database) -> None:
    page.locator("#choice summary").click()
    page.get_by_label("زند").check()
    page.locator("#choice button.main").click()
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    assert page.url.endswith("?store=zand")
    database.store_events(1)
    [theirs] = database.store_events(1, store="zand")
    rows = page.locator("#events > li")
    expect(rows.first).to_have_attribute("data-id", str(theirs))
    expect(page.locator("#events")).not_to_contain_text("ونک")


def test_a_store_on_the_board_stays_as_it_was_opened_or_closed(page: Page, database: Database) -> None:
    page.goto(f"{page.url}board")
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    store = page.locator("#store-vanak")
    before = store.evaluate("each => each.open")
    store.locator("summary").click()
    database.run("UPDATE collector_stream SET seen_at = '2020-01-01'")
    expect(store.locator("[data-kiosk]")).to_have_attribute("data-state", "offline")
    assert store.evaluate("each => each.open") is not before
    assert page.evaluate("document.documentElement.scrollWidth") == 390

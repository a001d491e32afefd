"""The clerk's page in real Chromium: who comes and goes, a sale by keyboard alone, and a line that breaks."""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from cloud.desk.numerals import number
from tests.cloud.desk.house import Web
from tests.cloud.desk.till.shop import MARYAM, SARA, Shop, at_till, sign_in
from tests.cloud.kiosks import MEMBER
from tests.demo.pictures import launch

BANK = "6037991234567890"
OTHER = "m-bbbbbbbbbb"
_log = logging.getLogger(__name__)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop")).prepare()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with ExitStack() as stack:
        yield launch(stack)


@pytest.fixture(scope="module")
def web(shop: Shop) -> Iterator[Web]:
    web = Web.start(shop)
    yield web
    assert web.stop() == 0


@pytest.fixture
def mortal(shop: Shop) -> Iterator[Web]:
    """One that a test may kill."""
    web = Web.start(shop)
    yield web
    if web.process.poll() is None:
        web.stop()
    with web.process:
        """Whatever a test did to it, what it said is read no more."""


@pytest.fixture
def context(page: Page) -> BrowserContext:
    return page.context


@pytest.fixture
def page(browser: Browser, web: Web, shop: Shop) -> Iterator[Page]:
    """The till's page, signed in."""
    with open_till(browser, web, shop) as page:
        yield page


@contextmanager
def open_till(browser: Browser, web: Web, shop: Shop) -> Iterator[Page]:
    """The till's page, and nobody beside it; a script that fails fails the test."""
    shop.leave_last()
    context, page = at_till(browser, web)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def who(page: Page, name: str) -> None:
    expect(page.locator("#customer .name")).to_contain_text(name)


def came(page: Page, shop: Shop, number: str = MARYAM, name: str = "مریم") -> str:
    visit = shop.tap(number)
    who(page, name)
    return visit


def booked(page: Page) -> None:
    expect(page.locator("#next")).to_be_focused()


def sold_since(shop: Shop, before: int) -> list[str]:
    return [member for member, _ in shop.sold()[before:]]


def test_who_taps_beside_the_till_comes_and_goes_by_themselves(page: Page, shop: Shop) -> None:
    visit = came(page, shop)
    expect(page.locator("#amount")).to_be_focused()
    shop.leave(visit)
    expect(page.locator("#customer .name")).to_have_count(0)
    came(page, shop)
    came(page, shop, SARA, "سارا")


def test_who_taps_after_a_sale_waits_until_it_is_looked_at(page: Page, shop: Shop) -> None:
    came(page, shop)
    page.keyboard.type("2500000")
    page.keyboard.press("F9")
    booked(page)
    shop.tap(SARA)
    expect(page.locator("#waits")).to_contain_text("سارا")
    booked(page)
    page.keyboard.press("Enter")
    who(page, "سارا")
    expect(page.locator("#amount")).to_be_focused()


def test_who_joins_at_the_kiosk_comes_up_as_a_member(page: Page, shop: Shop) -> None:
    visit = shop.tap("7712399")
    expect(page.locator("[data-do=join]")).to_be_focused()
    shop.join("7712399", visit)
    who(page, "عضو بی‌نام")


def test_a_begun_sale_stays_with_its_member_and_who_taps_next_waits(page: Page, shop: Shop) -> None:
    before = len(shop.sold())
    visit = came(page, shop)
    page.keyboard.type("2500000")
    shop.leave(visit)
    shop.tap(SARA)
    expect(page.locator("#waits")).to_contain_text("سارا")
    who(page, "مریم")
    page.keyboard.press("F9")
    booked(page)
    assert sold_since(shop, before) == [MEMBER]
    page.keyboard.press("Enter")
    who(page, "سارا")
    page.keyboard.type("1000000")
    page.keyboard.press("F9")
    booked(page)
    assert sold_since(shop, before) == [MEMBER, OTHER]


def test_a_sale_that_rests_is_put_aside_with_a_word_and_can_be_taken_up_again(page: Page, shop: Shop) -> None:
    page.clock.install()
    page.reload()
    expect(page.locator("#link")).to_have_attribute("data-state", "live")
    came(page, shop)
    page.keyboard.type("2500000")
    page.clock.fast_forward(181_000)
    expect(page.locator("#said")).to_contain_text("کنار گذاشته شد")
    expect(page.locator("#customer .name")).to_have_count(0)
    page.locator("#again").click()
    who(page, "مریم")
    expect(page.locator("#amount")).not_to_have_value("")


def test_a_whole_sale_needs_no_mouse_and_few_keys(page: Page, shop: Shop) -> None:
    before = len(shop.sold())
    began = time.monotonic()
    came(page, shop)
    page.keyboard.type("2500000")
    page.keyboard.press("Enter")
    page.keyboard.type("100")
    expect(page.locator("#reckoned .pay")).to_contain_text(number(2_400_000, 0, "fa"))
    page.keyboard.press("F9")
    booked(page)
    page.keyboard.press("Enter")
    expect(page.locator("#customer .name")).to_have_count(0)
    keys = len("2500000") + len("100") + len(["Enter", "F9", "Enter"])
    _log.info("a whole sale: %d keys, %.2f s", keys, time.monotonic() - began)
    assert sold_since(shop, before) == [MEMBER]


def test_enter_goes_from_field_to_field_and_escape_back(page: Page, shop: Shop) -> None:
    came(page, shop)
    page.keyboard.type("5000")
    for field in ("points", "coupon", "invoice", "confirm"):
        page.keyboard.press("Enter")
        expect(page.locator(f"#{field}")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#amount")).to_have_value("")
    who(page, "مریم")
    page.keyboard.press("Escape")
    expect(page.locator("#customer .name")).to_have_count(0)
    for key, field in {"F2": "phone", "F3": "swipe-card", "F4": "amount", "F8": "points"}.items():
        page.keyboard.press(key)
        expect(page.locator(f"#{field}")).to_be_focused()


def test_a_card_and_a_telephone_number_find_their_member(page: Page) -> None:
    page.keyboard.type(f";{MARYAM}?")
    who(page, "مریم")
    page.keyboard.press("F2")
    page.keyboard.type("09121234567")
    page.keyboard.press("Enter")
    who(page, "سارا")
    page.keyboard.press("F3")
    page.keyboard.type(MARYAM)
    page.keyboard.press("Enter")
    who(page, "مریم")


@pytest.mark.parametrize("start", ["", "F2", "F3", "F4", "F8"])
@pytest.mark.parametrize("typed", [f"%B{BANK}^MARYAM^2512?;{BANK}=2512?", f";{BANK}?", BANK])
def test_of_a_bank_card_no_digit_is_left_anywhere(page: Page, start: str, typed: str) -> None:
    if not start and typed == BANK:
        start = "F3"  # without a sentinel and a field it goes nowhere
    seen: list[str] = []
    page.on("request", lambda request: seen.append(f"{request.url} {request.post_data} {request.headers}"))
    page.on("console", lambda message: seen.append(message.text))
    if start:
        page.keyboard.press(start)
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    expect(page.locator("#swipe-card-said")).to_contain_text("کارت بانکی")
    everything = page.evaluate(
        """() => JSON.stringify([document.documentElement.outerHTML, {...localStorage}, {...sessionStorage},
          history.state, location.href, [...document.querySelectorAll("input")].map((each) => each.value)])"""
    )
    for part in (BANK, BANK[:8], BANK[-8:]):
        assert part not in everything
        assert not [line for line in seen if part in line]


def test_of_a_club_card_no_digit_is_left_but_in_one_bodys_post(page: Page) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.keyboard.type(f";{MARYAM}?")
    who(page, "مریم")
    values = page.evaluate('[...document.querySelectorAll("input")].map((each) => each.value).join()')
    assert MARYAM not in page.content() + values + " ".join(seen)


def test_a_sale_confirmed_without_a_network_is_kept_and_sent_once(
    page: Page, context: BrowserContext, shop: Shop
) -> None:
    before = len(shop.sold())
    came(page, shop)
    context.set_offline(True)
    page.keyboard.type("2500000")
    page.keyboard.press("F9")
    kept = page.locator("#kept li")
    expect(kept).to_have_attribute("data-state", "kept")
    stored = page.evaluate("JSON.stringify({...localStorage})")
    assert "مریم" not in stored
    assert MARYAM not in stored
    context.set_offline(False)
    expect(kept).to_have_attribute("data-state", "sent")
    assert sold_since(shop, before) == [MEMBER]


def test_a_kept_sale_goes_after_a_reload(page: Page, context: BrowserContext, shop: Shop, web: Web) -> None:
    before = len(shop.sold())
    came(page, shop)
    page.keyboard.type("2500000")
    context.set_offline(True)
    page.keyboard.press("F9")
    expect(page.locator("#kept li")).to_be_visible()
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{web.url}till/")
    expect(again.locator("#kept li")).to_have_attribute("data-state", "sent")
    assert sold_since(shop, before) == [MEMBER]


def test_a_sale_whose_answer_was_lost_because_the_web_died_is_booked_once(
    browser: Browser, shop: Shop, mortal: Web
) -> None:
    before = len(shop.sold())

    def die(route: Route) -> None:
        route.fetch()
        mortal.process.kill()
        route.abort("connectionreset")

    with open_till(browser, mortal, shop) as page:
        came(page, shop)
        page.keyboard.type("2500000")
        expect(page.locator("#reckoned .pay")).to_be_visible()
        page.route(re.compile("/till/sale$"), die, times=1)
        page.keyboard.press("F9")
        expect(page.locator("#kept li")).to_have_attribute("data-state", "kept")
        assert sold_since(shop, before) == [MEMBER]
        mortal.process.wait()
        other = Web.start(shop, mortal.port)
        expect(page.locator("#kept li")).to_have_attribute("data-state", "sent", timeout=20_000)
    assert len(shop.sold()) == before + 1
    other.stop()


def test_a_sale_whose_session_ended_goes_after_signing_in_again(
    page: Page, context: BrowserContext, shop: Shop, web: Web
) -> None:
    before = len(shop.sold())
    came(page, shop)
    page.keyboard.type("2500000")
    expect(page.locator("#reckoned .pay")).to_be_visible()
    context.clear_cookies(name="sessionid")
    page.keyboard.press("F9")
    expect(page.locator("#kept li")).to_have_attribute("data-state", "signed-out")
    sign_in(page, web.url)
    expect(page.locator("#kept li")).to_have_attribute("data-state", "sent")
    assert sold_since(shop, before) == [MEMBER]


def test_a_receipt_is_printed_on_a_roll_and_on_a_sheet(
    page: Page, context: BrowserContext, shop: Shop, web: Web
) -> None:
    came(page, shop)
    page.keyboard.type("2500000")
    page.keyboard.press("F9")
    booked(page)
    path = str(page.locator("#print").get_attribute("href"))
    paper = context.new_page()
    for name, width in (("roll", 226), ("sheet", 595)):
        paper.goto(f"{web.url.rstrip('/')}{path}?paper={name}")
        drawn = paper.pdf(prefer_css_page_size=True)
        boxes = {round(float(found)) for found in re.findall(rb"/MediaBox \[0 0 ([\d.]+)", drawn)}
        assert {abs(box - width) < 3 for box in boxes} == {True}, boxes

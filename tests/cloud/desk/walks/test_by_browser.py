"""Every role walks its pages in both languages, at a desk and with a phone; nothing complains."""

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from tests.cloud.desk.walks.ground import ROLES, Ground
from tests.cloud.desk.walks.pages import Page, pages
from tests.cloud.desk.walks.table import ENTRANCES, TABLE, Door
from tests.cloud.desk.walks.walker import DIRECTIONS, SIZES, Walker, Windows, walker

PLACES: Final = [page for page in pages() if page.name in TABLE and TABLE[page.name].read]
"""What a person reads."""
LOOKS: Final = [page for page in PLACES if not TABLE[page.name].alike]
BOTH: Final = [("fa", "phone"), ("en", "desktop")]
"""Each language and each size once."""


def each(*many: Iterable[Any]) -> list[Any]:
    """All combinations, with names that can be read."""
    return [pytest.param(*one, id="-".join(str(part) for part in one)) for one in product(*many)]


@pytest.mark.parametrize(("role", "language", "size"), each(ROLES, DIRECTIONS, SIZES))
def test_a_role_goes_its_way(chromium: Windows, walked: Ground, role: str, language: str, size: str) -> None:
    by_hand = size == "desktop"  # the form itself is walked on a phone too, below
    with walker(chromium, walked, language, size, role="" if by_hand else role) as who:
        who.sign_in(role) if by_hand else who.go("/")
        wrong = _by_the_links(who)
        ACTIONS[role](who)
        if by_hand:
            who.page.locator("header.top form[action='/logout'] button").click()
            expect(who.page.locator("form.sign-in")).to_have_count(1)
        assert (wrong, who.complaints) == ({}, [])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_pages(role: str) -> None:
    assert [page for page in PLACES if TABLE[page.name].shows(role)]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_all_its_pages(chromium: Windows, walked: Ground, role: str) -> None:
    with walker(chromium, walked, "fa", "phone", role=role) as who:
        mine = [page for page in PLACES if TABLE[page.name].shows(role)]
        wrong = {page.name: found for page in mine if (found := _opened(who, page, walked))}
        assert (wrong, who.complaints) == ({}, [])


@pytest.mark.parametrize(("language", "size"), BOTH)
@pytest.mark.parametrize("page", LOOKS, ids=lambda page: page.name)
def test_a_page_shuts_nobody_out(
    chromium: Windows, walked: Ground, page: Page, language: str, size: str
) -> None:
    role = TABLE[page.name].roles.split()[0]
    with walker(chromium, walked, language, size, role=role) as who:
        assert _opened(who, page, walked) + who.barriers() == []
        assert who.complaints == []


@pytest.mark.parametrize(("language", "size"), BOTH)
@pytest.mark.parametrize("door", ENTRANCES, ids=lambda door: door.name)
def test_ways_in_and_closed_doors_shut_nobody_out(
    chromium: Windows, walked: Ground, door: Door, language: str, size: str
) -> None:
    with walker(chromium, walked, language, size, role=door.role) as who:
        if not door.role:
            who.speak()
        assert who.go(door.path.format(**walked.names["own"])).status == door.status
        assert who.faults() + who.barriers() + who.complaints == []


@pytest.mark.parametrize(("language", "size"), BOTH)
def test_when_the_web_fails_its_page_shuts_nobody_out(
    chromium: Windows, walked: Ground, language: str, size: str
) -> None:
    with (
        walker(chromium, walked, language, size, role="owner") as who,
        walked.broken("collector_parked") as log,
    ):
        assert who.go("/parked").status == 500
        assert who.faults() + who.barriers() + who.complaints == []
        assert "no such table: collector_parked" in log()


def test_what_the_browser_keeps_is_kept_from_scripts_and_other_sites(
    chromium: Windows, walked: Ground
) -> None:
    with walker(chromium, walked, "fa", "phone") as who:
        who.sign_in("owner")
        kept = {each["name"]: each for each in who.page.context.cookies()}
        assert {name for name, each in kept.items() if not each["httpOnly"]} <= {"django_language"}
        assert {each["sameSite"] for name, each in kept.items()} == {"Lax"}
        assert who.page.evaluate("document.cookie.includes('sessionid')") is False
        assert who.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def _by_the_links(who: Walker) -> dict[str, list[str]]:
    """Follow each link at the top; what is wrong where they lead, by their names."""
    entries, wrong = who.page.locator("nav.pages a"), {}
    assert entries.count() > 0
    for number in range(entries.count()):
        entries.nth(number).click()
        who.settle()
        expect(entries.nth(number)).to_have_attribute("aria-current", "page")
        wrong[entries.nth(number).inner_text()] = who.faults()
    return {name: found for name, found in wrong.items() if found}


def _opened(who: Walker, page: Page, walked: Ground) -> list[str]:
    answer = who.go(page.path(walked.names["own"]) + TABLE[page.name].behind(walked.names["own"]))
    return who.faults() if answer.status == 200 else [f"status {answer.status}"]


def _pause(who: Walker) -> None:
    """The live page's stream is stopped and goes on."""
    who.go("/")
    who.page.locator("#pause").click()
    expect(who.page.locator("#link")).to_have_attribute("data-state", "paused")
    who.page.locator("#pause").click()
    expect(who.page.locator("#link")).to_have_attribute("data-state", "live")


def _look_for_a_member(who: Walker) -> None:
    """A name's beginning, typed: the member is found without the page being left."""
    who.go("/members/")
    who.page.locator("#typed").fill("مری رستگ")
    who.page.locator("#typed").press("Enter")
    who.settle()
    who.page.locator("#found a").first.click()
    expect(who.page.locator("h1")).to_contain_text("مریم رستگار")


ACTIONS: Final[dict[str, Callable[[Walker], None]]] = {
    **dict.fromkeys(ROLES, _pause),
    "clerk": _look_for_a_member,
    "store-manager": _look_for_a_member,
}
"""What each role comes for."""

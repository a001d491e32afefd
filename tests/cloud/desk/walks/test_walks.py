"""Every role walks its pages in both languages, at a desk and with a phone; nothing complains."""

from collections.abc import Callable
from itertools import product
from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from tests.cloud.desk.walks.ground import ROLES, Ground
from tests.cloud.desk.walks.pages import Page, pages
from tests.cloud.desk.walks.table import TABLE
from tests.cloud.desk.walks.walker import DIRECTIONS, SIZES, Walker, walker

WALKS = list(product(ROLES, DIRECTIONS, SIZES))
PLACES = pages()
LOOKED_AT: set[tuple[str, ...]] = set()
"""What axe has seen: a page looks the same to it whoever walks there."""


@pytest.mark.parametrize(("role", "language", "size"), WALKS, ids=["-".join(each) for each in WALKS])
def test_a_role_walks_all_its_pages(
    chromium: Browser, walked: Ground, role: str, language: str, size: str
) -> None:
    with walker(chromium, walked, language, size) as who:
        who.sign_in(role)
        entries = who.page.locator("nav.pages a")
        for number in range(entries.count()):
            entries.nth(number).click()
            who.settle()
            expect(entries.nth(number)).to_have_attribute("aria-current", "page")
        wrong = {page.name: found for page in _of(role) if (found := _visit(who, page, walked))}
        ACTIONS[role](who)
        who.page.locator("header.top form:last-of-type button").click()
        expect(who.page.locator("form.sign-in")).to_have_count(1)
        assert (wrong, who.complaints) == ({}, [])


def _of(role: str) -> list[Page]:
    """The pages of a role: those that a person reads."""
    found = [page for page in PLACES if (row := TABLE.get(page.name)) and row.lets(role)]
    readable = [page for page in found if TABLE[page.name].kind == "page" and "GET" in TABLE[page.name].ways]
    assert readable, f"{role} has no page"
    return readable


def _visit(who: Walker, page: Page, walked: Ground) -> list[str]:
    answer = who.go(page.path(dict(walked.names["own"])) + TABLE[page.name].query)
    found = who.faults() if answer.status == 200 else [f"status {answer.status}"]
    key = (page.name, who.language, who.size)
    if key not in LOOKED_AT:
        LOOKED_AT.add(key)
        found += who.barriers()
    return found


def _pause(who: Walker) -> None:
    """The live page's stream is stopped and goes on."""
    who.go("/")
    who.page.locator("#pause").click()
    expect(who.page.locator("#link")).to_have_attribute("data-state", "paused")
    who.page.locator("#pause").click()
    expect(who.page.locator("#link")).to_have_attribute("data-state", "live")


ACTIONS: Final[dict[str, Callable[[Walker], None]]] = dict.fromkeys(ROLES, _pause)
"""What each role comes for."""

"""The browser judges a card as the server does, in real Chromium."""

import random
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page

from cloud.club.card_schema import CardSchema, NotTaken, number_of
from tests.cloud.desk.house import Web
from tests.demo.pictures import launch

JUDGE = """async (cases) => {
  const { judge } = await import("/static/desk/card.js");
  const said = ({ number, reason }) => number ?? reason;
  return cases.map(([typed, schema]) => said(judge(typed, schema)));
}"""
SCHEMAS = (
    CardSchema(),
    CardSchema(4, 11),
    CardSchema(8, 8, "77", "luhn"),
)
PIECES = (
    "%A",
    "%B",
    ";",
    "+",
    "?",
    "E",
    "=",
    "^",
    "7712345",
    "77123450",
    "6037991234567890",
    "60379912",
    "1",
    " ",
    "-",
    "\r\n",
    "۷۷۱۲۳۴۵",
)


@pytest.fixture(scope="module")
def page(web: Web) -> Iterator[Page]:
    with ExitStack() as stack:
        page = launch(stack).new_page()
        page.goto(f"{web.url}login")
        yield page


def told(typed: str, schema: CardSchema) -> str:
    try:
        return number_of(typed, schema)
    except NotTaken as refused:
        return refused.reason


def test_the_script_and_the_server_are_of_one_mind_about_any_swipe(page: Page) -> None:
    chance = random.Random(7)
    typed = ["".join(chance.choices(PIECES, k=chance.randint(0, 7))) for _ in range(3_000)]
    typed += [f"{''.join(chance.choices('0123456789', k=digits))}" for digits in range(21) for _ in range(20)]
    typed += [
        f";{''.join(chance.choices('0123456789', k=digits))}?" for digits in range(21) for _ in range(20)
    ]
    cases = [(one, schema) for one in typed for schema in SCHEMAS]
    fields = CardSchema.__struct_fields__
    sent = [[one, {name: getattr(schema, name) for name in fields}] for one, schema in cases]
    found = page.evaluate(JUDGE, sent)
    expected = [told(one, schema) for one, schema in cases]
    assert found == expected
    assert {"payment-card", "not-ours", "unreadable"} < set(expected)

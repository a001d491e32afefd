"""Rule files: what is read, and that what is wrong is told with the rule, the field and what to do."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cloud.club.earning import earn
from cloud.club.occasions import Line
from cloud.club.rule_files import BadRules, read
from cloud.club.rule_sets import DEFAULT
from cloud.club.rules import Fixed, Limits, Multiplier, PerAmount, Rule
from tests.cloud.earners import occasion

DOCUMENT = (Path(__file__).parents[2] / "docs" / "rules.md").read_text("utf-8")
TEHRAN = ZoneInfo("Asia/Tehran")

GOOD: dict[str, Any] = {
    "id": "buy",
    "when": "purchase",
    "gives": {"kind": "per-amount", "step": 10, "points": 1},
}


def document(**changed: object) -> str:
    return json.dumps({"rules": [GOOD | changed]})


def test_the_default_is_ten_points_for_the_first_visit_of_a_day() -> None:
    [rule] = read(DEFAULT.read_text("utf-8"), 1).each
    assert (rule.id, rule.when, rule.gives) == ("visit", "visit", Fixed(10))
    assert rule.limits == Limits(per_day=1)


def test_rules_are_in_order_of_priority_and_name_whatever_the_file() -> None:
    text = json.dumps(
        {"rules": [GOOD | {"id": name, "priority": by} for name, by in (("b", 0), ("a", 0), ("c", 5))]}
    )
    assert [rule.id for rule in read(text, 3).each] == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            document(gives={"kind": "per-amount", "step": 1.5, "points": 1}),
            ['rule "buy"', "gives.step", "Rial"],
        ),
        (document(gives={"kind": "fixed", "points": 0}), ['rule "buy"', "gives.points", "at least 1"]),
        (document(gives={"kind": "gift"}), ['rule "buy"', "gives", "per-amount"]),
        (document(limits={"per_day": 0}), ['rule "buy"', "limits.per_day", "leave it out"]),
        (document(limits={"per_week": 1}), ['rule "buy"', "limits.per_week", "no such field"]),
        (document(valid_day=3), ['rule "buy"', "valid_day", "Take it out"]),
        (document(stores=[5]), ['rule "buy"', "stores", "a list of names"]),
        (document(since="2026-03-21T00:00:00"), ['rule "buy"', "since", "offset"]),
        (document(id="Buy!"), ['rule "Buy!"', "field id", "a-z"]),
        (document(id=5), ["rule 1", "field id"]),
        (document(when="visit"), ['rule "buy"', "set `when` to purchase"]),
        (
            document(gives={"kind": "per-amount", "step": 1, "points": 2}),
            ['rule "buy"', "more points than Rial"],
        ),
        (
            document(gives={"kind": "multiplier", "percent": 100}, products=["tea"]),
            ['rule "buy"', "leave `products`"],
        ),
        (
            document(since="2026-03-21T00:00:00Z", until="2026-03-20T00:00:00Z"),
            ['rule "buy"', "`until` is not after"],
        ),
        (json.dumps({"rules": [GOOD, GOOD]}), ['rule "buy"', "two rules"]),
        (json.dumps({"rules": [GOOD] * 201}), ["rules", "200"]),
        (json.dumps({"rule": []}), ["the document", "rule"]),
        ("{", ["the document", "truncated"]),
        ("[" * 100_000, ["the document"]),
        ('{"rules": [' + "[" * 100_000, ["the document"]),
        ("\ud800", ["the document"]),
    ],
)
def test_what_is_wrong_is_told_with_its_rule_its_field_and_what_to_do(text: str, said: list[str]) -> None:
    with pytest.raises(BadRules) as caught:
        read(text, 1)
    assert all(word in str(caught.value) for word in said), str(caught.value)


def test_the_worked_example_of_the_document_is_right() -> None:
    [example] = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)
    lines = Line("1", 250_000), Line("2", 200_000, category="tea"), Line("3", -50_000)
    at = datetime(2026, 4, 10, 12, tzinfo=TEHRAN)
    found = earn(read(example, 1), occasion("purchase", lines=lines, paid=300_000, occurred_at=at), {})
    assert [(credit.rule, credit.points, credit.active_from, credit.expires_at) for credit in found] == [
        ("buy", 3, datetime(2026, 4, 11, 12, tzinfo=TEHRAN), datetime(2026, 10, 7, 12, tzinfo=TEHRAN)),
        ("spring-tea", 5, at, None),
    ]


def test_the_document_names_every_field() -> None:
    fields = {
        name for shape in (Rule, Limits, Fixed, PerAmount, Multiplier) for name in shape.__struct_fields__
    }
    assert not [name for name in fields if f"`{name}`" not in DOCUMENT]

"""Occasions and rule sets as tests of earning need them: a little of everything, the rest as given."""

from datetime import UTC, date, datetime
from typing import Any

from cloud.club.occasions import Kind, Line, Occasion
from cloud.club.rules import Fixed, Rule, Rules, in_order
from mqtt.vocabulary import GroupId, MemberId, StoreId

NOON = datetime(2026, 3, 21, 8, 30, tzinfo=UTC)
TEN = Fixed(10)


def rules(*each: Rule, version: int = 1) -> Rules:
    return in_order(version, each)


def occasion(kind: Kind = "visit", number: int = 1, **parts: object) -> Occasion:
    made: dict[str, Any] = {
        "kind": kind,
        "source": f"vanak-1/{'e' * 16}-{number}",
        "member": MemberId("m-aaaaaaaaaa"),
        "group": GroupId("tehran"),
        "store": StoreId("vanak"),
        "day": date(2026, 3, 21),
        "occurred_at": NOON,
        "received_at": NOON,
        "visit": f"{number:016x}",
    }
    return Occasion(**made | parts)


def bought(*lines: Line, paid: int | None = None, number: int = 1) -> Occasion:
    return occasion("purchase", number, lines=lines, paid=paid)

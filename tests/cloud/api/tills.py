"""What tills send: invoices, returns and redemptions of the store `vanak`."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from cloud.club.rule_sets import LEAD, publish
from tests.cloud.kiosks import MEMBER

YEAR = datetime(2020, 1, 1, tzinfo=UTC)
BUY = {"id": "buy", "when": "purchase", "gives": {"kind": "per-amount", "step": 1000, "points": 1}}
SOLD = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
BACK = (datetime.now(UTC) - timedelta(minutes=30)).isoformat()


def rule(**other: object) -> None:
    """Let each 1,000 Rial be a point, since long ago."""
    publish(json.dumps({"rules": [BUY | other]}), "tests", YEAR - LEAD, YEAR)


def lines(*amounts: object) -> list[dict[str, Any]]:
    return [{"line": str(number), "amount": amount} for number, amount in enumerate(amounts, 1)]


def bought(*amounts: object, invoice: str = "A-1", **other: object) -> dict[str, Any]:
    """An invoice with lines 1, 2, ... of these amounts in Rial."""
    said = {"store": "vanak", "invoice": invoice, "member": MEMBER, "occurred_at": SOLD}
    return said | {"lines": lines(*amounts)} | other


def came_back(number: str, amount: object, line: str = "1", invoice: str = "A-1") -> dict[str, Any]:
    """A return of a part of one line."""
    back = [{"line": line, "amount": amount}]
    return {"store": "vanak", "number": number, "invoice": invoice, "occurred_at": BACK, "lines": back}


def redeemed(points: object, number: str = "R-1", invoice: str = "A-2") -> dict[str, Any]:
    return {"store": "vanak", "number": number, "invoice": invoice, "member": MEMBER, "points": points}

"""The generated club's earning rules: those of every day, and those of the weeks before Nowruz."""

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from cloud.club import rule_sets
from cloud.club.demo.seasons import FEAST, nowruz
from cloud.club.demo.shops import ZONE

_DAY = timedelta(days=1)
EVERY_DAY: tuple[dict[str, Any], ...] = (
    {
        "id": "visit",
        "when": "visit",
        "gives": {"kind": "fixed", "points": 10},
        "limits": {"per_day": 1},
        "valid_days": 365,
    },
    {
        "id": "buy",
        "when": "purchase",
        "gives": {"kind": "per-amount", "step": 100_000, "points": 1},
        "valid_days": 300,
        "pending_hours": 24,
    },
)
"""A point for 100,000 Rial, from the next day on and for ten months, and ten for a day's first visit."""
NOWRUZ: dict[str, Any] = {
    "id": "nowruz",
    "when": "purchase",
    "gives": {"kind": "multiplier", "percent": 50},
    "valid_days": 300,
    "pending_hours": 24,
}
"""Half as much again."""


def publish(first: date, last: date) -> None:
    """Have published, ahead of each first day, what was in force from then on."""
    _publish(first, *EVERY_DAY)
    feast = nowruz(first)
    if first < feast - FEAST <= last:
        _publish(feast - FEAST, *EVERY_DAY, NOWRUZ)
    if first < feast <= last:
        _publish(feast, *EVERY_DAY)


def _publish(day: date, *rules: dict[str, Any]) -> None:
    since = datetime.combine(day, time(), ZONE)
    rule_sets.publish(json.dumps({"rules": rules}), "hq", since - _DAY, since)

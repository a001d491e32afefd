"""What the worker does for the fleet every minute: look what needs a person, let go of old samples."""

import logging
from datetime import UTC, datetime
from typing import Final

from cloud.fleet import alarms, health
from cloud.fleet.aside import aside

BITES: Final = 20
"""Bites of old samples a minute: 10,000 kiosks leave four of them."""

log = logging.getLogger("cloud.fleet")


def turn() -> None:
    """Do it; it runs in a thread of its own, which keeps no connection between two turns."""
    with aside(log, "the fleet's upkeep waits"):
        raised = alarms.judge(datetime.now(UTC))
        if raised:
            log.info("%d alarms of the fleet were raised", raised)
        forget(datetime.now(UTC))


def forget(now: datetime) -> int:
    """Let go of old samples, a bounded number; how many went."""
    gone = 0
    for _ in range(BITES):
        bite = health.forget(now)
        gone += bite
        if bite < health.BITE:
            break
    return gone

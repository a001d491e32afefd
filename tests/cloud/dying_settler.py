"""A worker that dies, as by a power cut, around the commit that makes a person of who joined."""

import os
import sys
from datetime import UTC, datetime

import django

django.setup()

from django.db import transaction  # noqa: E402 - Django first

from cloud.collector.persons import settle  # noqa: E402
from tests.cloud.dying_collector import DEAD  # noqa: E402


def main(point: str) -> None:
    """Settle who waits, and die at `point`; not at all, if there is none of that name."""
    with transaction.atomic():
        settle(datetime.now(UTC))
        if point == "before commit":
            os._exit(DEAD)
    if point == "after commit":
        os._exit(DEAD)


if __name__ == "__main__":
    main(sys.argv[1])

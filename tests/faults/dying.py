"""A collector that dies, as by a power cut, at a point around a commit of new events, now or later.

`python -m tests.faults.dying POINT PROBABILITY`
"""

import os
import random
import sys
import time
from functools import partial

DEAD = 9
POINTS = ("before commit", "after commit", "after puback", "after ack")
LEAVES = 0.05
"""Seconds in which what was written to the network leaves this machine before the power goes."""


def main(point: str, probability: float) -> None:
    """Collect as `python -m cloud collector` does, until `point` is the last."""
    import django  # noqa: PLC0415 - only the process that collects sets Django up
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    from cloud.collector.management.commands import collector  # noqa: PLC0415
    from cloud.collector.models import StoredEvent  # noqa: PLC0415

    def highest() -> int:
        return StoredEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0

    newest, fresh = highest(), False

    def at(reached: str) -> None:
        nonlocal newest, fresh
        if reached == POINTS[0]:
            was, newest = newest, highest()
            fresh = newest > was
        # greetings and refused batches are no loss
        if fresh and reached == point and random.random() < probability:
            time.sleep(LEAVES)
            os._exit(DEAD)

    # whatever the command wires by now, it wires a collector that has this point
    vars(collector)["Collector"] = partial(vars(collector)["Collector"], at=at)
    call_command("collector")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))

"""A collector that dies, as by a power cut, at a point around its commit, now or the next time.

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

    def at(reached: str) -> None:
        if reached == point and random.random() < probability:
            time.sleep(LEAVES)
            os._exit(DEAD)

    # whatever the command wires by now, it wires a collector that has this point
    vars(collector)["Collector"] = partial(vars(collector)["Collector"], at=at)
    call_command("collector")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))

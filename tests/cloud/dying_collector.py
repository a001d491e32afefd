"""A collector that dies, as by a power cut, or freezes, at a point of the first batch that stores an event.

With leases it reads its share of the shards; without, all of them, whoever else holds them.
"""

import os
import signal
import sys

import django
from django.conf import settings

django.setup()

from cloud.collector.broker import Watch  # noqa: E402 - Django first
from cloud.collector.collector import TOPICS, Collector  # noqa: E402
from cloud.collector.leases import Leases, new_owner  # noqa: E402
from cloud.collector.models import StoredEvent  # noqa: E402
from cloud.collector.shards import Shards  # noqa: E402
from cloud.fleet.installation import generation  # noqa: E402
from cloud.fleet.stop import Stop  # noqa: E402
from mqtt.client import Link  # noqa: E402

DEAD = 9


def main(point: str, how: str = "die", division: str = "all shards") -> None:
    """Collect until `point`."""
    struck: list[str] = []

    def at(reached: str) -> None:
        if reached == point and not struck and StoredEvent.objects.exists():
            struck.append(reached)
            if how == "die":
                os._exit(DEAD)
            os.kill(os.getpid(), signal.SIGSTOP)

    leases = Leases("collector", new_owner())
    divided = division == "leases"
    link = Link(settings.BROKER_URL, leases.owner, () if divided else TOPICS)
    shards = Shards(link, leases) if divided else None
    if shards is not None:
        shards.turn()
    watch = Watch(link, settings.BROKER_URL)
    Collector(link, watch, generation(), at, shards=shards).run(Stop())


if __name__ == "__main__":
    main(*sys.argv[1:])

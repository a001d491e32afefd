"""A collector that dies, as by a power cut, at a point of the first batch that stores an event."""

import os
import sys

import django
from django.conf import settings

django.setup()

from cloud.collector.broker import Watch  # noqa: E402 - Django first
from cloud.collector.collector import TOPICS, Collector  # noqa: E402
from cloud.collector.models import StoredEvent  # noqa: E402
from cloud.fleet.installation import generation  # noqa: E402
from cloud.fleet.stop import Stop  # noqa: E402
from mqtt.client import Link  # noqa: E402

DEAD = 9


def main(point: str) -> None:
    """Collect until `point`."""

    def at(reached: str) -> None:
        if reached == point and StoredEvent.objects.exists():
            os._exit(DEAD)

    link = Link(settings.BROKER_URL, "collector", TOPICS)
    Collector(link, Watch(link, settings.BROKER_URL), generation(), at).run(Stop())


if __name__ == "__main__":
    main(sys.argv[1])

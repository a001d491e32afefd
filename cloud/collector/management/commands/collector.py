"""`python -m cloud collector`: take what kiosks publish, store it exactly once, acknowledge it."""

from django.conf import settings
from django.core.management.base import BaseCommand

from cloud.collector.broker import Watch
from cloud.collector.collector import TOPICS, Collector
from cloud.fleet.installation import generation
from cloud.fleet.ready import assert_ready
from cloud.fleet.stop import Stop
from mqtt.client import Link


class Command(BaseCommand):
    help = "Store what kiosks publish, exactly once, and acknowledge it to them."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        link = Link(settings.BROKER_URL, "collector", TOPICS)
        Collector(link, Watch(link, settings.BROKER_URL), generation()).run(Stop())
        link.close()

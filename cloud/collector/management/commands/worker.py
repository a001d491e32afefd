"""`python -m cloud worker`: book what was stored, and tell the kiosks what changed."""

from django.conf import settings
from django.core.management.base import BaseCommand

from cloud.collector.broker import Watch
from cloud.collector.dispatcher import TOPICS, Dispatcher
from cloud.collector.poster import Poster
from cloud.collector.worker import Worker
from cloud.fleet.installation import generation
from cloud.fleet.ready import assert_ready
from cloud.fleet.stop import Stop
from mqtt.client import Link


class Command(BaseCommand):
    help = "Book stored events as points and counts, and tell the kiosks what changed about members."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        link = Link(settings.BROKER_URL, "worker", TOPICS)
        dispatcher = Dispatcher(link, generation())
        Worker(link, Watch(link, settings.BROKER_URL), Poster(), dispatcher).run(Stop())
        link.close()

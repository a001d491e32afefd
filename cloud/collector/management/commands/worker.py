"""`python -m cloud worker`: book what was stored, and tell the kiosks what changed."""

from django.conf import settings
from django.core.management.base import BaseCommand

from cloud.collector.broker import Watch
from cloud.collector.dispatcher import TOPICS, Dispatcher
from cloud.collector.leases import Leases, Role, new_owner
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
        leases = Leases("worker", new_owner())
        link = Link(settings.BROKER_URL, leases.owner, TOPICS)
        dispatcher, watch = Dispatcher(link, generation()), Watch(link, settings.BROKER_URL)
        Worker(
            link, watch, Poster(newest_key=settings.NEWEST_CLUB_KEY), dispatcher, Role(leases, "worker")
        ).run(Stop())
        leases.leave()
        link.close()

"""`python -m cloud worker`: book what was stored, and tell the kiosks what changed."""

from django.conf import settings
from django.core.management.base import BaseCommand

from cloud.collector.beside import Beside
from cloud.collector.broker import Watch
from cloud.collector.dispatcher import TOPICS, Dispatcher
from cloud.collector.leases import Leases, Role, new_owner
from cloud.collector.poster import Poster
from cloud.collector.refused import EVERY, Doorkeeper
from cloud.collector.refused import TOPICS as DOOR
from cloud.collector.worker import Worker
from cloud.desk.alarms.work import Alarms
from cloud.fleet.installation import generation
from cloud.fleet.ready import assert_ready
from cloud.fleet.stop import Stop
from mqtt.client import Link

ALARMS = 5.0
"""Seconds between two looks for what alarms have to deliver."""
PATIENCE = 5.0
"""Seconds that the worker waits on its way down for what is being delivered."""


class Command(BaseCommand):
    help = "Book stored events as points and counts, and tell the kiosks what changed about members."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        assert_ready()
        leases = Leases("worker", new_owner())
        link = Link(settings.BROKER_URL, leases.owner, TOPICS, tls=settings.BROKER_TLS)
        dispatcher, watch = Dispatcher(link, generation()), Watch(link, settings.BROKER_URL)
        poster = Poster(newest_key=settings.NEWEST_CLUB_KEY)
        # a mail server that hangs must not hold up what was tapped
        beside = Beside(Alarms().turn, ALARMS)
        door = Doorkeeper(Link(settings.BROKER_URL, f"{leases.owner}-door", DOOR, tls=settings.BROKER_TLS))
        counting = Beside(door.turn, EVERY)
        worker = Worker(link, watch, poster, dispatcher, Role(leases, "worker"))
        worker.also(beside).also(counting).run(Stop())
        beside.wait(PATIENCE)
        counting.wait(PATIENCE)
        door.close()
        leases.leave()
        link.close()

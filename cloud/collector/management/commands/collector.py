"""`python -m cloud collector`: take what kiosks publish, store it exactly once, acknowledge it."""

from datetime import UTC, datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cloud.collector import writer
from cloud.collector.broker import Watch
from cloud.collector.collector import Collector
from cloud.collector.leases import Leases, new_owner
from cloud.collector.metrics import BadAddress, Metrics
from cloud.collector.shards import Shards
from cloud.fleet.installation import generation
from cloud.fleet.ready import assert_ready
from cloud.fleet.stop import Stop
from mqtt.client import Link


class Command(BaseCommand):
    help = "Store what kiosks publish, exactly once; several collectors divide the kiosks among themselves."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--metrics",
            metavar="HOST:PORT",
            help="serve Prometheus metrics, as at 127.0.0.1:9464",
        )

    def handle(self, *_args: object, metrics: str | None, **_options: object) -> None:
        assert_ready()
        writer.make_room(datetime.now(UTC))
        figures, leases = _serving(metrics), Leases("collector", new_owner())
        link = Link(settings.BROKER_URL, leases.owner, (), tls=settings.BROKER_TLS)
        shards = Shards(link, leases, figures.hold)
        # before the first connection: what is said of the start is said to kiosks that are already heard
        shards.turn()
        watch = Watch(link, settings.BROKER_URL)
        Collector(link, watch, generation(), shards=shards, metrics=figures).run(Stop())
        shards.leave()
        link.close()


def _serving(address: str | None) -> Metrics:
    metrics = Metrics()
    if address:
        try:
            metrics.serve(address)
        except (BadAddress, OSError) as error:
            raise CommandError(f"no metrics at {address}: {error}") from error
    return metrics

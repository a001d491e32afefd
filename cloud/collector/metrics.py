"""What a collector does, as Prometheus reads it: the figures of one process, served where asked for."""

import logging
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.db import Error, connection
from django.db.models import Count, F, Min, Sum
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from cloud.collector.models import Hole, Parked
from cloud.collector.storage import Arrived, Reply, parsed_topic
from cloud.fleet.models import Certificate, Refusal
from mqtt.down import Ack, Hello, decode
from mqtt.topics import shard
from mqtt.vocabulary import BadMessage, KioskId

log = logging.getLogger("cloud.metrics")
SIZES = (1, 5, 20, 50, 100, 200, 350, 500)
SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class BadAddress(ValueError):
    """Where to serve is not `host:port`."""


@dataclass(slots=True)
class _Seen:
    """What a kiosk said it has of a stream, and what is stored of it; None before the first word of it."""

    highest: int = 0
    upto: int | None = None


class Metrics:
    """The figures of one collector."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.registry = of = CollectorRegistry()
        self._streams: dict[KioskId, dict[str, _Seen]] = {}
        self.messages = Counter("bashgah_messages", "Messages that were committed", ["what"], registry=of)
        self.events = Counter("bashgah_events", "Rows by which streams moved on", registry=of)
        self.acks = Counter("bashgah_acks", "Acknowledgements to kiosks", registry=of)
        self.refused = Counter("bashgah_refused", "Batches not taken, by reason", ["why"], registry=of)
        self.failed = Counter("bashgah_failed_commits", "Commits that the database refused", registry=of)
        self.batch = Histogram("bashgah_batch_messages", "Size of commits", buckets=SIZES, registry=of)
        self.commit = Histogram("bashgah_commit_seconds", "Time of commits", buckets=SECONDS, registry=of)
        self.heard = Gauge(
            "bashgah_kiosk_heard_timestamp_seconds", "When a kiosk was last heard", ["kiosk"], registry=of
        )
        self.behind = Gauge("bashgah_kiosk_rows_behind", "Rows not yet stored", ["kiosk"], registry=of)
        self.shards = Gauge("bashgah_shards_held", "Shards that this collector holds", registry=of)
        of.register(_Tables())

    def committed(self, batch: Sequence[Arrived], replies: Sequence[Reply], seconds: float) -> None:
        """A batch is committed, which took so long."""
        self.batch.observe(len(batch))
        self.commit.observe(seconds)
        for message in batch:
            self._count(message)
        self.acks.inc(len(replies))
        for kiosk, ack in replies:
            self._reply(kiosk, ack)

    def hold(self, shards: Collection[str]) -> None:
        """These shards (two digits) are held; kiosks of others are others' to tell of."""
        self.shards.set(len(shards))
        for kiosk in [kiosk for kiosk in self._streams if shard(kiosk) not in shards]:
            del self._streams[kiosk]
            for gauge in (self.heard, self.behind):
                with suppress(KeyError):
                    gauge.remove(kiosk)

    def serve(self, address: str) -> None:
        """Answer `GET /metrics` on `host:port`, from a thread of its own. Raises BadAddress or OSError."""
        host, port = _address(address)
        start_http_server(port, host, self.registry)

    def _count(self, message: Arrived) -> None:
        try:
            up = parsed_topic(message.topic)
            if up.what == "hello":
                hello = decode(message.payload, Hello)
                self._seen(up.kiosk, hello.epoch).highest = hello.highest
            self.messages.labels(up.what).inc()
        except BadMessage:
            self.messages.labels("unreadable").inc()

    def _reply(self, kiosk: KioskId, ack: Ack) -> None:
        seen = self._seen(kiosk, ack.epoch)
        if seen.upto is not None:
            self.events.inc(max(0, ack.upto - seen.upto))
        seen.upto = ack.upto
        if ack.refused:
            self.refused.labels(ack.refused).inc()
        self.heard.labels(kiosk).set_to_current_time()
        self.behind.labels(kiosk).set(max(0, seen.highest - ack.upto))

    def _seen(self, kiosk: KioskId, epoch: str) -> _Seen:
        return self._streams.setdefault(kiosk, {}).setdefault(epoch, _Seen())


class _Tables(Collector):
    """What is in the tables, whichever collector put it there; looked up when it is asked for."""

    def describe(self) -> Iterator[Metric]:
        """The names, without a look."""
        yield GaugeMetricFamily("bashgah_parked", "Messages and rows that could not be read or booked")
        yield GaugeMetricFamily("bashgah_hole_rows", "Rows in declared holes")
        yield GaugeMetricFamily(
            "bashgah_refused_tries", "Tries to get in that were refused", labels=["place", "reason"]
        )
        yield GaugeMetricFamily("bashgah_certificates_live", "Certificates of kiosks that count")
        yield GaugeMetricFamily(
            "bashgah_certificate_first_end_timestamp_seconds", "When the first of them ends"
        )

    def collect(self) -> Iterator[Metric]:
        """Nothing while the database cannot be asked."""
        parked, holes, refused, certificates, end = self.describe()
        try:
            parked.add_sample(parked.name, {}, _sum(Parked.objects.aggregate(sum=Sum("times"))))
            rows = Sum(F("last") - F("first") + 1)
            holes.add_sample(holes.name, {}, _sum(Hole.objects.aggregate(sum=rows)))
            by_reason = Refusal.objects.order_by("place", "reason").values_list("place", "reason")
            for place, reason, count in by_reason.annotate(Sum("count")):
                refused.add_sample(refused.name, {"place": place, "reason": reason}, count)
            live = Certificate.objects.filter(superseded_at=None, revoked_at=None).exclude(kiosk=None)
            told = live.aggregate(count=Count("serial"), first=Min("ends_at"))
            certificates.add_sample(certificates.name, {}, told["count"])
            if told["first"]:
                end.add_sample(end.name, {}, told["first"].timestamp())
        except Error as error:
            log.warning("no figures from the tables: %s", error)
            return
        finally:
            connection.close()
        yield from (parked, holes, refused, certificates, end)


def _sum(found: dict[str, int | None]) -> int:
    return found["sum"] or 0


def _address(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None or parts.netloc != text:
        raise BadAddress(f"the metrics are served at host:port, not at {text!r}")
    return host, port

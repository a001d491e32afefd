"""Figures for Prometheus: right, served where asked for, and all that the dashboard asks for exist."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from cloud.collector import storage
from cloud.collector.metrics import BadAddress, Metrics
from cloud.fleet.models import Authority, Certificate, Refusal
from mqtt.down import Hello, encode
from mqtt.topics import BOOT, shard, up
from mqtt.vocabulary import KioskId
from tests.cloud.kiosks import Kiosk, Sent
from tests.cloud.processes import ROOT, Cloud, Talk, wait_for
from tests.mqtt.broker import Broker
from tests.mqtt.ports import free_port

Store = Callable[..., list[storage.Reply]]
DASHBOARD = ROOT / "systemd/grafana-dashboard.json"


@pytest.fixture
def metrics(db: None) -> Metrics:  # noqa: ARG001 - figures from the tables
    return Metrics()


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def hello(kiosk: Kiosk) -> Sent:
    asked = Hello(kiosk.epoch, "n", 1, len(kiosk.rows), kiosk.chain, "", 0, "0.1.0")
    return Sent(up(kiosk.kiosk, "hello"), encode(asked))


def test_how_far_a_kiosk_is_behind_follows_from_its_hello_and_its_mark(
    metrics: Metrics, store: Store
) -> None:
    kiosk = Kiosk().idle(9)
    for batch in ([hello(kiosk), kiosk.send(1, 4)], [kiosk.send(5, 7)]):
        metrics.committed(batch, store(*batch), 0.01)
    assert value(metrics, "bashgah_kiosk_rows_behind", kiosk="vanak-1") == 2
    assert value(metrics, "bashgah_events_total") == 3
    assert value(metrics, "bashgah_messages_total", what="events") == 2
    assert value(metrics, "bashgah_batch_messages_count") == 2


def test_refusals_and_garbage_are_counted(metrics: Metrics, store: Store) -> None:
    batch = [Kiosk().idle(5).send(4), Sent("club/v1/99/x/up/events", b"")]
    metrics.committed(batch, store(*batch), 0.01)
    assert value(metrics, "bashgah_refused_total", why="gap") == 1
    assert value(metrics, "bashgah_messages_total", what="unreadable") == 1


def test_who_was_not_let_in_and_when_the_first_certificate_ends_is_told(
    metrics: Metrics,
    club: None,  # noqa: ARG001 - kiosks
) -> None:
    now = datetime.now(UTC)
    for reason, hour, count in (("token-used", 1, 3), ("token-used", 2, 4), ("kiosk-revoked", 1, 1)):
        at = now - timedelta(hours=hour)
        Refusal.objects.create(place="enrolment", reason=reason, hour=at, count=count, last_at=at)
    issuer = Authority.objects.create(serial="a", state="current", made_at=now, ends_at=now)
    for serial, days, kiosk, revoked in (
        ("1", 9, "vanak-1", None),
        ("2", 5, "zand-1", now),
        ("3", 1, None, None),
    ):
        Certificate.objects.create(
            serial=serial,
            kiosk_id=kiosk,
            issuer=issuer,
            begins_at=now,
            issued_at=now,
            ends_at=now + timedelta(days=days),
            revoked_at=revoked,
        )
    # at once: whoever asks the tables lets go of the database, and this test's is gone with it
    told = {
        (each.name, *each.labels.values()): each.value
        for of in metrics.registry.collect()
        for each in of.samples
    }
    assert told["bashgah_refused_tries", "enrolment", "token-used"] == 7
    assert told["bashgah_certificates_live",] == 1
    end = told["bashgah_certificate_first_end_timestamp_seconds",]
    assert end == pytest.approx((now + timedelta(days=9)).timestamp())


def test_a_kiosk_whose_shard_went_to_another_collector_is_no_longer_told_of(
    metrics: Metrics, store: Store
) -> None:
    batch = [Kiosk().idle(1).send()]
    metrics.committed(batch, store(*batch), 0.01)
    metrics.hold({shard(KioskId("vanak-1"))})
    assert value(metrics, "bashgah_kiosk_rows_behind", kiosk="vanak-1") == 0
    metrics.hold({"none"})
    assert value(metrics, "bashgah_kiosk_rows_behind", kiosk="vanak-1") is None
    assert value(metrics, "bashgah_shards_held") == 1


@pytest.mark.parametrize("address", ["", "9464", ":9464", "a:b", "a:1/x", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        Metrics().serve(address)


@pytest.fixture
def cloud(tmp_path: Path, broker: Broker) -> Iterator[Cloud]:
    made = Cloud(tmp_path, broker.url)
    made.prepare()
    yield made
    made.stop()


def test_every_figure_of_the_dashboard_is_served(cloud: Cloud, broker: Broker) -> None:
    port = free_port()
    talk = Talk(broker.url, Kiosk().idle(3))
    cloud.start("-m", "cloud", "collector", "--metrics", f"127.0.0.1:{port}")
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    for sent in (hello(talk.kiosk), talk.kiosk.send(3), talk.kiosk.send()):
        talk.link.publish(sent.topic, sent.payload)
    wait_for(lambda: talk.upto() == 3, "all is acknowledged")
    talk.link.close()
    with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        served = set(re.findall(r"^(bashgah_\w+)", answer.read().decode(), re.MULTILINE))
    asked = set(re.findall(r"bashgah_\w+", " ".join(_queries())))
    assert asked
    assert asked <= served


def _queries() -> Iterator[str]:
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])

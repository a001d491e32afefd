"""Publish to commit to acknowledgement, through a real Mosquitto and a real collector."""

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from mqtt import down, envelope, topics
from mqtt.client import Link
from mqtt.envelope import Envelope, encode_batch, encode_data, next_chain
from mqtt.events import CardRefused, Event
from mqtt.vocabulary import Chain, Epoch, KioskId, Sequence, StoreId
from tests.bench.row import Row, of_samples
from tests.demo.plan import Plan
from tests.demo.programs import running
from tests.demo.steps import prepare
from tests.mqtt.ports import free_port

KIOSK, STORE, EPOCH = KioskId("vanak-1"), StoreId("vanak"), Epoch("b" * 16)
MESSAGES = 500


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure, row by row."""
    with tempfile.TemporaryDirectory(prefix="bg-") as folder:
        plan = Plan(run=Path(folder) / "r", broker_port=free_port(), web_port=free_port(), secure=False)
        prepare(plan)
        with running(plan, ("broker", "collector")):
            say(f"{MESSAGES} events, one by one")
            yield of_samples("publish -> commit -> ack", _round_trips(plan), "p50 <= 15 ms, p99 <= 30 ms")


def _round_trips(plan: Plan) -> list[float]:
    link = Link(f"mqtt://127.0.0.1:{plan.broker_port}", "bench", [topics.down(KIOSK, "ack")])
    _greet(link)
    chain, samples = envelope.START, []
    for number in range(1, MESSAGES + 1):
        row = _envelope(Sequence(number), chain, CardRefused("bench"))
        chain = row.chain
        began = time.perf_counter()
        link.publish(topics.up(KIOSK, "events"), encode_batch([row]))
        _wait(link, lambda ack, number=number: ack.upto >= number)  # type: ignore[misc]
        samples.append(time.perf_counter() - began)
    link.close()
    return samples


def _greet(link: Link) -> None:
    """Say hello until the collector, which may still be starting, answers."""
    hello = down.Hello(EPOCH, "bench", 1, 0, envelope.START, "", 0, "bench")
    end = time.monotonic() + 30
    while not _acks(link, 0.2):
        assert time.monotonic() < end, "the collector does not answer"
        link.publish(topics.up(KIOSK, "hello"), down.encode(hello))


def _wait(link: Link, enough: Callable[[down.Ack], bool]) -> None:
    end = time.monotonic() + 10
    while not any(enough(ack) for ack in _acks(link, 1.0)):
        assert time.monotonic() < end, "no acknowledgement came"


def _acks(link: Link, timeout: float) -> list[down.Ack]:
    messages = link.step(timeout)
    for message in messages:
        link.done(message)
    return [down.decode(message.payload, down.Ack) for message in messages]


def _envelope(sequence: Sequence, before: Chain, event: Event) -> Envelope:
    data, name = encode_data(event), envelope.type_name(event)
    chain = next_chain(before, f"{EPOCH}-{sequence}", name, data)
    return Envelope(STORE, KIOSK, EPOCH, sequence, chain, name, datetime.now(UTC), "synced", data)

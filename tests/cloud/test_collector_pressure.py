"""Back-pressure: while the database refuses, a collector holds a bounded number of messages, loses none."""

from collections.abc import Sequence

import pytest
from django.db import OperationalError

from cloud.collector.broker import Watch
from cloud.collector.collector import MAX_BATCH, MAX_BYTES, Collector
from cloud.collector.models import StoredEvent
from mqtt.client import READS, Link, Message
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import Kiosk

NOWHERE = "mqtt://127.0.0.1:1"


class Flood(Link):
    """A link on which more has always arrived than a step takes."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__(NOWHERE, "flood", ())
        self.waiting = list(messages)
        self.held = self.most = 0
        self.acknowledged: list[Message] = []

    def step(self, timeout: float, wakes: Sequence[int] = ()) -> list[Message]:
        del timeout, wakes
        taken, self.waiting = self.waiting[:READS], self.waiting[READS:]
        self.held += len(taken)
        self.most = max(self.most, self.held)
        return taken

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        del topic, payload, qos, retain
        return True

    def done(self, message: Message) -> None:
        self.acknowledged.append(message)
        self.held -= 1


class Refusing:
    """A database that refuses some times, and then takes everything."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, point: str) -> None:
        if point == "before commit" and self.times:
            self.times -= 1
            raise OperationalError("disk I/O error")


def flood(number: int, payload: bytes = b"") -> Flood:
    kiosk = Kiosk().idle(1 if payload else number)
    rows = [payload or kiosk.send(n, n).payload for n in range(1, number + 1)]
    return Flood([Message(kiosk.topic, row, 1, mid, 0) for mid, row in enumerate(rows)])


@pytest.mark.usefixtures("transactional_db", "club")
def test_while_the_database_refuses_no_more_than_a_bounded_number_is_read() -> None:
    link = flood(5 * MAX_BATCH)
    collector = Collector(link, Watch(link, NOWHERE), GENERATION, Refusing(3))
    collector.turn(0)
    assert link.most < MAX_BATCH + READS
    assert len(link.waiting) + len(link.acknowledged) == 5 * MAX_BATCH
    while link.waiting:
        collector.turn(0)
    assert len(link.acknowledged) == StoredEvent.objects.count() == 5 * MAX_BATCH


@pytest.mark.usefixtures("transactional_db", "club")
def test_large_messages_are_bounded_by_their_bytes() -> None:
    size = MAX_BYTES // 50
    link = flood(MAX_BATCH, b"x" * size)
    Collector(link, Watch(link, NOWHERE), GENERATION, Refusing(2)).turn(0)
    assert link.most <= 50 + READS


@pytest.mark.usefixtures("transactional_db", "club")
def test_nothing_is_acknowledged_to_the_broker_while_the_database_refuses() -> None:
    link, database = flood(10), Refusing(3)

    def at(point: str) -> None:
        assert point in {"after puback", "after ack"} or not link.acknowledged
        database(point)

    Collector(link, Watch(link, NOWHERE), GENERATION, at).turn(0)
    assert len(link.acknowledged) == 10

"""Hostile messages against a running collector: each is refused, counted and shown, good traffic goes on."""

import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from cloud.collector.parking import MAX_AN_HOUR, MAX_RAW
from mqtt.envelope import MAX_BYTES
from mqtt.events import ReaderWentUp
from mqtt.topics import BOOT, shard, up
from mqtt.vocabulary import Epoch, KioskId, StoreId
from tests.cloud.kiosks import Kiosk, Sent
from tests.cloud.processes import Cloud, Talk, wait_for
from tests.mqtt.broker import Broker

MEGABYTE = 1024 * 1024
OTHER = Kiosk(KioskId("tajrish-1"), StoreId("tajrish"), Epoch("a" * 16)).idle(2)
"""A kiosk of the club under whose name the hostile messages come."""
STRANGER = Kiosk(KioskId("nobody-1"), StoreId("vanak")).idle(1)
HELLO = up(OTHER.kiosk, "hello")
PERSON = up(OTHER.kiosk, "person")
WRONG = f"{(int(shard(OTHER.kiosk)) + 1) % 64:02d}"


class Club:
    """A broker, a collector, and a good kiosk that talks to it."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.cloud = Cloud(folder, broker.url)
        self.cloud.prepare()
        self.collector = self.cloud.collector()
        self.good = Talk(broker.url, Kiosk())
        wait_for(lambda: self.good.heard_topic(BOOT), "the collector is there")

    def say(self, sent: Sent) -> None:
        self.good.link.publish(sent.topic, sent.payload)

    def good_row_passes(self) -> bool:
        """Whether one more row of the good kiosk's is acknowledged."""
        rows = self.good.kiosk.record(ReaderWentUp("reader")).rows
        self.good.say(len(rows))
        wait_for(lambda: self.good.upto() == len(rows), "the good kiosk's row is acknowledged")
        return self.collector.poll() is None

    def parked(self) -> list[tuple[str, str, int]]:
        """Reason, kiosk and number of bytes of what was set aside, the newest first."""
        return self.cloud.ask("SELECT reason, kiosk, length(raw) FROM collector_parked ORDER BY id DESC")

    def close(self) -> None:
        self.good.link.close()
        self.cloud.stop()


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    folder = tmp_path_factory.mktemp("hostile")
    broker = Broker(folder, max_inflight_messages=0, max_queued_messages=0)
    broker.start()
    made = Club(folder, broker)
    yield made
    made.close()
    broker.kill()


def changed(**fields: object) -> Sent:
    """The other kiosk's first row with some attributes replaced."""
    [row] = msgspec.json.decode(OTHER.send(1, 1).payload)
    return Sent(OTHER.topic, msgspec.json.encode([row | fields]))


def edited(old: bytes, new: bytes, sent: Sent | None = None) -> Sent:
    """A message with some bytes replaced."""
    sent = sent or OTHER.send(1, 1)
    assert old in sent.payload
    return Sent(sent.topic, sent.payload.replace(old, new))


def large() -> Sent:
    kiosk = Kiosk(OTHER.kiosk, OTHER.store, OTHER.epoch)
    kiosk.add("club.future.thing.v9", b'"' + b"x" * 10 * MEGABYTE + b'"')
    return kiosk.send()


HOSTILE = {
    "events on a wrong shard": (Sent(f"club/v1/{WRONG}/tajrish-1/up/events", OTHER.send().payload), "shard"),
    "a hello on a wrong shard": (Sent(f"club/v1/{WRONG}/tajrish-1/up/hello", b"{}"), "shard"),
    "a kiosk that is not registered": (STRANGER.send(), "not a kiosk of this club"),
    "a hello of a kiosk that is not registered": (STRANGER.hello(), "not a kiosk of this club"),
    "another kiosk's source": (Sent(OTHER.topic, STRANGER.send().payload), "the source is not"),
    "deep JSON": (Sent(OTHER.topic, b"[" * MAX_BYTES), "nested too deep"),
    "deep JSON in the data": (edited(b'"data":{', b'"data":{"a":' + b"[" * 90_000), "nested too deep"),
    "a deep hello": (Sent(HELLO, b'{"future":' * 10_000), "nested too deep"),
    "not a number": (edited(b'"data":{', b'"data":{"a":NaN,'), "malformed"),
    "an event of 10 MB": (large(), "a batch has at most"),
    "a hello of 10 MB": (Sent(HELLO, b" " * 10 * MEGABYTE), "a hello has at most"),
    "a sequence of 2^63": (edited(b"aaaa-1", b"aaaa-%d" % 2**63), "at most 2^63 - 1"),
    "a hello of 2^63 rows": (edited(b'"highest":2', b'"highest":%d' % 2**63, OTHER.hello()), "<= "),
    "the year 9999": (changed(time="9999-12-31T23:59:59.999Z"), "the years 1970"),
    "a time that is none": (changed(id=f"{'b' * 16}-1", time="1-1-1"), "RFC3339"),
    "bytes that are no text": (Sent(OTHER.topic, b"\xff\xfe" * 9), "malformed"),
    "no bytes": (Sent(OTHER.topic, b""), "truncated"),
    "a person of a kiosk that is not registered": (
        Sent(up(STRANGER.kiosk, "person"), b'{"id":"aaaaaaaaaaaaaaaa-1","fields":{"name":"X"}}'),
        "not a kiosk of this club",
    ),
    "a person on a wrong shard": (Sent(f"club/v1/{WRONG}/tajrish-1/up/person", b'{"name":"X"}'), "shard"),
    "a person without an event": (Sent(PERSON, b'{"fields":{"name":"X"}}'), "missing"),
    "a person of 10 MB": (Sent(PERSON, b"X" * 10 * MEGABYTE), "a personal part has at most"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_each_is_refused_counted_and_shown_and_the_good_traffic_beside_it_is_unharmed(
    club: Club, what: str
) -> None:
    message, reason = HOSTILE[what]
    before = len(club.parked())
    club.say(message)
    assert club.good_row_passes()
    found = club.parked()
    assert len(found) == before + 1
    newest, kiosk, size = found[0]
    assert reason in newest
    assert kiosk in {"", OTHER.kiosk}
    assert size <= (0 if message.topic.endswith("person") else MAX_RAW)


def test_a_flood_of_garbage_over_every_topic_takes_a_bounded_place(club: Club) -> None:
    chance = random.Random(20)
    kiosks = [OTHER.kiosk, KioskId("vanak-1"), *(KioskId(f"stranger-{n}") for n in range(40))]
    topics = [up(k, what) for k in kiosks for what in ("events", "hello", "person", "ask", "health")]
    sent = 0
    while sent < 20 * MEGABYTE:
        garbage = chance.randbytes(chance.choice((0, 20, 5000, 100_000)))
        club.say(Sent(chance.choice(topics), garbage))
        sent += len(garbage)
    assert club.good_row_passes()
    sizes = [size for _, _, size in club.parked()]
    # two kiosks of the club, and all the others together
    assert MAX_AN_HOUR < len(sizes) <= 3 * MAX_AN_HOUR
    assert sum(sizes) < 3 * MAX_AN_HOUR * MAX_RAW
    assert club.cloud.ask("SELECT sum(times) > count(*) FROM collector_parked") == [(True,)]
    assert club.cloud.ask("SELECT count(*) FROM club_personpart") == [(0,)]

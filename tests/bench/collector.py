"""What the collector gets through, beside `mosquitto_sub -q 1` in the same run.

The peer receives the same messages of one event from the same publisher, and keeps nothing. Its figure is
messages a second, the collector's is events a second, committed.
"""

import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mqtt.events import QuestionAnswered, Scale
from mqtt.topics import BOOT, up_filter
from mqtt.vocabulary import Epoch, KioskId, MemberId, StoreId, VisitId
from tests.bench.databases import databases
from tests.bench.publisher import publish
from tests.bench.row import Row
from tests.cloud.kiosks import Kiosk, Sent
from tests.cloud.processes import Cloud, Talk, wait_for
from tests.mqtt.broker import Broker

KIOSKS = 50
MESSAGES = {1: 12_000, 10: 4_000, 100: 600}
"""How many messages of so many events."""
TARGETS = {1: ">= 0.30", 10: ">= 1.2", 100: "(none)"}
ROUNDS = 3
SETTLE = 0.4
"""Seconds for mosquitto_sub to subscribe; it does not say when it has."""
STORE = StoreId("vanak")
ANSWER = QuestionAnswered(
    VisitId("a" * 16), MemberId("m-abcdefghij"), "ces", 1, "fa", Scale(1, 7), 6, 1, 2.345
)


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure on each database: the median of some rounds."""
    for name, url in databases(say).items():
        say(f"{sum(MESSAGES.values())} messages to the collector ({name}) and mosquitto_sub, {ROUNDS} times")
        rounds = _rounds(url)
        yield from (_row(name, size, rounds) for size in MESSAGES)


def _rounds(database: str) -> list[dict[int, float]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bg-")))
        broker = Broker(folder, max_inflight_messages=0, max_queued_messages=0)
        broker.start()
        stack.callback(broker.kill)
        cloud = Cloud(folder, broker.url, database)
        cloud.prepare()
        stack.callback(cloud.stop)
        _add_kiosks(cloud)
        return [_round(cloud, broker, number) for number in range(ROUNDS)]


def _row(name: str, size: int, rounds: list[dict[int, float]]) -> Row:
    peer = statistics.median(result[0] for result in rounds)
    return Row(
        figure=f"collector, {name}, {size} event{'s' if size > 1 else ''} a message",
        value=statistics.median(result[size] for result in rounds),
        unit="events/s",
        target=f"{TARGETS[size]} of the peer",
        n=len(rounds) * size * MESSAGES[size],
        peer=f"mosquitto_sub -q 1: {peer:,.0f} messages/s",
        ratio=statistics.median(result[size] / result[0] for result in rounds),
    )


def _round(cloud: Cloud, broker: Broker, number: int) -> dict[int, float]:
    """Events a second by size of message; under 0, messages a second of the peer."""
    result = {}
    for size, count in MESSAGES.items():
        epoch = Epoch(f"{16 * number + size:016x}")
        sent = messages(size, count, epoch)
        result[size] = size * count / _collecting(cloud, broker, sent, epoch)
        if size == 1:
            result[0] = count / _receiving(broker, sent)
    return result


def _collecting(cloud: Cloud, broker: Broker, messages: list[Sent], epoch: Epoch) -> float:
    """Seconds until all of a round is committed."""
    rows = sum(message.payload.count(b'"sequence"') for message in messages)
    query = f"SELECT coalesce(sum(upto), 0) FROM collector_stream WHERE epoch = '{epoch}'"
    with _collector(cloud, broker):
        began = time.perf_counter()
        publish(broker.port, messages)
        wait_for(lambda: _later(cloud.ask(query)) == [(rows,)], "all events are stored")
        return time.perf_counter() - began


def _receiving(broker: Broker, messages: list[Sent]) -> float:
    """Seconds until mosquitto_sub has them all."""
    program = shutil.which("mosquitto_sub")
    assert program, "mosquitto_sub is not installed: apt-get install mosquitto-clients"
    options = ["-q", "1", "-p", str(broker.port), "-t", up_filter("events"), "-C", str(len(messages))]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as peer:
        time.sleep(SETTLE)
        began = time.perf_counter()
        publish(broker.port, messages)
        peer.wait(60)
        return time.perf_counter() - began


@contextmanager
def _collector(cloud: Cloud, broker: Broker) -> Iterator[None]:
    talk = Talk(broker.url, Kiosk(), BOOT)
    process = cloud.collector()
    wait_for(lambda: talk.heard_topic(BOOT), "the collector is there")
    talk.link.close()
    yield
    process.terminate()
    process.wait()


def messages(size: int, count: int, epoch: Epoch) -> list[Sent]:
    """`count` messages of `size` events, from each kiosk in turn."""
    kiosks = [Kiosk(_kiosk_id(number), STORE, epoch) for number in range(KIOSKS)]
    made = []
    for number in range(count):
        kiosk = kiosks[number % KIOSKS].record(*[ANSWER] * size)
        made.append(kiosk.send(len(kiosk.rows) - size + 1))
    return made


def _add_kiosks(cloud: Cloud) -> None:
    kiosks = ", ".join(f"('{_kiosk_id(number)}', '{STORE}')" for number in range(KIOSKS))
    cloud.run(f"INSERT INTO fleet_kiosk (id, store_id) VALUES {kiosks}")


def _kiosk_id(number: int) -> KioskId:
    return KioskId(f"bench-{number:03d}")


def _later(answer: object) -> object:
    """An answer, and then a pause, so that asking costs the measured ones little."""
    time.sleep(0.01)
    return answer

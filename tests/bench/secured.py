"""What mutual TLS costs: events through the broker into the collector's database, with it and without it."""

import os
import ssl
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from mqtt.client import Link, Tls
from mqtt.topics import BOOT
from mqtt.vocabulary import Epoch
from tests.bench.collector import ANSWER
from tests.bench.publisher import publish
from tests.bench.row import Row
from tests.cloud.kiosks import Kiosk, Sent
from tests.cloud.processes import Cloud, wait_for
from tests.mqtt import raw
from tests.mqtt.broker import Broker
from tests.mqtt.secure import SecureBroker

SIZES = (1, 10)
"""Events in a message."""
MESSAGES = int(os.environ.get("TLS_MESSAGES", "6000"))
"""Of each size, in each round; `TLS_MESSAGES=200` in the environment chooses it."""
ROUNDS = 5
SETTINGS = {"max_inflight_messages": "100", "max_queued_messages": "10000"}
"""As the template has them."""


class SecureCloud(Cloud):
    """The cloud's processes with an identity."""

    def __init__(self, folder: Path, broker: str, tls: Tls) -> None:
        super().__init__(folder, broker, "")
        self._tls = tls

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"BASHGAH_BROKER_TLS": str(self._tls.certificate.parent)}


@dataclass
class Way:
    """A broker, the cloud on it, and how a kiosk gets there."""

    cloud: Cloud
    url: str
    port: int
    tls: Tls | None = None

    @property
    def context(self) -> ssl.SSLContext | None:
        """A kiosk's."""
        return raw.context(self.tls, self.tls.authorities) if self.tls else None


def rows(say: Callable[[str], None], messages: int = MESSAGES, rounds: int = ROUNDS) -> Iterator[Row]:
    """Both ways in turn, some rounds; the ratio is the median of the rounds' own."""
    say(f"{messages} messages over mutual TLS and without it, {rounds} times")
    with ExitStack() as stack:
        plain, secure = _plain(stack), _secure(stack)
        for size in SIZES:
            measured = [
                (_seconds(plain, size, messages, number), _seconds(secure, size, messages, number))
                for number in range(rounds)
            ]
            yield _row(size, messages, measured)


def _row(size: int, messages: int, measured: list[tuple[float, float]]) -> Row:
    events = size * messages
    plain = events / statistics.median(without for without, _ in measured)
    return Row(
        figure=f"collector over mutual TLS, SQLite, {size} event{'s' if size > 1 else ''} a message",
        value=events / statistics.median(within for _, within in measured),
        unit="events/s",
        target=">= 0.85 of plain",
        n=len(measured) * events,
        peer=f"the same without TLS: {plain:,.0f} events/s",
        ratio=statistics.median(without / within for without, within in measured),
    )


def _plain(stack: ExitStack) -> Way:
    folder = _folder(stack)
    broker = Broker(folder, text="", port=0, **SETTINGS)
    broker.start()
    stack.callback(broker.kill)
    return Way(_prepared(stack, Cloud(folder, broker.url, "")), broker.url, broker.port)


def _secure(stack: ExitStack) -> Way:
    broker = stack.enter_context(closing(SecureBroker([("vanak-1", "tehran")])))
    broker.start()
    cloud = SecureCloud(_folder(stack), broker.cloud_url, broker.cloud)
    return Way(_prepared(stack, cloud), broker.url, broker.port, broker.identity("vanak-1"))


def _folder(stack: ExitStack) -> Path:
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bg-")))


def _prepared(stack: ExitStack, cloud: Cloud) -> Cloud:
    cloud.prepare()
    stack.callback(cloud.stop)
    return cloud


def _seconds(way: Way, size: int, count: int, number: int) -> float:
    """From the first message to the last commit."""
    epoch = Epoch(f"{16 * number + size:016x}")
    sent = _messages(size, count, epoch)
    query = f"SELECT coalesce(sum(upto), 0) FROM collector_stream WHERE epoch = '{epoch}'"
    process = _collector(way)
    began = time.perf_counter()
    publish(way.port, sent, way.context)
    wait_for(lambda: _later(way.cloud.ask(query)) == [(size * count,)], "all events are stored")
    took = time.perf_counter() - began
    process.terminate()
    process.wait()
    return took


def _collector(way: Way) -> subprocess.Popen[str]:
    with closing(Link(way.url, "waits", [BOOT], tls=way.tls)) as link:
        wait_for(lambda: link.step(0.05) or link.connected, "the broker is there")
        process = way.cloud.collector()
        wait_for(lambda: any(message.topic == BOOT for message in link.step(0.05)), "the collector is there")
    return process


def _messages(size: int, count: int, epoch: Epoch) -> list[Sent]:
    kiosk = Kiosk(epoch=epoch).record(*[ANSWER] * (size * count))
    return [kiosk.send(first, first + size - 1) for first in range(1, size * count + 1, size)]


def _later(answer: object) -> object:
    """An answer, and then a pause, so that asking costs the measured ones little."""
    time.sleep(0.01)
    return answer

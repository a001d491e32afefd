"""A city of kiosks at one broker over mutual TLS: what each costs, how a reload is, how fast all are back."""

import math
import os
import random
import resource
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from cloud.fleet.brokering.rules import acl
from kiosk.sync import BOOT_SPREAD
from kiosk.window import FIRST_WAIT, LAST_WAIT
from mqtt import down, topics
from mqtt.client import AGAIN, Link, Message
from mqtt.envelope import START
from mqtt.vocabulary import Epoch, GroupId, KioskId
from tests.bench.row import Row, of_samples
from tests.bench.secured import SecureCloud
from tests.mqtt.raw import Talker
from tests.mqtt.secure import SecureBroker

CROWD = int(os.environ.get("CROWD", "10000"))
"""Kiosks that stay connected; `CROWD=500` in the environment chooses how many."""
BACK = int(os.environ.get("CROWD_BACK", "1000"))
"""Kiosks that come back at once."""
SPARE = 200
"""Files that this process and the broker need beside the connections."""
AN_ADDRESS = 5000
"""Connections from one address of the loopback: it has 28,000 ports for them."""
WITHIN = 300.0
GROUP = "tehran"


def rows(say: Callable[[str], None], crowd: int = CROWD, back: int = BACK) -> Iterator[Row]:
    """Measure the crowd, a reload under it, and those who come back."""
    held = min(crowd, _most_files() - SPARE)
    say(f"{held:,} kiosks connect over mutual TLS")
    yield from _held(held)
    say(f"{back:,} kiosks come back after the broker's restart")
    yield _back(back)


def _most_files() -> int:
    """How many files a process here may have open, after it was asked for all."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def _names(count: int) -> list[str]:
    return [f"crowd-{number:05d}" for number in range(count)]


def _held(count: int) -> Iterator[Row]:
    names = _names(count)
    with ExitStack() as stack:
        broker = stack.enter_context(closing(SecureBroker([(name, GROUP) for name in names])))
        broker.start()
        before, began = broker.resident(), time.perf_counter()
        talkers = [_hold(broker, stack, name, number) for number, name in enumerate(names)]
        took, after = time.perf_counter() - began, broker.resident()
        yield Row("the broker's memory for a kiosk over mutual TLS", (after - before) / count, "B", "", count)
        yield Row("kiosks that connect and subscribe, one after the other", count / took, "/s", "", count)
        yield _reload(broker, names, talkers[0])
        assert all(talker.heard() == [] for talker in talkers), "one was lost meanwhile"


def _hold(broker: SecureBroker, stack: ExitStack, name: str, number: int) -> Talker:
    issued = broker.authority.issue(name)
    source = f"127.0.0.{2 + number // AN_ADDRESS}"
    talker = Talker(broker.files_again(issued), broker.port, name, keep_alive=0, source=source)
    stack.callback(talker.drop)
    assert talker.granted
    talker.subscribe(f"{topics.ROOT}/{topics.shard(KioskId(name))}/{name}/down/#")
    talker.subscribe(topics.group_members(GroupId(GROUP)))
    talker.subscribe(f"{topics.ROOT}/all/#")
    return talker


def _reload(broker: SecureBroker, names: list[str], talker: Talker) -> Row:
    """For how long the broker answers nobody while it reads its files anew."""
    waits = []
    for number in range(3):
        kiosks = [(KioskId(name), GroupId(GROUP)) for name in (*names, f"new-{number}")]
        broker.put(acl=acl(kiosks, (), ()), revoked=broker.authority.revoking())
        began = time.perf_counter()
        broker.reload()
        talker.heard()
        waits.append(time.perf_counter() - began)
    return of_samples(f"a reload with {len(names):,} kiosks connected", waits, "")


@dataclass
class Returning:
    """A kiosk that says hello as `kiosk.sync` does, and is level once this connection's was answered."""

    name: KioskId
    link: Link
    level: bool = False
    _nonce: str = ""
    _due: float = math.inf
    _wait: float = FIRST_WAIT
    _session: int = 0

    def step(self) -> None:
        """One turn of its connection."""
        for message in self.link.step(0.0):
            self.link.done(message)
            self._take(message)
        now = time.monotonic()
        if self.link.session != self._session:
            self._session, self.level = self.link.session, False
            self._due, self._wait = now, FIRST_WAIT
        if now >= self._due and not self.level:
            self._say_hello(now)

    def _say_hello(self, now: float) -> None:
        self._nonce = secrets.token_hex(4)
        hello = down.Hello(Epoch("b" * 16), self._nonce, 1, 0, START, "", 0, "bench")
        self.link.publish(topics.up(self.name, "hello"), down.encode(hello))
        self._due, self._wait = now + self._wait, min(2 * self._wait, LAST_WAIT)

    def _take(self, message: Message) -> None:
        if message.topic == topics.BOOT:
            self._due = min(self._due, time.monotonic() + random.uniform(0.0, BOOT_SPREAD))
        else:
            self.level = self.level or down.decode(message.payload, down.Ack).nonce == self._nonce


def _back(count: int) -> Row:
    names = _names(count)
    with ExitStack() as stack:
        broker = stack.enter_context(closing(SecureBroker([(name, GROUP) for name in names])))
        broker.start()
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bg-")))
        cloud = SecureCloud(folder, broker.cloud_url, broker.cloud)
        cloud.prepare()
        kiosks = ", ".join(f"('{name}', 'vanak')" for name in names)
        cloud.run(f"INSERT INTO fleet_kiosk (id, store_id) VALUES {kiosks}")
        stack.callback(cloud.stop)
        cloud.collector()
        crowd = [_returning(broker, stack, KioskId(name)) for name in names]
        _until_level(crowd)
        rested = time.perf_counter() + AGAIN  # who was connected for less waits before it comes back
        while time.perf_counter() < rested:
            _turn(crowd)
        broker.kill()
        for one in crowd:
            one.level = False
        broker.start()
        began = time.perf_counter()
        _until_level(crowd)
        took = time.perf_counter() - began
    return Row(
        f"{count:,} kiosks back at once over mutual TLS, until each hello is answered", took, "s", "", count
    )


def _returning(broker: SecureBroker, stack: ExitStack, name: KioskId) -> Returning:
    link = Link(broker.url, name, [topics.down(name, "ack"), topics.BOOT], tls=broker.identity(name))
    stack.callback(link.close)
    return Returning(name, link)


def _until_level(crowd: list[Returning]) -> None:
    """Let all have their turns."""
    end = time.monotonic() + WITHIN
    while not all(one.level for one in crowd):
        assert time.monotonic() < end, f"{sum(not one.level for one in crowd)} are not back"
        _turn(crowd)


def _turn(crowd: list[Returning]) -> None:
    for one in crowd:
        one.step()

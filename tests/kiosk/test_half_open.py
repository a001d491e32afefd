"""A connection that is open and swallows everything is found by the keep-alive, and another is made."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mqtt.client import KEEP_ALIVE, Link
from tests.faults.proxy import Proxy
from tests.mqtt.broker import Broker


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    proxy = Proxy(broker.port, ["kiosk"])
    yield proxy
    proxy.close()


def until(link: Link, predicate: Callable[[], bool], seconds: float) -> float:
    began = time.monotonic()
    while not predicate():
        assert time.monotonic() - began < seconds, "what was waited for did not come"
        link.step(0.05)
    return time.monotonic() - began


def test_a_half_open_connection_is_found_within_twice_the_keep_alive(proxy: Proxy) -> None:
    link = Link(f"mqtt://127.0.0.1:{proxy.doors['kiosk'].port}", "k", [], keep_alive=1)
    until(link, lambda: link.connected, 30)
    proxy.set("kiosk", "hole")
    found = until(link, lambda: not link.connected, 30)
    assert found < 2 * 1 + 4, (
        "a second to be silent, one to answer the ping, and what is paho's and the machine's"
    )
    proxy.set("kiosk", "pass")
    until(link, lambda: link.connected and link.session == 2, 30)
    link.close()


def test_the_keep_alive_of_a_kiosk_finds_it_within_thirty_seconds() -> None:
    assert 2 * KEEP_ALIVE <= 30

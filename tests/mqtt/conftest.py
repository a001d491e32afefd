"""What the wire's tests share: brokers, and links that are closed again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mqtt.client import Link
from tests.mqtt.broker import Broker


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as open_things:
        yield open_things


@pytest.fixture
def broker(tmp_path: Path, stack: ExitStack) -> Broker:
    """A broker that has not been started."""
    made = Broker(tmp_path, max_inflight_messages=1)
    stack.callback(made.kill)
    return made


@pytest.fixture
def link(broker: Broker, stack: ExitStack) -> Callable[..., Link]:
    """Make a link to the broker: `link("name", "a/topic", ...)`."""

    def made(name: str, *topics: str) -> Link:
        one = Link(broker.url, name, topics)
        stack.callback(one.close)
        return one

    return made

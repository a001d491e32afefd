"""One club and one web for all that walks; a browser for each file of it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.cloud.desk.walks.ground import Ground, ground
from tests.cloud.desk.walks.walker import Windows
from tests.demo.pictures import launch


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("walks")) as found:
        yield found
        assert found.complaints() == [], "the web's log tells of requests that were not foreseen"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Windows]:
    # not for the session: while Playwright is open no other test can have an event loop of its own
    with ExitStack() as stack:
        yield Windows(launch(stack))

"""One club, one web and one browser for all that walks."""

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


@pytest.fixture(scope="session")
def chromium() -> Iterator[Windows]:
    with ExitStack() as stack:
        yield Windows(launch(stack))

"""A house for each file of tests that asks for one: to start it takes seconds."""

from collections.abc import Iterator

import pytest

from tests.cloud.authority.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The authority and the gate, running."""
    made = House(tmp_path_factory.mktemp("house"))
    yield made.open()
    made.stop()

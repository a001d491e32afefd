"""What the files of tests share; where no twin can be booted they are skipped with the reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.twin.tree import missing
from tests.image.twin.wire import Wire


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    """The cable of a file's twin."""
    wire = Wire()
    yield wire
    wire.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = missing()
    for item in items:
        if why and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=why))

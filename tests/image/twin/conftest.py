"""Where no twin can be booted, its tests are skipped with the reason."""

from pathlib import Path

import pytest

from tests.image.twin.tree import missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    why = missing()
    for item in items:
        if why and Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.skip(reason=why))

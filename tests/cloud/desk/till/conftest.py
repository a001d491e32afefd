"""The till that these tests stand at."""

from pathlib import Path

import pytest

from tests.cloud.desk.till.counter import Counter, furnish


@pytest.fixture
def counter(club: None, tmp_path: Path) -> Counter:  # noqa: ARG001 - what it needs
    furnish(tmp_path)
    return Counter.opened()

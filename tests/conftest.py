"""What all tests of a run share."""

import pytest

from tests.once import share


def pytest_configure(config: pytest.Config) -> None:
    """Before pytest-xdist starts its processes, which are told by their environment where it is."""
    config.add_cleanup(share())

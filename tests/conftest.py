"""What all tests of a run share."""

import pytest
from hypothesis import settings

from tests.once import share

settings.register_profile("patient", deadline=None)  # a machine with more to do is no fault of an example's
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    """Before pytest-xdist starts its processes, which are told by their environment where it is."""
    config.add_cleanup(share())

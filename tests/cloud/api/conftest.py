"""What the interface's tests share: an integration with every scope."""

import logging
from collections.abc import Iterator

import pytest

from cloud.club.invariants import broken
from tests.cloud.api.caller import Caller, caller
from tests.cloud.api.tills import rule


@pytest.fixture
def till(club: None) -> Caller:  # noqa: ARG001 - what it needs
    """A till of the store `vanak` that may do everything."""
    return caller()


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """All that is logged, by Django and by the cloud, whose lines go no further than its own handler."""
    caplog.set_level(logging.DEBUG)
    ours = logging.getLogger("cloud")
    ours.addHandler(caplog.handler)
    yield caplog
    ours.removeHandler(caplog.handler)


@pytest.fixture
def sound(till: Caller) -> Iterator[None]:  # noqa: ARG001 - the club is there first
    """A point for each 1,000 Rial; afterwards the ledger is sound."""
    rule()
    yield
    assert not list(broken())

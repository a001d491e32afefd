"""Batches of members on their way into the replica: what is missing is asked for, and a long way is told."""

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.feed import Feed
from kiosk.members import Members, Replica
from mqtt.down import MembersBatch, encode
from tests.kiosk.conftest import member


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with closing(Replica(tmp_path / "replica.db")) as replica:
        yield replica


def page(after: int, to: int, head: int) -> bytes:
    return encode(MembersBatch("g", after, to, head, (member(to),)))


def test_a_long_fill_is_told_every_five_percent_and_at_its_end(
    replica: Replica, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.feed")
    asked: list[float] = []
    feed = Feed(replica, asked.append)
    for version in range(100):
        feed.take(page(version, version + 1, 100))
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        f"members: {percent} %" for percent in range(0, 101, 5)
    ]
    assert len(asked) == 99, "each page but the last asks for the next"


def test_a_single_change_is_not_worth_a_word(replica: Replica, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kiosk.feed")
    feed = Feed(replica, lambda _: None)
    for version in range(3):
        feed.take(page(version, version + 1, version + 1))
    assert caplog.records == []


def test_a_replica_that_forgets_serves_until_the_first_page_and_then_holds_only_what_comes(
    tmp_path: Path, replica: Replica
) -> None:
    asked: list[float] = []
    feed = Feed(replica, asked.append)
    feed.take(page(0, 1, 1))
    replica.forget()
    with closing(Members(tmp_path / "replica.db")) as members:
        assert members.find(member(1).cards)
        feed.take(page(1, 2, 2))
        assert asked, "a change for the group is no beginning"
        feed.take(page(0, 2, 2))
        assert not members.find(member(1).cards)
        assert members.find(member(2).cards)

"""Batches of members on their way into the replica: what is missing is asked for, and a long way is told."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.feed import HELD_FOR, Feed
from kiosk.members import HELD, Members, Replica
from mqtt.down import MembersBatch, encode
from mqtt.vocabulary import BadMessage
from tests.kiosk.conftest import member


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with closing(Replica(tmp_path / "replica.db")) as replica:
        yield replica


def page(after: int, to: int, head: int) -> bytes:
    return encode(MembersBatch("g", after, to, head, (member(to),)))


FAR = 100
"""A head far above what these tests' pages reach."""


@pytest.fixture
def feed(replica: Replica) -> Feed:
    """One that has taken the first page of a long way."""
    feed = Feed(replica, lambda _: None)
    feed.take(page(0, 1, FAR))
    return feed


@pytest.fixture
def members(tmp_path: Path, feed: Feed) -> Iterator[Members]:
    assert feed, "the file is there"
    with closing(Members(tmp_path / "replica.db")) as members:
        yield members


def hold(feed: Feed, pages: int, after: int = 1) -> None:
    for version in range(after, after + pages):
        feed.take(page(version, version + 1, FAR))


def is_there(members: Members, number: int) -> bool:
    return members.find(member(number).cards) is not None


def test_a_long_fill_is_told_every_five_percent_and_at_its_end(
    replica: Replica, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "kiosk.feed")
    asked: list[float] = []
    feed = Feed(replica, asked.append)
    pages = 20 * HELD
    for version in range(pages):
        feed.take(page(version, version + 1, pages))
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        f"members: {percent} %" for percent in range(0, 101, 5)
    ]
    assert len(asked) == pages - 1, "each page but the last asks for the next"


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


def test_pages_of_a_long_way_are_held_and_asked_on_from_but_do_not_count_before_they_are_written(
    tmp_path: Path, replica: Replica, feed: Feed, members: Members
) -> None:
    hold(feed, HELD - 1)
    assert (replica.reached, replica.version, is_there(members, 2)) == (HELD, 1, False)
    with closing(Replica(tmp_path / "replica.db")) as after_a_crash:
        assert (after_a_crash.reached, after_a_crash.version) == (1, 1)


def test_a_number_of_pages_is_written_in_one_transaction(
    replica: Replica, feed: Feed, members: Members
) -> None:
    said: list[str] = []
    replica._db.set_trace_callback(said.append)  # noqa: SLF001 - counted where they happen
    hold(feed, HELD)
    assert (replica.version, is_there(members, 2), is_there(members, HELD + 1)) == (HELD + 1, True, True)
    assert said.count("COMMIT") == 1


def test_the_last_page_brings_those_before_it(replica: Replica, feed: Feed, members: Members) -> None:
    hold(feed, 2)
    feed.take(page(3, FAR, FAR))
    assert (replica.version, is_there(members, 2), is_there(members, FAR)) == (FAR, True, True)


def test_when_no_page_comes_any_more_those_that_came_are_written(replica: Replica, members: Members) -> None:
    moment = [0.0]
    feed = Feed(replica, lambda _: None, lambda: moment[0])
    hold(feed, 1)
    feed.turn()
    assert replica.version == 1, "the next may come at once"
    moment[0] += HELD_FOR
    feed.turn()
    assert (replica.version, is_there(members, 2)) == (2, True)


def test_pages_of_which_one_fails_leave_the_replica_as_it_was_and_are_asked_for_again(
    replica: Replica, feed: Feed, members: Members
) -> None:
    key = member(HELD).cards[0]
    replica._db.execute(  # noqa: SLF001 - a disk that fails at one row
        f"CREATE TEMP TRIGGER fails BEFORE INSERT ON main.card WHEN new.key = '{key}'"
        " BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    with pytest.raises(sqlite3.DatabaseError, match="full"):
        hold(feed, HELD)
    assert (replica.reached, replica.version) == (1, 1)
    assert (is_there(members, 1), is_there(members, 2)) == (True, False)
    replica._db.execute("DROP TRIGGER fails")  # noqa: SLF001 - likewise
    hold(feed, HELD)
    assert (replica.version, is_there(members, HELD)) == (HELD + 1, True)


def test_a_page_that_is_not_understood_undoes_none_of_those_before_it(
    replica: Replica, feed: Feed, members: Members
) -> None:
    hold(feed, 1)
    with pytest.raises(BadMessage):
        feed.take(b"{")
    feed.take(page(2, FAR, FAR))
    assert (replica.version, is_there(members, 2)) == (FAR, True)


def test_a_change_for_the_group_that_lies_ahead_neither_counts_nor_has_what_is_held_written(
    replica: Replica, feed: Feed
) -> None:
    hold(feed, 1)
    feed.take(page(FAR - 1, FAR, FAR))
    assert (replica.reached, replica.version) == (2, 1)


def test_held_pages_of_a_generation_that_is_over_are_dropped(
    replica: Replica, feed: Feed, members: Members
) -> None:
    hold(feed, 2)
    feed.take(encode(MembersBatch("h", 0, 1, 1, (member(9),))))
    replica.settle()
    assert (replica.generation, replica.version) == ("h", 1)
    assert (is_there(members, 2), is_there(members, 9)) == (False, True)


def test_held_pages_are_dropped_when_everything_is_to_come_anew(replica: Replica, feed: Feed) -> None:
    hold(feed, 2)
    replica.forget()
    replica.settle()
    assert (replica.generation, replica.reached, replica.version) == ("", 0, 0)


def test_the_screen_goes_on_reading_while_pages_are_written(
    replica: Replica, feed: Feed, members: Members
) -> None:
    seen: set[tuple[bool, bool]] = set()

    def look() -> int:
        seen.add((is_there(members, 1), is_there(members, 2)))
        return 0

    hold(feed, HELD - 1)
    replica._db.set_progress_handler(look, 5)  # noqa: SLF001 - in the middle of the transaction
    replica.settle()
    replica._db.set_progress_handler(None, 0)  # noqa: SLF001 - likewise
    assert (True, False) in seen
    assert seen <= {(True, False), (True, True)}

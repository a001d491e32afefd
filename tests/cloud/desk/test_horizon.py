"""Several collectors on PostgreSQL: whoever commits first, a feed tells each event once and misses none."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import connection

from cloud.collector.models import Stream
from cloud.desk.live.horizon import Horizon, newest
from cloud.desk.stream import Feed
from cloud.desk.tail import Scope
from tests.cloud.test_postgres import EVENT

EVERYTHING = Scope(None, "figures")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]


@pytest.fixture(autouse=True)
def stream(club: None) -> None:  # noqa: ARG001 - what it needs
    Stream.objects.create(id=1, kiosk="vanak-1", epoch="0" * 16, chain="0", seen_at=datetime.now(UTC))


@contextmanager
def collector() -> Iterator[psycopg.Connection]:
    """Another process's connection, in a transaction."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as opened:
        yield opened


def store(by: psycopg.Connection, sequence: int) -> int:
    """Take an id and store an event under it, without a commit."""
    found = by.execute(f"{EVENT.format(sequence=sequence)} RETURNING id".encode()).fetchone()
    assert found
    return int(found[0])


def told(feed: Feed, position: int) -> list[int]:
    return [item.id for item in feed.after(position, 100)]


def test_what_is_committed_in_the_other_order_is_told_once_and_none_is_missed() -> None:
    feed = Feed(Horizon())
    start = feed.head()
    with collector() as slow, collector() as quick:
        first, second = store(slow, 1), store(quick, 2)
        quick.commit()
        assert first < second == newest()
        assert told(feed, start) == [], "the first may yet come"
        assert feed.head() == start
        assert feed.missed(EVERYTHING, start, feed.head(), 100) == (0, [])
        slow.commit()
        assert told(feed, start) == [first, second]
        assert told(feed, second) == []


def test_an_id_that_never_comes_holds_nobody_up() -> None:
    feed = Feed(Horizon())
    start = feed.head()
    with collector() as slow, collector() as quick:
        store(slow, 1)
        second = store(quick, 2)
        quick.commit()
        assert told(feed, start) == []
        slow.rollback()
        assert told(feed, start) == [second]


def test_collectors_that_never_rest_do_not_hold_the_feed_back_for_ever() -> None:
    feed = Feed(Horizon())
    start = feed.head()
    with collector() as one, collector() as other:
        written = [store(one, 1)]
        for sequence in range(2, 6):
            before, now = (one, other) if sequence % 2 == 0 else (other, one)
            written.append(store(now, sequence))
            before.commit()
            # one of them always writes, but whoever wrote at the look before has ended
            assert told(feed, start) == written[:-2]
        other.commit()
        one.commit()
        assert told(feed, start) == written


def test_who_only_reads_holds_nobody_up() -> None:
    feed = Feed(Horizon())
    start = feed.head()
    with collector() as reader, collector() as writer:
        reader.execute("SELECT * FROM collector_storedevent")
        reader.execute("SELECT * FROM collector_stream FOR UPDATE")
        written = store(writer, 1)
        writer.commit()
        assert told(feed, start) == [written]


def test_a_feed_begins_only_where_all_is_decided() -> None:
    with collector() as slow, collector() as quick:
        first, second = store(slow, 1), store(quick, 2)
        quick.commit()
        beginning = Horizon()
        assert beginning.reach() == 0
        slow.commit()
        assert beginning.reach() == second
        assert told(Feed(beginning), 0) == [first, second]

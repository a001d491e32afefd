"""A request below `/api/` has a thread to itself, and leaves it, with its connection, to the next."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Barrier, get_ident

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from cloud.api.limit import App, Message, Receive, Send
from cloud.api.threads import KEPT, LIFE, OnThreads
from tests.cloud import postgres
from tests.cloud.api.house import served
from tests.cloud.kiosks import MEMBER

OTHERS = (
    "SELECT {} FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
Seen = list[tuple[int, int]]


def app(seen: Seen, together: int = 1) -> App:
    """An application that notes its thread and for how long a connection there lives."""
    meeting = Barrier(together, timeout=20)

    def look() -> None:
        meeting.wait()
        seen.append((get_ident(), connection.settings_dict["CONN_MAX_AGE"]))

    async def answer(_scope: Message, _receive: Receive, _send: Send) -> None:
        await sync_to_async(look)()
        await sync_to_async(int)()

    return answer


async def never() -> Message:
    raise AssertionError


async def nowhere(_message: Message) -> None:
    raise AssertionError


async def one_by_one(app: App, paths: Sequence[str]) -> None:
    for path in paths:
        await app({"type": "http", "path": path}, never, nowhere)


async def at_once(app: App, paths: Sequence[str]) -> None:
    await asyncio.gather(*(app({"type": "http", "path": path}, never, nowhere) for path in paths))


def test_one_after_the_other_has_the_same_thread_whose_connection_lives() -> None:
    seen: Seen = []
    asyncio.run(one_by_one(OnThreads(app(seen)), ["/api/v1/members"] * 3))
    assert set(seen) == {(seen[0][0], LIFE)}


def test_two_at_once_have_a_thread_each() -> None:
    seen: Seen = []
    asyncio.run(at_once(OnThreads(app(seen, together=2)), ["/api/v1/members"] * 2))
    assert len(set(seen)) == 2


def test_more_than_are_kept_are_answered_and_those_that_are_kept_are_used_again() -> None:
    seen: Seen = []
    both = OnThreads(app(seen, together=KEPT + 2))

    async def twice() -> None:
        for _ in range(2):
            await at_once(both, ["/api/v1/members"] * (KEPT + 2))

    asyncio.run(twice())
    first, second = set(seen[: KEPT + 2]), set(seen[KEPT + 2 :])
    assert len(first) == len(second) == KEPT + 2
    assert len(first & second) >= KEPT


def test_a_page_has_its_thread_from_django_and_no_connection_outlives_it() -> None:
    seen: Seen = []
    asyncio.run(one_by_one(OnThreads(app(seen)), ["/login"]))
    assert [life for _, life in seen] == [0]


@pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL on this machine")
def test_a_postgresql_that_ends_its_connections_is_asked_over_a_new_one(tmp_path: Path) -> None:
    with served(tmp_path, postgres.cluster().make()) as to:
        answers, servers = [], []
        for _ in range(3):
            answers.append(to.ask("GET", f"/api/v1/members/{MEMBER}")[0])
            servers.append(set(to.club.ask(OTHERS.format("pid"))))
        to.club.ask(OTHERS.format("pg_terminate_backend(pid)"))
        assert {*answers, to.ask("GET", f"/api/v1/members/{MEMBER}")[0]} == {200}
    assert servers == servers[:1] * 3

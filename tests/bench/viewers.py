"""The live page before many eyes: how long after an event's commit each viewer has it, and what that costs.

The web as it runs for real, streams of its live page over connections of their own, and events stored at a
steady rate while the counts change with them. One viewer alone is the limit that many are held against.
"""

import asyncio
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.cpu import cpu_seconds
from tests.bench.databases import databases
from tests.bench.row import Row, of_samples, percentile
from tests.cloud.api.house import Club
from tests.cloud.desk.house import ROOT, Visitor, Web
from tests.cloud.prepared import PREPARE

VIEWERS = 200
RATE = 5.0
"""Events a second."""
EVENTS = 100
WITHIN = 10.0
"""Seconds in which the last event has come to everybody."""
LINE = 1 << 20
"""Bytes of the longest line of a stream."""
STAFF = """
from django.contrib.auth.models import User
from cloud.collector.models import Stream
from cloud.desk.models import Staff
from cloud.voice.models import TapCount
Staff.objects.create(user=User.objects.create_user("hq", password="right"), role="owner")
Stream.objects.create(id=1, kiosk="vanak-1", epoch="0" * 16, chain="0", seen_at=datetime.now(UTC))
"""
STORE = (
    "INSERT INTO collector_storedevent (stream_id, sequence, chain, store, type, occurred_at, clock,"
    " received_at, data)"
    " VALUES (1, {sequence}, '0', 'vanak', 'club.case.opened.v1', '{now}', 'synced', '{now}', '{{}}')"
    " RETURNING id"
)
COUNT = "UPDATE collector_stream SET posted = posted + 1, seen_at = '{now}' WHERE id = 1"


@dataclass
class Watched:
    """What was heard: when each event was committed, when a viewer had it; the web's `share` of a core."""

    expected: int
    committed: dict[int, float] = field(default_factory=dict)
    heard: list[tuple[int, float]] = field(default_factory=list)
    share: float = 0.0
    everything: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, row: int) -> None:
        """Note that a viewer has an event."""
        self.heard.append((row, time.perf_counter()))
        if len(self.heard) == self.expected:
            self.everything.set()

    @property
    def delays(self) -> list[float]:
        """Seconds from commit to each viewer."""
        return [max(0.0, at - self.committed[row]) for row, at in self.heard]


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure on each database."""
    for name, url in databases(say).items():
        say(f"{VIEWERS} viewers of the live page, and one ({name})")
        with _serving(url) as (club, web):
            alone, many = (asyncio.run(_watch(club, web, count)) for count in (1, VIEWERS))
        yield from _rows(name, alone, many)


def _rows(name: str, alone: Watched, many: Watched) -> Iterator[Row]:
    assert len(many.heard) == VIEWERS * EVENTS, "every viewer has every event once"
    shape = of_samples(f"live page, {name}: commit to each of {VIEWERS} viewers", many.delays, "(none)")
    lone = [percentile(alone.delays, share) * 1e3 for share in (0.50, 0.99)]
    ratio = shape.p50 / lone[0] if shape.p50 and lone[0] else None
    yield replace(shape, peer=f"one viewer: {lone[0]:.0f} ms (p50), {lone[1]:.0f} ms (p99)", ratio=ratio)
    yield Row(
        figure=f"live page, {name}: the web for {VIEWERS} viewers",
        value=100 * many.share,
        unit="% of a core",
        target="(none)",
        n=len(many.heard),
        peer=f"one viewer: {100 * alone.share:.1f} %",
        ratio=many.share / alone.share if alone.share else None,
    )


@contextmanager
def _serving(url: str) -> Iterator[tuple[Club, Web]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bg-")))
        club = Club(folder, url=url)
        command = [sys.executable, "-c", PREPARE + STAFF]
        subprocess.run(command, env=club.environment, cwd=ROOT, check=True)
        web = Web.start(club)
        stack.callback(web.stop)
        yield club, web


async def _watch(club: Club, web: Web, viewers: int) -> Watched:
    """So many viewers, while events are stored."""
    watched, ready = Watched(viewers * EVENTS), asyncio.Semaphore(0)
    with closing(Visitor(web.url)) as visitor:
        cookies = visitor.sign_in().cookies
    async with asyncio.TaskGroup() as tasks:
        looking = [tasks.create_task(_view(web, cookies, watched, ready)) for _ in range(viewers)]
        for _ in looking:
            await ready.acquire()
        before, began = cpu_seconds(web.process.pid), time.perf_counter()
        await asyncio.to_thread(_store, club, watched)
        async with asyncio.timeout(WITHIN):
            await watched.everything.wait()
        watched.share = (cpu_seconds(web.process.pid) - before) / (time.perf_counter() - began)
        for task in looking:
            task.cancel()
    return watched


async def _view(web: Web, cookies: Mapping[str, str], watched: Watched, ready: asyncio.Semaphore) -> None:
    """Read a stream as a browser does; it is open once the figures have come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", web.port, limit=LINE)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    writer.write(f"GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
    try:
        last, waiting = 0, True
        while line := await reader.readline():
            if waiting and line.startswith(b"event: figures"):
                waiting = False
                ready.release()
            if line.startswith(b"id: "):
                last = int(line[4:])
            elif last and line.startswith(b"data: "):
                watched.hear(last)
                last = 0
            elif not line.strip():
                last = 0
    finally:
        writer.close()


def _store(club: Club, watched: Watched) -> None:
    """Store events, one a transaction, and count each in another as the poster does."""
    begins = time.perf_counter()
    with _writer(club) as run:
        first = run("SELECT coalesce(max(sequence), 0) + 1 FROM collector_storedevent")
        for number in range(EVENTS):
            time.sleep(max(0.0, begins + number / RATE - time.perf_counter()))
            now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
            row = run(STORE.format(sequence=first + number, now=now))
            watched.committed[row] = time.perf_counter()
            run(COUNT.format(now=now))


@contextmanager
def _writer(club: Club) -> Iterator[Callable[[str], int]]:
    """Says something to the database, each a transaction of its own; the number that it answers, if any."""

    def ask(text: str) -> int:
        cursor = database.execute(text.encode() if club.url else text)
        # to the end: SQLite commits behind the last row
        found = cursor.fetchall() if cursor.description else []
        return int(found[0][0]) if found else 0

    with ExitStack() as stack:
        database: Any
        if club.url:
            database = stack.enter_context(psycopg.connect(club.url, autocommit=True))
        else:
            file = club.folder / "cloud.db"
            database = stack.enter_context(
                closing(sqlite3.connect(file, timeout=WITHIN, isolation_level=None))
            )
        yield ask

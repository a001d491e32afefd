"""The cloud's processes as they run for real, on a database of their own, and a kiosk that talks to them."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mqtt.client import Link
from mqtt.down import Ack, decode
from mqtt.topics import down
from tests.cloud import postgres
from tests.cloud.kiosks import Kiosk
from tests.cloud.prepared import with_club

ROOT = Path(__file__).parents[2]
DEADLINE = 20.0
"""Seconds in which anything happens, or never will."""
MARKER = "marker"
"""A topic of no meaning, to hear oneself on."""


def wait_for(true: Callable[[], object], what: str) -> None:
    """Ask until it is so; `true` waits a little by itself, or is cheap."""
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end, f"not within {DEADLINE} s: {what}"


def logged(process: subprocess.Popen[str]) -> str:
    """The next line that a process logs."""
    assert process.stderr is not None
    return process.stderr.readline()


def new_database() -> str:
    """The URL of a new database where all tests run on PostgreSQL; empty where they run on SQLite."""
    on_postgresql = os.environ.get("BASHGAH_TEST_DATABASE") == "postgresql"
    return postgres.cluster().make() if on_postgresql else ""


class Cloud:
    """A folder with the cloud's database, or a database of PostgreSQL's, and what runs on it."""

    def __init__(self, folder: Path, broker: str, database: str | None = None) -> None:
        self._folder = folder
        self.database = new_database() if database is None else database
        self.broker = broker
        self._running: list[subprocess.Popen[str]] = []

    def prepare(self) -> None:
        """Make the tables and the small club."""
        with_club(self._folder, self.database)

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "cloud.settings",
            "BASHGAH_CLOUD_DATA": str(self._folder),
            "BASHGAH_DATABASE": self.database,
            "BASHGAH_SECRET_KEY": "only for tests",
            "BASHGAH_BROKER": self.broker,
        }

    def start(self, *command: str) -> subprocess.Popen[str]:
        """Start `python COMMAND`; what it logs is in its `stderr`."""
        process = subprocess.Popen(
            [sys.executable, *command], env=self.environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        self._running.append(process)
        return process

    def collector(self) -> subprocess.Popen[str]:
        return self.start("-m", "cloud", "collector")

    def dying_collector(self, point: str, *how: str) -> subprocess.Popen[str]:
        """A collector that dies, or freezes, at a point of its first batch of events."""
        return self.start("-m", "tests.cloud.dying_collector", point, *how)

    def worker(self) -> subprocess.Popen[str]:
        return self.start("-m", "cloud", "worker")

    def stop(self) -> None:
        """End what still runs."""
        for process in self._running:
            process.kill()
            process.wait()
            if process.stderr is not None:
                process.stderr.close()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Look into the database as another process does."""
        if self.database:
            return postgres.ask(self.database, query)
        database = sqlite3.connect(self._folder / "cloud.db")
        try:
            return database.execute(query).fetchall()
        finally:
            database.close()

    def run(self, statement: str) -> None:
        """Change the database as no process of the cloud would."""
        if self.database:
            postgres.ask(self.database, statement)
            return
        database = sqlite3.connect(self._folder / "cloud.db", timeout=DEADLINE)
        with database:
            database.execute(statement)
        database.close()

    def stored(self) -> list[int]:
        """The sequences that are stored, in the order in which they were."""
        return [row for (row,) in self.ask("SELECT sequence FROM collector_storedevent ORDER BY id")]


class Talk:
    """A kiosk's connection: it publishes parts of its journal and keeps the acknowledgements."""

    def __init__(self, broker: str, kiosk: Kiosk, *topics: str) -> None:
        """Connect; read `topics`, or all that the club says."""
        self.kiosk = kiosk
        self.acks: list[Ack] = []
        self.heard: list[tuple[str, bytes]] = []
        self.link = Link(broker, f"talk-{kiosk.kiosk}", [MARKER, *(topics or ["club/v1/#"])])
        wait_for(self._is_heard, "the broker gives back what it is given")

    def say(self, first: int = 1, last: int | None = None) -> None:
        sent = self.kiosk.send(first, last)
        self.link.publish(sent.topic, sent.payload)

    def step(self, timeout: float = 0.02) -> None:
        for message in self.link.step(timeout):
            self.link.done(message)
            self.heard.append((message.topic, message.payload))
            if message.topic == down(self.kiosk.kiosk, "ack"):
                self.acks.append(decode(message.payload, Ack))

    def upto(self) -> int:
        """Up to where the collector has acknowledged."""
        self.step()
        return max((ack.upto for ack in self.acks), default=0)

    def heard_topic(self, topic: str) -> bool:
        """Whether something came on a topic."""
        self.step()
        return any(heard == topic for heard, _ in self.heard)

    def catch_up(self) -> None:
        """Take all that the broker was given before now."""
        self.heard.clear()
        wait_for(self._is_heard, "the broker gives back what it is given")

    def _is_heard(self) -> bool:
        self.link.publish(MARKER, b"")
        self.step()
        return (MARKER, b"") in self.heard

"""The peer that a shop could build in an afternoon: Node-RED 5 with its sqlite node, on the same messages.

`make bench-peer` installs it (npm, a few minutes); without it these rows are left out, and it is said.
"""

import json
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Self

from mqtt.topics import up_filter
from mqtt.vocabulary import Epoch
from tests.bench.collector import messages
from tests.bench.publisher import publish
from tests.bench.row import Row
from tests.cloud.kiosks import Sent
from tests.demo.plan import ROOT
from tests.mqtt.broker import Broker

HOME = ROOT / ".cache" / "node-red"
COUNT = 6_000
KILLS, BETWEEN, RATE = 8, 2.5, 400
"""kill -9, seconds between them, messages a second meanwhile."""
PATIENCE = 8.0
"""Seconds without a new row after which nothing more is expected."""

_SETTINGS = """module.exports = {
  flowFile: "flows.json", httpAdminRoot: false, httpNodeRoot: false, uiHost: "127.0.0.1", uiPort: 0,
  telemetry: { enabled: false }, logging: { console: { level: "warn" } },
};
"""
_SPLIT = """const rows = Array.isArray(msg.payload) ? msg.payload : [msg.payload];
return [rows.map((row) => ({
  params: { $id: row.source + "/" + row.id, $type: row.type, $at: row.time, $data: JSON.stringify(row.data) },
}))];
"""
_INSERT = "INSERT OR IGNORE INTO event (id, type, at, data) VALUES ($id, $type, $at, $data)"


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure events a second, and what is lost under kills, with its default and with a kept session."""
    if not (HOME / "node_modules" / "node-red").is_dir():
        say("Node-RED is not installed, so its rows are left out: make bench-peer")
        return
    say(f"Node-RED 5: {COUNT:,} messages")
    with _world(kept_session=False) as (broker, start, stored), start():
        seconds = _timed(broker, stored)
    yield Row("Node-RED 5 + sqlite, 1 event a message", COUNT / seconds, "events/s", "", COUNT)
    for kept in (False, True):
        name = "kept" if kept else "clean"
        say(f"Node-RED 5 with a {name} session: {KILLS} kills")
        with _world(kept_session=kept) as (broker, start, stored):
            sent, found = _under_kills(broker, start, stored)
        figure = f"Node-RED 5, lost under {KILLS} kills ({name} session)"
        yield Row(figure, 100 * (sent - found) / sent, "%", "ours: 0 (make faults)", sent)


Start = Callable[[], "_Running"]
Stored = Callable[[], int]


class _Running:
    """One Node-RED, from listening to killed."""

    def __init__(self, folder: Path) -> None:
        node = HOME / "node_modules" / "node" / "bin" / "node"
        red = HOME / "node_modules" / "node-red" / "red.js"
        self._log = (folder / "log").open("ab")
        self._process = subprocess.Popen(
            [node, red, "-u", folder], stdout=self._log, stderr=subprocess.STDOUT, cwd=folder
        )

    def kill(self) -> None:
        """Kill -9."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


@contextmanager
def _world(*, kept_session: bool) -> Iterator[tuple[Broker, Start, Stored]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bg-")))
        broker = Broker(folder, max_inflight_messages=0, max_queued_messages=0)
        broker.start()
        stack.callback(broker.kill)
        home = folder / "red"
        home.mkdir()
        (home / "settings.js").write_text(_SETTINGS, "utf-8")
        (home / "flows.json").write_text(json.dumps(_flow(broker, home, kept_session)), "utf-8")
        with closing(sqlite3.connect(home / "events.db")) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("CREATE TABLE event (id TEXT PRIMARY KEY, type TEXT, at TEXT, data TEXT)")
        yield broker, lambda: _Running(home), lambda: _stored(home)


def _stored(home: Path) -> int:
    with closing(sqlite3.connect(home / "events.db", timeout=10)) as db:
        return int(db.execute("SELECT count(*) FROM event").fetchone()[0])


def _flow(broker: Broker, home: Path, kept: bool) -> list[dict[str, object]]:  # noqa: FBT001 - a setting of the flow
    return [
        {"id": "tab", "type": "tab", "label": "club"},
        {
            "id": "broker",
            "type": "mqtt-broker",
            "broker": "127.0.0.1",
            "port": str(broker.port),
            "clientid": "node-red",
            "autoConnect": True,
            "protocolVersion": "4",
            "keepalive": "60",
            "cleansession": not kept,
        },
        {
            "id": "in",
            "type": "mqtt in",
            "z": "tab",
            "topic": up_filter("events"),
            "qos": "1",
            "datatype": "json",
            "broker": "broker",
            "inputs": 0,
            "wires": [["split"]],
        },
        {
            "id": "split",
            "type": "function",
            "z": "tab",
            "func": _SPLIT,
            "outputs": 1,
            "libs": [],
            "wires": [["insert"]],
        },
        {
            "id": "insert",
            "type": "sqlite",
            "z": "tab",
            "mydb": "db",
            "sqlquery": "prepared",
            "sql": _INSERT,
            "wires": [[]],
        },
        {"id": "db", "type": "sqlitedb", "db": str(home / "events.db"), "mode": "RW"},
    ]


def _listening(broker: Broker, stored: Stored) -> int:
    """Publish probes until one is stored; how many rows there are then."""
    before, end, number = stored(), time.monotonic() + 60, 0
    while stored() == before:
        assert time.monotonic() < end, "Node-RED does not listen"
        number += 1
        publish(broker.port, messages(1, 1, Epoch(f"{0xFEED0000 + number + before:016x}")))
        time.sleep(0.3)
    return _settled(stored)


def _settled(stored: Stored) -> int:
    count, since = stored(), time.monotonic()
    while time.monotonic() - since < PATIENCE:
        time.sleep(0.1)
        if (now := stored()) != count:
            count, since = now, time.monotonic()
    return count


def _timed(broker: Broker, stored: Stored) -> float:
    before = _listening(broker, stored)
    batch: list[Sent] = messages(1, COUNT, Epoch("a" * 16))
    began = time.perf_counter()
    publish(broker.port, batch)
    while stored() < before + COUNT:
        assert time.perf_counter() - began < 120, "Node-RED did not store them all"
        time.sleep(0.02)
    return time.perf_counter() - began


def _under_kills(broker: Broker, start: Start, stored: Stored) -> tuple[int, int]:
    running = start()
    before = _listening(broker, stored)
    batch = messages(1, int(KILLS * BETWEEN * RATE), Epoch("b" * 16))
    killed, began, sent = 0, time.monotonic(), 0
    try:
        while sent < len(batch):
            due = min(len(batch), int((time.monotonic() - began) * RATE))
            if due > sent:
                publish(broker.port, batch[sent:due])
                sent = due
            if killed < KILLS and time.monotonic() - began > (killed + 0.7) * BETWEEN:
                running.kill()
                running, killed = start(), killed + 1
            time.sleep(0.01)
        return len(batch), _settled(stored) - before
    finally:
        running.kill()

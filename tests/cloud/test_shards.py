"""Several collectors as processes: killed, frozen and thawed, they lose and double nothing."""

import signal
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cloud.collector.leases import LASTS
from tests.cloud import postgres
from tests.cloud.fleet import Fleet
from tests.cloud.processes import DEADLINE, Cloud, wait_for
from tests.mqtt.broker import Broker

SERVED_WITHIN = 20.0
AT_ONCE = LASTS.total_seconds() / 2
"""Sooner than a lease is over."""
needs_postgres = pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL on this machine")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgres)])
def database(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else postgres.cluster().make()


@pytest.fixture
def cloud(tmp_path: Path, broker: Broker, database: str) -> Iterator[Cloud]:
    made = Cloud(tmp_path, broker.url, database)
    made.prepare()
    yield made
    made.stop()


@pytest.fixture
def fleet(cloud: Cloud, broker: Broker) -> Iterator[Fleet]:
    made = Fleet(broker.url, cloud)
    yield made
    made.link.close()


def owners(cloud: Cloud) -> Counter[tuple[str]]:
    """How many shards each collector holds."""
    return Counter(cloud.ask("SELECT owner FROM collector_lease WHERE name LIKE 'shard/%' AND owner <> ''"))


def await_division(cloud: Cloud, fleet: Fleet, *sizes: int) -> None:
    """Wait until so many collectors hold so many shards each."""

    def divided() -> bool:
        fleet.step()
        return sorted(owners(cloud).values()) == sorted(sizes)

    wait_for(divided, f"shards are divided {sizes}")


def freeze(cloud: Cloud, process: subprocess.Popen[str], folder: Path) -> None:
    """Stop it from running. Not in a transaction of SQLite's, whose lock nobody could break."""
    process.send_signal(signal.SIGSTOP)
    while not cloud.database and _locked(folder):
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGSTOP)


def _locked(folder: Path) -> bool:
    with closing(sqlite3.connect(folder / "cloud.db", timeout=0, isolation_level=None)) as database:
        try:
            database.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
    return False


def assert_exact(cloud: Cloud, fleet: Fleet) -> None:
    """Each event is stored, and once."""
    stored = cloud.ask(
        "SELECT kiosk, sequence FROM collector_storedevent e JOIN collector_stream s ON s.id = e.stream_id"
    )
    assert sorted(stored) == fleet.journals()


def test_a_killed_and_then_a_frozen_collector_are_stood_in_for_and_nothing_is_lost_or_doubled(
    cloud: Cloud, fleet: Fleet, tmp_path: Path
) -> None:
    one, two = cloud.collector(), cloud.collector()
    await_division(cloud, fleet, 32, 32)
    fleet.serve()
    one.kill()
    assert fleet.serve() < SERVED_WITHIN
    await_division(cloud, fleet, 64)
    cloud.collector()
    await_division(cloud, fleet, 32, 32)
    assert fleet.serve() < AT_ONCE
    freeze(cloud, two, tmp_path)
    assert fleet.serve() < SERVED_WITHIN
    await_division(cloud, fleet, 64)
    two.send_signal(signal.SIGCONT)
    await_division(cloud, fleet, 32, 32)
    assert fleet.serve() < AT_ONCE
    two.terminate()
    assert two.wait(DEADLINE) == 0
    assert len(owners(cloud)) == 1, "who ends gives back what it held"
    fleet.serve()
    assert_exact(cloud, fleet)


def test_two_collectors_that_both_believe_they_hold_every_shard_lose_and_double_nothing(
    cloud: Cloud, fleet: Fleet
) -> None:
    for _ in range(2):
        cloud.dying_collector("never")
    for _ in range(25):
        fleet.serve()
    assert_exact(cloud, fleet)


@pytest.mark.parametrize("database", [pytest.param("postgresql", marks=needs_postgres)], indirect=True)
def test_one_that_freezes_before_its_commit_holds_nobody_up_and_changes_nothing_when_it_thaws(
    cloud: Cloud, fleet: Fleet
) -> None:
    frozen = cloud.dying_collector("before commit", "freeze", "leases")
    other = cloud.collector()
    await_division(cloud, fleet, 32, 32)
    assert fleet.serve() < SERVED_WITHIN
    await_division(cloud, fleet, 64)
    frozen.send_signal(signal.SIGCONT)
    await_division(cloud, fleet, 32, 32)
    other.kill()
    assert fleet.serve() < SERVED_WITHIN
    assert_exact(cloud, fleet)

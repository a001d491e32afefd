"""PostgreSQL: what only it does, and the suite of storage and posting run on it."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from cloud.collector.writer import partition
from cloud.fleet.database import database
from tests.cloud import postgres
from tests.cloud.processes import ROOT, Cloud

HERE = (
    "test_storage",
    "test_poster",
    "test_asked",
    "test_flagged",
    "test_counts",
    "test_counts_migration",
    "test_dispatcher",
    "test_leases",
    "test_holes",
    "test_audit",
    "test_retention",
    "test_fleet_health",
    "test_fleet_alarms",
    "desk/fleet/test_standing",
    "desk/test_horizon",
    "desk/test_members",
    "desk/test_zeros",
    "desk/people/test_audit_page",
    "desk/till/test_till_sales",
    "alarms/test_delivery",
    "api/test_keys",
    "api/test_members",
    "api/test_idempotency",
    "api/test_problems",
    "api/test_sales",
    "api/test_returns",
    "test_rule_sets",
    "test_joining",
    "test_cards",
    "test_merging",
    "test_leaving",
    "test_people_migration",
    "test_member_command",
    "test_tickets",
    "test_redemptions",
    "test_lending",
    "test_hold_command",
    "api/test_coupons",
    "club/test_finding",
    "club/test_guards",
    "club/test_nightly",
    "club/test_overdraw",
    "club/test_postings_model",
    "club/test_velocity",
    "club/test_what_hurt_others",
    "club/test_redeeming_model",
)
"""The tests of this folder that run on PostgreSQL each time; all do with BASHGAH_TEST_DATABASE=postgresql."""
needs_postgres = pytest.mark.skipif(postgres.binaries() is None, reason="no PostgreSQL on this machine")
EVENT = (
    "INSERT INTO collector_storedevent (stream_id, sequence, chain, store, type, clock, data, occurred_at,"
    " received_at) VALUES (1, {sequence}, '', 'vanak', '', 'synced', '{{}}', now(), now())"
)


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    made = Cloud(tmp_path, "mqtt://127.0.0.1:1", postgres.cluster().make())
    made.prepare()
    return made


def command(cloud: Cloud, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cloud", *words],
        env=cloud.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_postgres
@pytest.mark.skipif("BASHGAH_TEST_DATABASE" in os.environ, reason="all tests run on it")
def test_storage_posting_and_leases_are_the_same_on_postgresql() -> None:
    files = [f"tests/cloud/{name}.py" for name in HERE]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *files],
        env=os.environ | {"BASHGAH_TEST_DATABASE": "postgresql"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]


@needs_postgres
def test_there_is_room_for_this_month_and_the_next_before_anything_is_stored(cloud: Cloud) -> None:
    found = cloud.ask("SELECT inhrelid::regclass::text FROM pg_inherits ORDER BY 1")
    assert len([name for (name,) in found if "storedevent" in name and "_pkey" not in name]) >= 2
    assert (partition(datetime.now(UTC)),) in found


@needs_postgres
def test_postgresql_itself_refuses_a_place_that_is_taken(cloud: Cloud) -> None:
    cloud.run(EVENT.format(sequence=1))
    with pytest.raises(psycopg.errors.UniqueViolation):
        cloud.run(EVENT.format(sequence=1))


@needs_postgres
@pytest.mark.parametrize("careless", ["synchronous_commit = off"])
def test_a_postgresql_that_forgets_is_refused(cloud: Cloud, careless: str) -> None:
    name = cloud.database.rpartition("/")[2]
    cloud.run(f"ALTER DATABASE {name} SET {careless}")
    done = command(cloud, "collector")
    assert (done.returncode, "synchronous_commit cannot be trusted" in done.stderr) == (1, True), done.stderr


@needs_postgres
def test_a_club_is_seeded_and_audited_on_postgresql(cloud: Cloud, tmp_path: Path) -> None:
    empty = Cloud(tmp_path, cloud.broker, postgres.cluster().make())
    assert command(empty, "migrate", "--verbosity", "0").returncode == 0
    seeded = command(empty, "seed", "--club-key", f"1:{'0' * 32}", "--members", "40", "--days", "20")
    assert seeded.returncode == 0, seeded.stderr
    audited = command(empty, "audit")
    assert '"doubled": 0' in audited.stdout, audited.stdout + audited.stderr


def test_a_url_names_user_host_and_port_or_the_folder_of_a_socket() -> None:
    made = database("postgresql://club:p%40ss@db.local:5433/bashgah", Path())
    assert [made[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        *("club", "p@ss", "db.local", "5433", "bashgah"),
    ]
    assert database("postgresql:///bashgah?host=/run/postgresql", Path())["HOST"] == "/run/postgresql"


def test_without_a_url_it_is_sqlite_in_the_data_folder() -> None:
    assert database("", Path("/data"))["NAME"] == Path("/data/cloud.db")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a/b",
        "postgresql://",
        "postgresql://host",
        "postgresql://h:x/n",
        "postgresql:///n?x=1",
        "club",
    ],
)
def test_any_other_url_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        database(url, Path())
    assert "BASHGAH_DATABASE" in str(refused.value)

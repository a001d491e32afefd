"""On PostgreSQL the cloud runs as a role that cannot rewrite the ledger, nor take its guards away."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from django.db import connection

from cloud.collector.roles import RoleRefused, confine
from tests.cloud import postgres
from tests.cloud.processes import ROOT, Cloud
from tests.cloud.test_postgres import command, needs_postgres

WORK = """
from datetime import UTC, datetime, timedelta
import django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from cloud.club import holds, leaving, merging, postings, returns, sales, spending
from cloud.club.account import Cause, Terms
from cloud.club.models import Purchase, Return
from cloud.collector.models import StoredEvent
from cloud.collector.retention import retire
from cloud.collector.storage import store
from cloud.collector.writer import make_room, partition
from cloud.fleet.installation import generation
from cloud.fleet.scrubbing import scrub
from tests.cloud.api.tills import rule
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER, Kiosk, tap
from tests.cloud.test_poster import post_all
now = datetime.now(UTC)
rule()
line = {"id": "1", "amount": 50_000}
of = {"store_id": "vanak", "invoice": "A-1", "occurred_at": now, "received_at": now}
sales.buy(Purchase(**of, member_id=MEMBER, lines=[line]))
spending.spend(spending.Spending("vanak", "R-1", "A-2", MEMBER, 20), now)
returns.take_back(Return(**of, number="B-1", lines={"1": 10_000}))
held = holds.hold(MEMBER, 5, holds.ALLOWANCE, "vanak-1", Cause("hold", now, now))
holds.settle(held.id, 3, Cause("settled", now, now))
make_member("m-bbbbbbbbbb")
merging.unmerge(merging.merge(MEMBER, "m-bbbbbbbbbb", now).id, now)
leaving.leave("m-bbbbbbbbbb", now)
later = now + timedelta(days=70)
make_room(later)
with transaction.atomic():
    store([Kiosk().record(tap(1), at=later).send()], later, generation())
post_all()
long_ago = now - timedelta(days=100)
make_room(long_ago)
assert StoredEvent.objects.count() == 1
retire(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
assert partition(long_ago) not in connection.introspection.table_names()
scrub()
call_command("nightly")
"""
ROLES = count(1)


@pytest.fixture(scope="module")
def clouds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, Cloud]]:
    """The cloud as its tables' owner sees it, and as a role that runs it."""
    folder = tmp_path_factory.mktemp("cloud")
    owner = Cloud(folder, "mqtt://127.0.0.1:1", postgres.cluster().make())
    owner.prepare()
    role = f"runs_{next(ROLES)}"
    owner.run(f"CREATE ROLE {role} LOGIN")
    for _ in range(2):  # after each migration it is said again
        done = command(owner, "approle", role)
        assert done.returncode == 0, done.stderr
    yield owner, Cloud(folder, owner.broker, owner.database.replace(postgres.USER + "@", role + "@"))
    owner.stop()


@pytest.fixture(scope="module")
def worked(clouds: tuple[Cloud, Cloud]) -> subprocess.CompletedProcess[str]:
    """What came of the cloud's ordinary work as that role."""
    return subprocess.run(
        [sys.executable, "-c", WORK],
        env=clouds[1].environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@needs_postgres
def test_the_clouds_work_goes_as_that_role(
    clouds: tuple[Cloud, Cloud], worked: subprocess.CompletedProcess[str]
) -> None:
    assert worked.returncode == 0, worked.stderr
    assert "the ledger is right" in worked.stdout
    assert clouds[1].ask("SELECT COUNT(*) > 5 FROM club_entry") == [(True,)]


@needs_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE club_entry SET points = 1000",
        "UPDATE club_lot SET expires_at = NULL",
        "UPDATE club_hold SET points = 1",
        "UPDATE club_allocation SET points = 1",
        "UPDATE club_return SET lines = '{}'",
        "DELETE FROM club_entry",
        "DELETE FROM club_purchase",
        "TRUNCATE club_entry CASCADE",
        "TRUNCATE club_allocation",
        "ALTER TABLE club_entry DISABLE TRIGGER ALL",
        "ALTER TABLE club_entry ADD COLUMN more int",
        "DROP TRIGGER club_entry_stays ON club_entry",
        "CREATE TRIGGER t BEFORE INSERT ON club_entry FOR EACH ROW EXECUTE FUNCTION club_refuse()",
        "CREATE OR REPLACE FUNCTION club_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "DROP FUNCTION club_refuse CASCADE",
        "DROP TABLE club_entry CASCADE",
        "SET session_replication_role = replica",
        f"SET ROLE {postgres.USER}",
        "DELETE FROM django_migrations",
    ],
)
def test_tampering_is_no_right_of_that_role(clouds: tuple[Cloud, Cloud], statement: str) -> None:
    _, cloud = clouds
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cloud.run(statement)


@needs_postgres
@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("statement", ["UPDATE club_entry SET points = 1000", "DELETE FROM club_entry"])
def test_with_the_right_it_would_still_be_refused(clouds: tuple[Cloud, Cloud], statement: str) -> None:
    owner, cloud = clouds
    role = cloud.ask("SELECT current_user")[0][0]
    owner.run(f"GRANT UPDATE, DELETE ON club_entry TO {role}")
    for one in (cloud, owner):
        with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
            one.run(statement)
    assert command(owner, "approle", role).returncode == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        cloud.run(statement)


@needs_postgres
@pytest.mark.parametrize(
    ("role", "said"),
    [(postgres.USER, "take another role"), ("nobody_is_called_so", "CREATE ROLE")],
)
def test_a_role_that_is_mighty_or_not_there_is_refused(
    clouds: tuple[Cloud, Cloud], role: str, said: str
) -> None:
    done = command(clouds[0], "approle", role)
    assert (done.returncode, said in done.stderr) == (1, True), done.stderr


@pytest.mark.django_db
def test_sqlite_has_no_roles() -> None:
    if connection.vendor == "sqlite":
        with pytest.raises(RoleRefused, match="SQLite"):
            confine("club")

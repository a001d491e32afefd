"""Backup and restore with the programs as they run: what is refused, what is kept, what comes back."""

import json
import shlex
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clock import Stamp
from kiosk.journal import Journal
from kiosk.members import Replica
from mqtt.events import Event
from mqtt.vocabulary import KioskId
from tests.cloud.kiosks import CARD, MEMBER, answer, tap
from tests.cloud.processes import ROOT, Cloud, wait_for
from tests.mqtt.broker import Broker

KIOSK = KioskId("vanak-1")
TOML = """
kiosk = "{kiosk}"
store = "vanak"
group = "tehran"
data = "{data}"
broker = "{broker}"
clock = "trusted"

[club_key]
id = "1"
secret = "00112233445566778899aabbccddeeff"
"""
DAY = 86_400


class Shop:
    """A kiosk's real journal, and its real sync process."""

    def __init__(self, folder: Path, broker: str) -> None:
        folder.mkdir()
        self._folder = folder
        self._config = folder / "kiosk.toml"
        self._config.write_text(TOML.format(kiosk=KIOSK, data=folder, broker=broker))
        self._journal = Journal(folder / "journal.db")
        self._sync: subprocess.Popen[bytes] | None = None
        self.visits = 0

    def visit(self, times: int) -> None:
        """So many visits with an answer, on so many days."""
        for _ in range(times):
            self.visits += 1
            moment = time.time() - 30 * DAY + self.visits * DAY
            events: list[Event] = [tap(self.visits), answer(self.visits, self.visits % 7 + 1)]
            self._journal.append(
                [(event, Stamp(moment, self.visits, "boot", synced=True)) for event in events]
            )

    def start(self) -> None:
        self._sync = subprocess.Popen(
            [sys.executable, "-m", "kiosk", "sync", "--config", str(self._config)],
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        if self._sync is not None:
            self._sync.kill()
            self._sync.wait()
        self._journal.close()

    def generation(self) -> str:
        """As the kiosk's replica of the members last heard it, with a member in it."""
        with closing(Replica(self._folder / "replica.db")) as replica:
            return replica.generation if replica.version else ""


@pytest.fixture
def cloud(tmp_path: Path, broker: Broker) -> Iterator[Cloud]:
    made = Cloud(tmp_path, broker.url)
    made.prepare()
    yield made
    made.stop()


@pytest.fixture
def shop(tmp_path: Path, broker: Broker) -> Iterator[Shop]:
    made = Shop(tmp_path / "kiosk", broker.url)
    yield made
    made.stop()


def command(cloud: Cloud, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one of the cloud's commands to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cloud", *words],
        env=cloud.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def backed_up(cloud: Cloud, file: Path) -> Path:
    done = command(cloud, "backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


def generation(cloud: Cloud) -> str:
    [(found,)] = cloud.ask("SELECT generation FROM fleet_installation")
    return str(found)


def posted(cloud: Cloud) -> int:
    [(found,)] = cloud.ask("SELECT coalesce(sum(posted), 0) FROM collector_stream")
    return int(found)


def ended(process: subprocess.Popen[str]) -> bool:
    process.terminate()
    return process.wait(20) == 0


def test_after_a_restore_every_event_comes_back_once_and_members_anew(
    cloud: Cloud, shop: Shop, tmp_path: Path
) -> None:
    programs = [cloud.collector(), cloud.worker()]
    shop.start()
    shop.visit(4)
    wait_for(lambda: posted(cloud) == 8, "the first events are posted")
    before = generation(cloud)
    wait_for(lambda: shop.generation() == before, "the kiosk has the members")
    file = backed_up(cloud, tmp_path / "night.tar")

    shop.visit(5)
    wait_for(lambda: posted(cloud) == 18, "the events after the backup are posted")
    whole = cloud.ask("SELECT source_key, points FROM club_entry ORDER BY source_key")
    refused = command(cloud, "restore", str(file), "--yes")
    assert refused.returncode != 0
    assert "stop collector, worker and web" in refused.stderr
    assert all(ended(program) for program in programs)

    done = command(cloud, "restore", str(file), "--yes")
    assert done.returncode == 0, done.stderr
    assert (posted(cloud), cloud.ask("SELECT count(*) FROM club_entry")) == (8, [(4,)])
    after = generation(cloud)
    assert after != before

    cloud.collector()
    cloud.worker()
    shop.visit(1)
    wait_for(lambda: posted(cloud) == 20, "what the backup had not is there again, and what came since")
    assert cloud.stored() == list(range(1, 21))
    now = cloud.ask("SELECT source_key, points FROM club_entry ORDER BY source_key")
    assert [row for row in now if row in whole] == whole
    assert len(now) == len(whole) + 1
    audit = json.loads(command(cloud, "audit").stdout)
    assert (audit["doubled"], audit["points_off"], audit["parked"]) == (0, 0, 0)
    wait_for(lambda: shop.generation() == after, "the kiosk has the members of the new generation")
    assert command(cloud, "rebuild", "--check").returncode == 0


def test_a_backup_is_for_its_owner_and_holds_the_keys(cloud: Cloud, tmp_path: Path) -> None:
    (tmp_path / "catalogue.key").write_text("a secret")
    file = backed_up(cloud, tmp_path / "night.tar")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as tar:
        assert set(tar.getnames()) == {"manifest.json", "database", "catalogue.key"}
    (tmp_path / "catalogue.key").unlink()
    assert command(cloud, "restore", str(file), "--yes").returncode == 0
    assert (tmp_path / "catalogue.key").read_text() == "a secret"
    assert stat.S_IMODE((tmp_path / "catalogue.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_what_gate_and_authority_ask_one_another_is_in_no_backup(cloud: Cloud, tmp_path: Path) -> None:
    cloud.run(
        "INSERT INTO fleet_signingrequest (kind, body, address, made_at, status, answer)"
        " VALUES ('enrol', 'a token under seal', '', CURRENT_TIMESTAMP, 0, '')"
    )
    file = backed_up(cloud, tmp_path / "night.tar")
    assert cloud.ask("SELECT count(*) FROM fleet_signingrequest") == [(1,)]
    with tarfile.open(file) as tar:
        database = tar.extractfile("database")
        assert database
        assert b"a token under seal" not in database.read()
    assert command(cloud, "restore", str(file), "--yes").returncode == 0
    assert cloud.ask("SELECT count(*) FROM fleet_signingrequest") == [(0,)]


def test_a_restore_overwrites_nothing_unasked(cloud: Cloud, tmp_path: Path) -> None:
    file, before = backed_up(cloud, tmp_path / "night.tar"), generation(cloud)
    refused = command(cloud, "restore", str(file))
    assert refused.returncode != 0
    assert "--yes" in refused.stderr
    assert generation(cloud) == before


@pytest.mark.parametrize("where", [0.2, 0.5, 0.99])
def test_a_backup_that_is_damaged_is_not_restored(cloud: Cloud, tmp_path: Path, where: float) -> None:
    file, before = backed_up(cloud, tmp_path / "night.tar"), generation(cloud)
    whole = bytearray(file.read_bytes())
    if where > 0.9:
        whole = whole[: len(whole) // 2]
    else:
        whole[int(len(whole) * where)] ^= 0xFF
    file.write_bytes(whole)
    refused = command(cloud, "restore", str(file), "--yes")
    assert refused.returncode != 0
    assert "nothing was restored" in refused.stderr
    assert generation(cloud) == before


def test_a_failed_backup_leaves_the_one_before_and_nothing_else(cloud: Cloud, tmp_path: Path) -> None:
    file = backed_up(cloud, tmp_path / "night.tar")
    whole = file.read_bytes()
    limited = f"ulimit -f 70; exec {shlex.quote(sys.executable)} -m cloud backup {shlex.quote(str(file))}"
    done = subprocess.run(
        ["/bin/sh", "-c", limited],
        env=cloud.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "no backup was made" in done.stderr
    assert file.read_bytes() == whole
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_new_members_whose_personal_part_is_missing_are_told(cloud: Cloud, tmp_path: Path) -> None:
    name = f"{KIOSK}/{'e' * 16}-1"
    cloud.start("-c", JOIN).wait()
    file = backed_up(cloud, tmp_path / "night.tar")
    done = command(cloud, "restore", str(file), "--yes")
    assert "1 new members" in done.stdout
    assert name in done.stdout
    cloud.run(
        "INSERT INTO club_personpart (event, kiosk, fields, received_at)"
        f" VALUES ('{name}', '{KIOSK}', '{{}}', '2026-03-21 08:30:00')"
    )
    assert "0 new members" in command(cloud, "restore", "--missing").stdout


JOIN = f"""
import django
django.setup()
from django.db import transaction
from cloud.collector import storage
from mqtt.events import MemberJoined
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import CARD, NOON, Kiosk, visit_id
joined = MemberJoined(visit_id(1), "em4100", ("{CARD}",), "fa", True)
with transaction.atomic():
    storage.store([Kiosk().record(joined).send()], NOON, GENERATION)
"""


def test_members_are_counted_apart(cloud: Cloud, tmp_path: Path) -> None:
    """The small club's own member is in the backup too."""
    file = backed_up(cloud, tmp_path / "night.tar")
    cloud.run(f"DELETE FROM club_person WHERE member_id = '{MEMBER}'")
    assert command(cloud, "restore", str(file), "--yes").returncode == 0
    assert cloud.ask("SELECT count(*) FROM club_person") == [(1,)]

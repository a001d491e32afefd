"""The way down with every process but the screen: members, catalogue, commands, asks and health."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kiosk import catalogue
from kiosk.catalogue import DEFAULT
from kiosk.members import Members, Replica
from kiosk.poke import Poker
from mqtt.down import Ask, encode
from mqtt.vocabulary import CardKey
from tests.cloud.kiosks import CARD, MEMBER
from tests.cloud.processes import ROOT, Cloud, wait_for
from tests.mqtt.broker import Broker

CROWD = 3000
MEMBERS = f"""
WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {CROWD})
INSERT INTO club_member (id, group_id, language, joined_on)
SELECT 'm-' || (1000000000 + n), 'tehran', 'fa', '2026-01-01' FROM number
"""
OUTBOX = "INSERT INTO collector_outbox (member_id) SELECT id FROM club_member"
KIOSK = """
kiosk = "vanak-1"
store = "vanak"
group = "tehran"
data = "{data}"
broker = "{broker}"
clock = "trusted"
catalogue_key = "{key}"

[club_key]
id = "1"
secret = "00112233445566778899aabbccddeeff"
"""


class World:
    """The cloud, its broker, and a kiosk without a screen."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self.folder, self.data, self.broker = folder, folder / "kiosk", broker
        self.cloud = Cloud(folder, broker.url)
        self.cloud.prepare()
        self.data.mkdir()
        key = self.command("catalogue", "key").strip()
        text = KIOSK.format(data=self.data, broker=broker.url, key=key)
        (folder / "kiosk.toml").write_text(text, "utf-8")

    def command(self, *words: str) -> str:
        """What one of the cloud's commands prints."""
        program = [sys.executable, "-m", "cloud", *words]
        return subprocess.run(
            program, check=True, env=self.cloud.environment, cwd=ROOT, capture_output=True, text=True
        ).stdout

    def start(self) -> None:
        self.cloud.collector()
        self.cloud.worker()
        self.sync = self.start_sync()

    def start_sync(self) -> "subprocess.Popen[str]":
        return self.cloud.start("-m", "kiosk", "sync", "--config", str(self.folder / "kiosk.toml"))

    def result(self, name: str) -> tuple[str, str]:
        """What became of a command, once it is known."""
        question = f"SELECT result, detail FROM fleet_command WHERE id = '{name}' AND result <> ''"
        wait_for(lambda: self.sync.poll() is not None or self.cloud.ask(question), "a result")
        if self.sync.poll() is not None:
            self.sync = self.start_sync()
            wait_for(lambda: self.cloud.ask(question), "a result after a restart")
        ((result, detail),) = self.cloud.ask(question)
        return result, detail


@pytest.fixture
def world(tmp_path: Path, broker: Broker) -> Iterator[World]:
    made = World(tmp_path, broker)
    yield made
    made.cloud.stop()


def test_a_kiosk_is_filled_told_and_answered(world: World) -> None:
    world.cloud.run(MEMBERS)
    world.cloud.run(OUTBOX)
    world.start()
    with closing(Replica(world.data / "replica.db")) as replica:
        wait_for(lambda: replica.version == CROWD + 1, "a kiosk that is level")
        _forgets_who_is_deleted(world, replica)
    _takes_the_catalogue(world)
    _asks(world)
    wait_for(lambda: world.cloud.ask("SELECT 1 FROM fleet_kioskhealth WHERE online AND queue = 0"), "health")
    name = world.command("command", "vanak-1", "identify").strip()
    assert world.result(name) == ("failed", "there is no screen")
    result, file = world.result(world.command("command", "vanak-1", "logs").strip())
    assert result == "done"
    assert "connected to the broker" in (world.data / "logs" / file).read_text("utf-8")


def test_a_restart_is_done_once_and_its_result_comes_from_the_next_process(world: World) -> None:
    world.start()
    wait_for(lambda: world.cloud.ask("SELECT 1 FROM fleet_kioskhealth WHERE online"), "health")
    first = world.sync
    name = world.command("command", "vanak-1", "restart").strip()
    wait_for(lambda: first.poll() is not None, "a process that left")
    assert first.returncode == 75
    assert world.result(name) == ("done", "without a screen")
    assert world.sync.poll() is None, "the command is not done again"


def _forgets_who_is_deleted(world: World, replica: Replica) -> None:
    world.cloud.run("DELETE FROM club_member WHERE id = 'm-1000000001'")
    world.cloud.run("INSERT INTO collector_outbox (member_id) VALUES ('m-1000000001')")
    wait_for(lambda: replica.version == CROWD + 2, "a tombstone")


def _takes_the_catalogue(world: World) -> None:
    ours = world.folder / "ours.json"
    ours.write_text(msgspec.json.encode(DEFAULT).decode().replace("Customer Club", "Book City"), "utf-8")
    version = int(world.command("catalogue", "publish", str(ours)))
    path = world.data / "catalogue.json"
    wait_for(lambda: catalogue.version(path) == version, "the catalogue in place")
    assert catalogue.load(path).brand.en == "Book City"


def _asks(world: World) -> None:
    with (
        closing(Members(world.data / "replica.db")) as members,
        closing(Poker(world.data / "sync.sock")) as screen,
    ):
        assert screen.tell(encode(Ask("known", (CARD,), 60.0)))
        assert screen.tell(encode(Ask("stranger", (CardKey("1:" + "f" * 32),), 60.0)))
        wait_for(lambda: members.reply("known") and members.reply("stranger"), "two replies")
        known, stranger = members.reply("known"), members.reply("stranger")
        assert known
        assert known.row
        assert known.row.member == MEMBER
        assert stranger
        assert stranger.row is None

"""After somebody left: no file of the cloud, of any kiosk or of a log has their name or telephone number.

The processes are those that run for real; only the screen is this test, which writes the journal.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from kiosk.clock import Clock, always_synced
from kiosk.journal import Journal
from kiosk.keeper import Keeper, Limits
from kiosk.marks import Marks
from kiosk.members import Members
from mqtt.client import Link
from mqtt.events import ConsentGiven, MemberJoined, MemberLeft, VisitEnded
from mqtt.topics import up
from mqtt.tracking import of_visit
from mqtt.vocabulary import CardKey, KioskId, MemberId, ReceiptCode, VisitId
from tests.cloud import postgres
from tests.cloud.processes import ROOT, Cloud, wait_for
from tests.cloud.test_backup import TOML
from tests.mqtt.broker import Broker

NAME, PHONE = "نسترن", "09121234567"
FORMS = {
    "the name": NAME.encode(),
    "the name, escaped": NAME.encode("unicode_escape"),
    "the name in UTF-16": NAME.encode("utf-16-le"),
    "the name in hex": NAME.encode().hex().encode(),
    # both as it was typed and as it is stored
    "the number": PHONE[1:].encode(),
    "the number in UTF-16": PHONE[1:].encode("utf-16-le"),
    "the number in hex": PHONE[1:].encode().hex().encode(),
}
CARD = CardKey(f"1:{77:032x}")
JOINS, LEAVES = VisitId("8f00ba11c0ffee01"), VisitId("8f00ba11c0ffee02")
RECEIPT = ReceiptCode(of_visit(LEAVES))


class Shop:
    """A kiosk: its journal and the chores of its screen's process here, its sync as a process."""

    def __init__(self, folder: Path, kiosk: str, store: str, broker: str) -> None:
        folder.mkdir()
        self._config = folder / "kiosk.toml"
        text = TOML.format(kiosk=kiosk, data=folder, broker=broker)
        self._config.write_text(text.replace('"vanak"', f'"{store}"'))
        self._clock, self.journal = Clock(always_synced), Journal(folder / "journal.db")
        self._members, self._marks = Members(folder / "replica.db"), Marks(folder / "replica.db")
        self._keeper = Keeper(self.journal, self._marks, self._clock, Limits(), lambda: 2**40)

    def command(self) -> tuple[str, ...]:
        return "-m", "kiosk", "sync", "--config", str(self._config)

    def joins(self) -> None:
        """Somebody becomes a member, and types what the club asks for."""
        stamp = self._clock.stamp()
        joined = MemberJoined(JOINS, "em4100", (CARD,), "fa", personal=True)
        agreed, ended = ConsentGiven(JOINS, "points", 1, "fa"), VisitEnded(JOINS, None, "done", 20.0)
        said = {"phone": PHONE, "given_name": NAME}
        self.journal.append([(joined, stamp), (agreed, stamp), (ended, stamp)], {0: said})

    def leaves(self, member: MemberId) -> None:
        self.journal.append([(MemberLeft(LEAVES, member, RECEIPT), self._clock.stamp())])

    def name(self) -> str | None:
        """By which this kiosk greets; None for a card that is nobody's here."""
        time.sleep(0.05)
        found = self._members.find([CARD])
        return None if found is None else found.name

    def has_wiped(self) -> bool:
        """Do what is to be done between two visits; whether nothing is left to be wiped."""
        self._keeper.turn()
        return not self.journal.has_persons()

    def close(self) -> None:
        self._members.close()
        self._marks.close()
        self.journal.close()


class World:
    """Two kiosks of one group, the cloud, and all the files that they write."""

    def __init__(self, folder: Path, broker: Broker, stack: ExitStack) -> None:
        self._folder, self._logs = folder, folder / "logs"
        self._logs.mkdir()
        self.cloud = Cloud(folder, broker.url)
        self.cloud.prepare()
        self.here = Shop(folder / "vanak", "vanak-1", "vanak", broker.url)
        self.there = Shop(folder / "tajrish", "tajrish-1", "tajrish", broker.url)
        self.shops = self.here, self.there
        for number, command in enumerate((("-m", "cloud", "collector"), ("-m", "cloud", "worker"))):
            self._start(stack, f"cloud-{number}", command)
        for number, shop in enumerate(self.shops):
            stack.callback(shop.close)
            self._start(stack, f"kiosk-{number}", shop.command())

    def _start(self, stack: ExitStack, name: str, command: tuple[str, ...]) -> None:
        log = stack.enter_context((self._logs / name).open("wb"))
        program = [sys.executable, *command]
        process = subprocess.Popen(program, cwd=ROOT, env=self.cloud.environment, stdout=log, stderr=log)
        stack.callback(process.wait)
        stack.callback(process.terminate)

    def export(self, member: MemberId) -> str:
        """What the member is given of their own data."""
        program = [sys.executable, "-m", "cloud", "member", "export", member]
        return subprocess.run(
            program, check=True, cwd=ROOT, env=self.cloud.environment, capture_output=True, text=True
        ).stdout

    def found(self) -> set[tuple[str, str]]:
        """Where each form of the secrets stands: in any file here, and in PostgreSQL's dump of all tables."""
        files = [file for file in self._folder.rglob("*") if file.is_file()]
        held = {str(file.relative_to(self._folder)): _read(file) for file in files}
        if self.cloud.database:
            held["the database's dump"] = postgres.dump(self.cloud.database)
        return {(where, form) for where, data in held.items() for form in FORMS if FORMS[form] in data}

    def member(self) -> MemberId:
        ((member,),) = self.cloud.ask("SELECT member_id FROM club_kioskjoin")
        return MemberId(member)

    def is_level(self) -> bool:
        """Whether the kiosks have heard all there is, and nothing of it waits to be wiped."""
        return all(shop.name() is None and shop.has_wiped() for shop in self.shops)


def _read(file: Path) -> bytes:
    """A file's bytes, in a process of its own: whoever closes a file gives up all its locks, SQLite's too."""
    return subprocess.run(["cat", file], check=True, capture_output=True).stdout


@pytest.fixture
def world(tmp_path: Path, broker: Broker) -> Iterator[World]:
    with ExitStack() as stack:
        yield World(tmp_path, broker, stack)


def park_a_part(broker: Broker) -> None:
    """Say the same once more, in a way that nobody can read, and as a kiosk that is not there."""
    with closing(Link(broker.url, "strange", [])) as link:
        wait_for(lambda: link.step(0.02) or link.connected, "a connection")
        text = f'{{"id": "no-place", "fields": {{"phone": "{PHONE}", "given_name": "{NAME}"}}}}'
        for kiosk in ("vanak-1", "nowhere-1"):
            link.publish(up(KioskId(kiosk), "person"), text.encode())
        link.step(0.1)


def test_nothing_personal_is_left_anywhere(world: World, broker: Broker) -> None:
    world.here.joins()
    wait_for(lambda: all(shop.name() and shop.has_wiped() for shop in world.shops), "a member")
    member = world.member()
    assert [shop.name() for shop in world.shops] == [NAME, NAME]
    assert world.cloud.ask("SELECT phone FROM club_person WHERE phone IS NOT NULL") == [("+989121234567",)]
    assert world.cloud.ask("SELECT fields FROM club_personpart") == [("{}",)]
    assert NAME in world.export(member)
    park_a_part(broker)
    wait_for(lambda: world.cloud.ask("SELECT count(*) FROM collector_parked") == [(2,)], "two parked parts")
    places = " ".join(where for where, _ in world.found())
    assert all(
        place in places for place in ("dump" if world.cloud.database else "cloud.db", "vanak/", "tajrish/")
    )
    world.here.leaves(member)
    wait_for(lambda: world.cloud.ask(f"SELECT 1 FROM club_receipt WHERE code = '{RECEIPT}'"), "a receipt")
    wait_for(lambda: world.is_level() and not world.found(), "nothing personal in any file")

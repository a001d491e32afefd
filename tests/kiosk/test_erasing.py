"""Who is gone is in no file of the replica, nor is a reply that nobody waits for."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import msgspec
import pytest

from kiosk.members import DAY, HOUR, SOON, Members, Replica
from mqtt.down import MemberRow, MembersBatch, Movement, Reply
from mqtt.vocabulary import CardKey, MemberId
from tests.kiosk.conftest import NOON, member

NAME, OTHER = "Zarathustra", "Xanthippe"


@dataclass
class Disk:
    """A replica, a clock of its own, and what its files say."""

    folder: Path
    now: float = 1000.0
    versions: Iterator[int] = field(default_factory=count)
    replica: Replica = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.replica = Replica(self.folder / "replica.db", lambda: self.now)

    def apply(self, *rows: MemberRow, gone: tuple[MemberId, ...] = (), generation: str = "g") -> None:
        after = next(self.versions) if generation == "g" else 0
        assert self.replica.apply(MembersBatch(generation, after, after + 1, after + 1, rows, gone))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.replica.erase()

    def says(self, word: str) -> list[str]:
        return [file.name for file in self.folder.iterdir() if word.encode() in file.read_bytes()]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path)
    disk.wait(0.0)
    yield disk
    disk.replica.close()


def named(name: str, number: int = 1, *, available: int = 5, lines: int = 1) -> MemberRow:
    row = member(number, available=available)
    moved = tuple(Movement(NOON.date(), n, "visit") for n in range(lines))
    return msgspec.structs.replace(row, name=name, movements=moved)


@pytest.fixture
def compacted(disk: Disk) -> Disk:
    """One whose file will not be written anew today any more."""
    disk.apply(gone=(MemberId("m-9"),))
    disk.wait(SOON)
    return disk


def test_who_is_gone_is_in_no_file(compacted: Disk) -> None:
    disk = compacted
    disk.apply(named(NAME))
    disk.apply(gone=(named(NAME).member,))
    assert disk.says(NAME), "or this test sees nothing"
    disk.wait(SOON)
    assert disk.says(NAME) == []


def test_a_name_that_is_no_more_is_in_no_file(compacted: Disk) -> None:
    disk = compacted
    disk.apply(named(NAME))
    disk.apply(named(OTHER))
    disk.wait(SOON)
    assert disk.says(NAME) == []
    assert disk.says(OTHER)


def test_everybody_of_another_life_of_the_cloud_is_in_no_file(compacted: Disk) -> None:
    disk = compacted
    disk.apply(named(NAME))
    disk.apply(named(OTHER), generation="later")
    disk.wait(SOON)
    assert disk.says(NAME) == []


def test_a_reply_is_in_no_file_an_hour_after_it_is_forgotten(disk: Disk) -> None:
    disk.replica.put_reply(Reply("ask", named(NAME)))
    disk.replica.drop_replies()
    disk.wait(HOUR)
    assert disk.says(NAME) == []


def test_a_balance_costs_the_card_nothing_more_at_once_and_is_gone_within_the_hour(disk: Disk) -> None:
    disk.apply(named(NAME, available=987_654))
    disk.apply(named(NAME))
    disk.wait(SOON)
    assert disk.says("987654") == ["replica.db-wal"]
    disk.wait(HOUR - SOON)
    assert disk.says("987654") == []
    assert disk.says(NAME)


def test_what_a_process_before_left_is_erased_by_the_next(disk: Disk) -> None:
    with closing(Members(disk.folder / "replica.db")) as members:
        members.heard_at()  # who has the file open keeps the log from being emptied by closing
        disk.apply(named(NAME))
        disk.apply(gone=(named(NAME).member,))
        disk.replica.close()
        assert disk.says(NAME)
        disk.open()
        disk.wait(0.0)
    assert disk.says(NAME) == []


def test_while_somebody_reads_the_log_it_is_emptied_later(disk: Disk) -> None:
    disk.replica._db.execute("PRAGMA busy_timeout = 1")  # noqa: SLF001 - nobody waits for the reader
    disk.apply(named(NAME))
    reader = Members(disk.folder / "replica.db")
    reader._db.execute("BEGIN")  # noqa: SLF001 - a read that lasts
    assert reader.find(named(NAME).cards)
    disk.apply(gone=(named(NAME).member,))
    disk.wait(SOON)
    assert disk.says(NAME)
    reader.close()
    disk.wait(SOON)
    assert disk.says(NAME) == []


def test_nothing_is_left_between_the_rows_of_many_who_come_change_and_go(disk: Disk) -> None:
    """SQLite overwrites what is deleted, but not the copies that it leaves where it moves rows apart."""
    dice, everyone = Random(1), range(3000)
    rows = [named(f"<{number:05d}>", number) for number in everyone]
    dice.shuffle(rows)
    for first in range(0, len(rows), 500):
        disk.apply(*rows[first : first + 500])
    for _ in range(100):
        changed = dice.sample(rows, 20)
        disk.apply(
            *(msgspec.structs.replace(row, movements=row.movements * dice.randrange(6)) for row in changed)
        )
    gone = dice.sample(rows, 300)
    disk.apply(gone=tuple(row.member for row in gone))
    disk.wait(SOON)
    assert [row.name for row in gone if disk.says(row.name)] == []
    assert disk.says(next(row for row in rows if row not in gone).name)


def test_the_file_is_written_anew_once_a_day_however_many_go(disk: Disk) -> None:
    pages = []
    for number in range(4):
        disk.apply(*(named(f"{NAME}{number}", each) for each in range(1000)))
        disk.apply(gone=tuple(named("", each).member for each in range(1000)))
        disk.wait(SOON if number < 3 else DAY)
        (free,) = disk.replica._db.execute("PRAGMA freelist_count").fetchone()  # noqa: SLF001
        pages.append(free > 0)
    assert pages == [False, True, True, False]


def test_a_disk_that_takes_nothing_is_asked_again(disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    disk.apply(named(NAME))
    disk.apply(gone=(named(NAME).member,))
    disk.replica._db.execute("PRAGMA query_only = ON")  # noqa: SLF001
    disk.wait(SOON)
    assert "not erased" in caplog.text
    disk.replica._db.execute("PRAGMA query_only = OFF")  # noqa: SLF001
    disk.wait(DAY)
    assert disk.says(NAME) == []


def test_a_card_is_no_trace_of_anybody(disk: Disk) -> None:
    card = CardKey("1:" + "c" * 32)
    disk.apply(msgspec.structs.replace(named(NAME), cards=(card,)))
    disk.apply(gone=(named(NAME).member,))
    disk.wait(SOON)
    assert disk.says(card) == []

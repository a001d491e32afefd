"""The recorder: in order, and honest about a disk that takes nothing."""

import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.clock import Stamp
from kiosk.journal import Journal, JournalReader
from kiosk.keeper import EVERY, Keeper, Limits, free_bytes
from kiosk.marks import Marks
from kiosk.recorder import Recorder
from mqtt.events import CardRefused, Event
from mqtt.vocabulary import AllowanceId
from tests.kiosk.conftest import ToldClock

STAMP = Stamp(1_795_000_000.0, 5, "boot", synced=True)


def fact(reason: str) -> tuple[tuple[Event, Stamp], ...]:
    return ((CardRefused(reason), STAMP),)


class Word:
    """Waits for the recorder's word."""

    def __init__(self) -> None:
        self._said = threading.Event()
        self.kept: bool | None = None

    def __call__(self, kept: bool) -> None:  # noqa: FBT001
        self.kept = kept
        self._said.set()

    def wait(self) -> bool | None:
        assert self._said.wait(20)
        return self.kept


def reasons(path: Path) -> list[str]:
    reader = JournalReader(path)
    rows = [row.data.decode() for row in reader.after(0, 100)]
    reader.close()
    return [row.split('"')[3] for row in rows]


def fill(journal: Journal, pages: int) -> None:
    journal._db.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001


def test_events_are_durable_in_order_when_they_are_confirmed(tmp_path: Path) -> None:
    pokes: list[None] = []
    poke: Callable[[], None] = lambda: pokes.append(None)  # noqa: E731
    recorder = Recorder(Journal(tmp_path / "j"), poke)
    word = Word()
    recorder.record(fact("a"))
    recorder.record(fact("b"), word)
    assert word.wait() is True
    assert reasons(tmp_path / "j") == ["a", "b"]
    assert len(pokes) == 2
    recorder.close()


def test_a_full_disk_is_confessed_and_what_nobody_waits_for_is_kept_until_it_has_room(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    recorder = Recorder(journal, lambda: None)
    first, refused, later = Word(), Word(), Word()
    recorder.record(fact("x" * 40), first)
    first.wait()
    fill(journal, 1)
    big = fact("tapped") * 400
    recorder.record(big)
    recorder.record(fact("answer"), refused)
    assert refused.wait() is False
    fill(journal, 100_000)
    recorder.record(fact("next"), later)
    assert later.wait() is True
    recorder.close()
    reader = JournalReader(tmp_path / "j")
    kept = [row.data for row in reader.after(0, 1000)]
    reader.close()
    assert len(kept) == 1 + 400 + 1
    assert not [row for row in kept if b"answer" in row], "what was said to be lost is not booked later"


def test_closing_finishes_what_was_ordered(tmp_path: Path) -> None:
    recorder = Recorder(Journal(tmp_path / "j"), lambda: None)
    for number in range(50):
        recorder.record(fact(str(number)))
    recorder.close()
    assert reasons(tmp_path / "j") == [str(number) for number in range(50)]


def test_a_personal_part_is_the_first_events_whatever_waits_before_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    recorder = Recorder(journal, lambda: None)
    fill(journal, 1)
    waiting, word = Word(), Word()
    recorder.record(fact("waits"))
    recorder.record((), waiting)
    waiting.wait()
    fill(journal, 1000)
    recorder.record((*fact("a"), *fact("b")), word, {"phone": "+989121234567"})
    assert word.wait() is True
    assert reasons(tmp_path / "j") == ["waits", "a", "b"]
    with closing(JournalReader(tmp_path / "j")) as reader:
        ((part,),) = [stream.persons(100) for stream in reader.streams()]
    assert (part.id.partition("-")[2], part.fields) == ("2", {"phone": "+989121234567"})
    recorder.close()


def test_what_uses_an_allowance_a_second_time_is_confessed_and_takes_nothing_else_along(
    tmp_path: Path,
) -> None:
    recorder = Recorder(Journal(tmp_path / "j"), lambda: None)
    first, second, later = Word(), Word(), Word()
    recorder.record(fact("a"), first, uses=(AllowanceId("a" * 32),))
    recorder.record(fact("b"), second, uses=(AllowanceId("a" * 32),))
    recorder.record(fact("c"), later)
    assert [word.wait() for word in (first, second, later)] == [True, False, True]
    recorder.close()
    assert reasons(tmp_path / "j") == ["a", "c"]


@pytest.mark.parametrize("broken", ["disk", "replica", "mark"])
def test_what_cannot_be_kept_in_order_keeps_nothing_from_being_recorded(
    tmp_path: Path, broken: str, caplog: pytest.LogCaptureFixture
) -> None:
    data, replica = tmp_path / "data", tmp_path / "replica"
    data.mkdir()
    journal, marks, clock = Journal(tmp_path / "j"), Marks(replica), ToldClock()
    keeper = Keeper(journal, marks, clock, Limits(), lambda: free_bytes(data))
    recorder, words = Recorder(journal, lambda: None, keeper), [Word(), Word(), Word()]
    if broken == "disk":
        data.rmdir()
    elif broken == "mark":
        with closing(sqlite3.connect(replica)) as database, database:
            database.execute("INSERT INTO mark VALUES (?, 'no JSON')", (f"restart {journal.epoch}",))
    else:
        for file in tmp_path.glob("replica*"):
            file.write_bytes(b"no database" * 4000)
    for word in words:
        recorder.record(fact("tapped"), word)
        assert word.wait() is True
        clock.forward(EVERY)
    recorder.close()
    assert reasons(tmp_path / "j") == ["tapped"] * 3
    assert caplog.text.count("not kept in order") == 1

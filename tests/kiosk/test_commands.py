"""Commands: each once, whatever is repeated and wherever the process dies; one event says what came of it."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.clock import Stamp
from kiosk.commands import Commands
from kiosk.loglines import FILES, LINES, LogLines
from mqtt.down import Command, encode
from mqtt.events import CommandDone
from mqtt.vocabulary import BadMessage
from tests.kiosk.conftest import NOON, ToldClock


class Died(BaseException):
    """The process is gone."""


class UnsureClock(ToldClock):
    """Nothing has set it."""

    def stamp(self) -> Stamp:
        return Stamp(self.wall + 1e6, 5, "boot", synced=False)


class Office:
    """A kiosk's commands, what was done and what was told; `start` is a new process on the same disk."""

    def __init__(self, folder: Path, clock: ToldClock) -> None:
        self.folder, self.clock = folder, clock
        self.done: list[str] = []
        self.told: list[CommandDone] = []
        self.does: Callable[[], str] = lambda: "fine"
        self.records: Callable[[CommandDone], None] = self.told.append
        self.start()

    def start(self) -> None:
        self.commands = Commands(
            self.folder / "commands.db",
            {"identify": lambda: self._act("identify"), "restart": lambda: self._act("restart")},
            self._record,
            self.clock,
        )

    def die_and_start(self) -> None:
        self.commands.close()
        self.start()

    def say(self, kind: str = "identify", name: str = "c1", within: float = 60.0) -> None:
        command = Command(name, kind, NOON + timedelta(seconds=within))
        self.commands.take(encode(command))

    def results(self) -> list[tuple[str, str, str]]:
        return [(event.command, event.result, event.detail) for event in self.told]

    def _record(self, event: CommandDone) -> None:
        self.records(event)

    def _act(self, kind: str) -> str:
        self.done.append(kind)
        return self.does()


@pytest.fixture
def office(tmp_path: Path, clock: ToldClock) -> Iterator[Office]:
    made = Office(tmp_path, clock)
    yield made
    made.commands.close()


def test_a_command_is_done_and_told_once_however_often_it_comes(office: Office) -> None:
    for _ in range(3):
        office.say()
    office.die_and_start()
    office.say()
    assert office.done == ["identify"]
    assert office.results() == [("c1", "done", "fine")]


def test_a_kind_of_a_later_release_is_unknown_and_one_that_comes_too_late_is_late(office: Office) -> None:
    office.say("zap", "c1")
    office.say("identify", "c2", within=-1.0)
    assert office.done == []
    assert [(event.command, event.result) for event in office.told] == [("c1", "unknown"), ("c2", "late")]


def test_a_clock_that_nobody_set_makes_nothing_late(tmp_path: Path) -> None:
    office = Office(tmp_path, UnsureClock())
    office.say()
    assert office.done == ["identify"]
    office.commands.close()


def test_what_cannot_be_done_has_failed_with_the_reason(office: Office) -> None:
    def fails() -> str:
        raise ConnectionError("there is no screen")

    office.does = fails
    office.say()
    assert office.results() == [("c1", "failed", "there is no screen")]


@pytest.mark.parametrize(("kind", "result"), [("identify", "failed"), ("restart", "done")])
def test_a_crash_in_the_middle_is_told_and_nothing_is_done_twice(
    office: Office, kind: str, result: str
) -> None:
    def dies() -> str:
        raise Died

    office.does = dies
    with pytest.raises(Died):
        office.say(kind)
    office.does = lambda: "again"
    office.die_and_start()
    office.say(kind)
    assert office.done == [kind]
    assert office.results() == [("c1", result, "interrupted")]


def test_a_crash_before_it_was_recorded_is_made_good_at_the_next_start(office: Office) -> None:
    def dies(event: CommandDone) -> None:
        raise Died(event)

    office.records = dies
    with pytest.raises(Died):
        office.say()
    office.records = office.told.append
    office.die_and_start()
    assert office.done == ["identify"]
    assert office.results() == [("c1", "done", "fine")]


def test_a_full_disk_keeps_an_event_for_later(office: Office) -> None:
    def full(event: CommandDone) -> None:
        raise OSError(f"no space for {event.command}")

    office.records = full
    office.say()
    office.records = office.told.append
    office.say(name="c2")
    assert [event.command for event in office.told] == ["c1", "c2"]


def test_a_long_detail_is_cut_to_what_an_event_holds(office: Office) -> None:
    office.does = lambda: "x" * 1000
    office.say()
    assert len(office.told[0].detail) == 200


def test_garbage_is_a_bad_message(office: Office) -> None:
    with pytest.raises(BadMessage):
        office.commands.take(b"{}")
    assert office.told == []
    assert office.done == []


def test_the_last_lines_of_the_log_are_written_and_old_files_go(tmp_path: Path) -> None:
    lines = LogLines()
    for number in range(LINES + 5):
        lines.emit(logging.LogRecord("kiosk", logging.INFO, "", 0, "line %d", (number,), None))
    names = [lines.save(tmp_path / "logs") for _ in range(FILES + 2)]
    kept = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert kept == sorted(names)[-FILES:]
    written = (tmp_path / "logs" / names[-1]).read_text("utf-8").splitlines()
    assert len(written) == LINES
    assert written[-1].endswith(f"line {LINES + 4}")

"""What judges a run finds each thing that can be wrong, and not what a fault destroyed."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.clock import Stamp
from kiosk.journal import Journal
from mqtt.envelope import encode_data, type_name
from mqtt.events import CardTapped, JournalRestarted, QuestionAnswered, QuestionShown, Scale
from mqtt.vocabulary import VisitId
from tests.faults import destroyed
from tests.faults.__main__ import summary
from tests.faults.club import card, member
from tests.faults.programs import Program
from tests.faults.run import Run
from tests.faults.told import EPOCH, HOUR, KIOSK, NOON, Told, heard, name, said
from tests.faults.truth import Kept, Truth, line, token
from tests.faults.verdict import Verdict, judge
from tests.faults.world import ROOT, World

TAPS = [CardTapped(VisitId(f"{n:016x}"), "em4100", (card(n),), member(n)) for n in range(3)]


@pytest.fixture
def truth(tmp_path: Path) -> Truth:
    """Three taps, each confirmed."""
    file = tmp_path / "pipe"
    file.write_bytes(b"".join(map(line, said(TAPS))))
    made = Truth(tmp_path / "truth.jsonl")
    made.listen(file.open("rb")).join()
    return made


@pytest.fixture
def database() -> Told:
    """Everything is there and booked."""
    made = Told()
    made.store(*TAPS)
    made.book(*TAPS)
    return made


def judged(database: Told, truth: Truth) -> Verdict:
    return judge(database, truth, database.restarted)


def test_what_is_all_there_and_booked_is_good(database: Told, truth: Truth) -> None:
    verdict = judged(database, truth)
    assert verdict.good
    assert verdict.events == 3


def test_a_confirmed_event_that_is_missing_is_lost(database: Told, truth: Truth) -> None:
    database.events.pop()
    database.book(*TAPS[:2])
    assert judged(database, truth).lost == {name(TAPS[2])}


def test_what_a_fault_destroyed_is_not_lost(database: Told, truth: Truth) -> None:
    database.events.pop()
    database.book(*TAPS[:2])
    truth.destroy({name(TAPS[2])})
    verdict = judged(database, truth)
    assert (verdict.good, verdict.destroyed) == (True, 1)


def test_destroyed_events_that_came_through_after_all_are_not_counted(database: Told, truth: Truth) -> None:
    truth.destroy({name(TAPS[2])})
    assert judged(database, truth).destroyed == 0


def test_an_event_under_two_names_is_doubled(database: Told, truth: Truth) -> None:
    database.store(TAPS[1])
    assert judged(database, truth).doubled == 1


def test_a_credit_too_many_is_doubled(database: Told, truth: Truth) -> None:
    database.entries.append((member(0), "visit", 10, "visit/another"))
    verdict = judged(database, truth)
    assert verdict.doubled == 1
    assert not verdict.good


@pytest.mark.parametrize("table", ["entries", "taps"])
def test_what_is_not_booked_is_a_difference(database: Told, truth: Truth, table: str) -> None:
    getattr(database, table).pop()
    assert judged(database, truth).differences


def test_a_count_that_is_off_by_one_is_a_difference(database: Told, truth: Truth) -> None:
    database.taps = [("vanak", HOUR, 4)]
    assert judged(database, truth).differences == [f"taps ('vanak', '{HOUR}'): 4 booked, 3 owed"]


def test_counts_and_their_sums_are_those_of_what_was_shown_and_answered(database: Told, truth: Truth) -> None:
    visit, who = VisitId(f"{7:016x}"), member(7)
    asked = QuestionShown(visit, who, "ces", 1, "fa")
    given = QuestionAnswered(visit, who, "ces", 1, "fa", Scale(1, 7), 6, 1, 2.5)
    heard(truth, asked, given)
    database.store(asked, given)
    assert len(judged(database, truth).differences) == 3 + 7
    day, month, rest = HOUR[:10], HOUR[:7], ("vanak", KIOSK, 1, "consumer")
    database.answers, database.shown = [("vanak", "ces", 1, HOUR, 6, 1)], [("ces", day, *rest, 1)]
    database.days = [("ces", day, *rest, 6, 0, 1)]
    assert len(judged(database, truth).differences) == 7
    spans = day, f"m{month}"
    database.rolled = {
        "voice_storecount": [("ces", span, "vanak", 1, 6, 0, 1) for span in spans],
        "voice_monthcount": [("ces", month, *rest, 6, 0, 1)],
        "voice_storeshown": [("ces", span, "vanak", 1, 1) for span in spans],
        "voice_monthshown": [("ces", month, *rest, 1)],
        "voice_hourcount": [("ces", 1, month, "vanak", 6, 12, 6, 1)],
    }
    assert judged(database, truth).good
    database.days = [("ces", day, *rest, 6, 1, 1)]
    assert len(judged(database, truth).differences) == 2


def test_what_nobody_recorded_is_a_difference(database: Told, truth: Truth) -> None:
    database.store(CardTapped(VisitId("f" * 16), "em4100", (card(9),), member(9)))
    assert not judged(database, truth).good


def test_anything_parked_is_a_difference(database: Told, truth: Truth) -> None:
    database.parked = [("why not",)]
    assert judged(database, truth).differences == ["parked: why not"]


def test_a_journal_that_went_backwards_must_be_told_of(database: Told, truth: Truth) -> None:
    database.restarted = [(KIOSK, EPOCH)]
    assert judged(database, truth).unreported == [f"{KIOSK} {EPOCH}"]
    database.store(JournalRestarted(EPOCH, 2, "went-backwards"))
    assert judged(database, truth).good


def test_a_line_cut_off_by_a_kill_was_not_said(tmp_path: Path, truth: Truth) -> None:
    file = tmp_path / "pipe"
    file.write_bytes(line(Kept(("x",)))[:-1])
    truth.listen(file.open("rb")).join()
    assert "x" not in truth.confirmed


def test_what_neither_the_journal_nor_the_cloud_holds_is_gone(tmp_path: Path, database: Told) -> None:
    journal = Journal(tmp_path / "journal.db")
    journal.append([(TAPS[0], Stamp(NOON, 1, "boot", synced=True))])
    database.events = []
    database.events.append((type_name(TAPS[1]), encode_data(TAPS[1]).decode()))
    gone = destroyed.gone({name(tap) for tap in TAPS}, database, [tmp_path])
    assert gone == {name(TAPS[2])}
    assert destroyed.held(tmp_path).highest == {journal.epoch: 1}
    journal.close()


def test_a_name_depends_on_no_epoch_and_tells_attempts_apart() -> None:
    first: dict[str, Any] = {"visit": "a" * 16, "attempt": 1}
    assert token("club.question.answered.v1", json.dumps(first)) != token(
        "club.question.answered.v1", json.dumps(first | {"attempt": 2})
    )
    assert token("club.reader.went-up.v1", "{}") == ""


class Still:
    """A world in which nothing runs."""

    def __init__(self) -> None:
        self.database = Told()

    def programs(self) -> list[Program]:
        return []


def test_the_document_says_what_every_field_of_a_runs_file_means() -> None:
    table = (ROOT / "docs/faults.md").read_text("utf-8").partition("## A run's file")[2].partition("##")[0]
    named = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    written = summary(Run(cast("World", Still()), print), Verdict(), 1)
    assert sorted(field.strip(" `") for cell in named for field in cell.split(",")) == sorted(written)

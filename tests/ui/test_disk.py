"""The screen over a disk that is slow or full: alive, never lying, and nothing confirmed is lost."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.health import Vitals
from kiosk.journal import Journal
from kiosk.views import Ask, Attract, Sorry, Undo, Welcome
from mqtt.events import CardRefused
from tests.faults.disk import Disk
from tests.ui.glass import texts
from tests.ui.shop import MINA, READ, Shop, open_shop
from ui.widgets import BusyRing
from ui.words import WORDS


class Gate(Journal):
    """A journal on a disk that does not come back from a flush until it is let."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.open = threading.Event()
        self.open.set()

    def append(self, *rows: object) -> object:  # type: ignore[override]
        self.open.wait()
        return super().append(*rows)  # type: ignore[arg-type]


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Shop]:
    for shop in open_shop(tmp_path, make=Gate):
        yield shop
        gate(shop).set()  # a recorder that is closed finishes what it was given


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    yield from open_shop(tmp_path)


def gate(shop: Shop) -> threading.Event:
    assert isinstance(shop.journal, Gate)
    return shop.journal.open


def answer_into(shop: Shop) -> None:
    """Touch an answer while the disk does not come back."""
    shop.reach("Ask")
    shop.wait(READ)
    shop.rows()
    gate(shop).clear()
    shop.kiosk.tap("answer-6")
    shop.kiosk.camera.frames(2)


def limit(journal: Journal, pages: int) -> None:
    journal._db.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001


def written(shop: Shop) -> set[str]:
    return {text.text for text in texts(shop.kiosk)}


@pytest.mark.parametrize("seconds", [0.3, 5.0])
def test_while_a_flush_lasts_the_spinner_turns_and_nothing_is_confirmed(slow: Shop, seconds: float) -> None:
    answer_into(slow)
    assert slow.seen(Ask).saving == 6
    key = slow.kiosk.keys()["answer-6"]
    spinner = next(each for each in key.walk() if isinstance(each, BusyRing))
    slow.kiosk.until(lambda: spinner.angle > 0)
    for name in ("answer-2", "skip", "language"):
        slow.kiosk.tap(name)
    slow.wait(seconds)
    assert slow.seen(Ask).saving == 6
    gate(slow).set()
    slow.until(Undo)
    assert slow.seen(Undo).value == 6
    found = slow.count()
    assert (found["question.answered"], found["question.dismissed"], found["language.chosen"]) == (1, 0, 0)


def test_while_a_flush_lasts_the_next_card_is_greeted_and_the_answer_is_kept(slow: Shop) -> None:
    answer_into(slow)
    slow.lay(MINA[0])
    assert slow.seen(Welcome).name == "مینا"
    assert "۴۵" in written(slow)
    gate(slow).set()
    found = slow.count()
    assert (found["question.answered"], found["card.tapped"], found["visit.ended"]) == (1, 2, 1)


def test_a_kiosk_that_is_stopped_within_a_flush_ends_when_all_is_kept(slow: Shop) -> None:
    answer_into(slow)
    stopping = threading.Thread(target=slow.recorder.close)
    stopping.start()
    assert stopping.is_alive()
    gate(slow).set()
    stopping.join(10)
    assert not stopping.is_alive()
    with closing(Journal(slow.path)) as journal:
        rows = journal.streams()[0].after(0, 100)
    assert [row.type for row in rows].count("club.question.answered.v1") == 1


def test_a_disk_that_is_full_shows_the_balance_then_says_so_and_tells_head_office(tmp_path: Path) -> None:
    free = [0]
    for shop in open_shop(tmp_path, free=lambda: free[0]):
        keep(shop)
        shop.lay()
        assert "۱۲۰" in written(shop)
        shop.kiosk.tap("continue")
        assert shop.seen(Sorry).reason == "out-of-service"
        assert WORDS["fa"].sorry["out-of-service"].title in written(shop)
        shop.kiosk.tap("done")
        assert shop.seen(Attract)
        pressed = [json.loads(row.data) for row in shop.rows() if row.type == "club.journal.pressed.v1"]
        assert pressed[-1]["level"] == "full"
        free[0] = 2**40
        shop.wait(2)
        keep(shop)
        shop.reach("Undo")


def keep(shop: Shop) -> None:
    """Let the keeper have its turn, which comes after what was ordered: so order twice."""
    shop.rows()
    shop.rows()


def test_a_disk_that_fills_while_a_question_stands_takes_no_answer_and_never_says_so(shop: Shop) -> None:
    shop.reach("Ask")
    shop.wait(READ)
    shop.rows()
    fill(shop)
    shop.kiosk.tap("answer-6")
    shop.until(Sorry)
    assert shop.seen(Sorry).reason == "not-kept"
    assert WORDS["fa"].sorry["not-kept"].title in written(shop)
    assert Undo not in {type(view) for view in shop.kiosk.flipped}
    shop.wait(10)
    limit(shop.journal, 100_000)
    shop.lay(MINA[0])
    found = shop.count()
    assert (found["question.answered"], found["visit.ended"], found["card.tapped"]) == (0, 1, 2)


def fill(shop: Shop) -> None:
    """Take every byte that the journal's pages still have."""
    limit(shop.journal, 1)
    while shop.recorder.accepts():
        shop.recorder.record(((CardRefused("unreadable" * 20), shop.clock.stamp()),))
        shop.rows()


def test_on_a_filesystem_without_a_byte_left_health_says_so_and_what_was_confirmed_stays(
    tmp_path: Path,
) -> None:
    disk = Disk(tmp_path / "disk")
    if not disk.there:
        pytest.skip("only root may mount a small disk")
    try:
        for shop in open_shop(tmp_path / "disk"):
            shop.reach("Undo")
            shop.wait(60)
            confirmed = shop.count()
            disk.fill()
            shop.lay(MINA[0])
            assert "۴۵" in written(shop)
            assert Vitals(shop.path, shop.replica, shop.clock).health().disk_free == 0
            disk.free()
            shop.wait(60)
            assert confirmed - shop.count() == {}
            assert shop.count()["card.tapped"] == 2
    finally:
        disk.close()

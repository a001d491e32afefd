"""Sync's marks are kept, and what is known already wears no card."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.marks import Acked, Marks
from mqtt.vocabulary import Chain, Epoch

EPOCH = Epoch("1" * 16)


@pytest.fixture
def marks(tmp_path: Path) -> Iterator[Marks]:
    with closing(Marks(tmp_path / "replica.db")) as marks:
        yield marks


def written(tmp_path: Path) -> int:
    """Bytes that SQLite has put behind its -wal."""
    return (tmp_path / "replica.db-wal").stat().st_size


def test_what_is_answered_again_every_minute_is_written_once(marks: Marks, tmp_path: Path) -> None:
    marks.set_acked(Acked(EPOCH, 7, Chain("a" * 64)))
    before = written(tmp_path)
    marks.set_acked(Acked(EPOCH, 7, Chain("a" * 64)))
    assert written(tmp_path) == before


def test_what_is_new_takes_the_place_of_what_was_known(marks: Marks, tmp_path: Path) -> None:
    marks.set_acked(Acked(EPOCH, 7, Chain("a" * 64)))
    before = written(tmp_path)
    marks.set_acked(Acked(EPOCH, 8, Chain("b" * 64)))
    assert marks.acked(EPOCH) == Acked(EPOCH, 8, Chain("b" * 64))
    assert written(tmp_path) > before

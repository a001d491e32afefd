"""The journal: durable, chained, whole or not at all."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.clock import Stamp
from kiosk.errors import JournalError
from kiosk.journal import Journal, JournalReader, count
from mqtt import envelope
from mqtt.events import CardRefused, Event
from mqtt.vocabulary import KioskId, StoreId

STAMP = Stamp(1_795_000_000.0, 5, "boot", synced=True)


def facts(*reasons: str) -> list[tuple[Event, Stamp]]:
    return [(CardRefused(reason), STAMP) for reason in reasons]


def chain_holds(reader: JournalReader) -> bool:
    before = envelope.START
    for row in reader.after(0, 10_000):
        before = envelope.next_chain(before, f"{row.epoch}-{row.sequence}", row.type, row.data)
        if before != row.chain:
            return False
    return True


def test_rows_are_numbered_from_one_and_chained(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    assert journal.append(facts("a", "b")) == 2
    assert journal.append(facts("c")) == 3
    reader = JournalReader(tmp_path / "j")
    assert [row.sequence for row in reader.after(0, 10)] == [1, 2, 3]
    assert reader.bounds() == (1, 3)
    assert chain_holds(reader)
    journal.close()
    reader.close()


def test_an_epoch_lives_as_long_as_its_file(tmp_path: Path) -> None:
    first = Journal(tmp_path / "j")
    first.close()
    again, other = Journal(tmp_path / "j"), Journal(tmp_path / "k")
    assert first.epoch == again.epoch != other.epoch
    again.close()
    other.close()


def test_a_journal_is_opened_flushing_every_commit(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    assert journal._db.execute("PRAGMA synchronous").fetchone() == (2,)  # noqa: SLF001
    assert journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)  # noqa: SLF001
    journal.close()


def test_what_is_read_is_what_is_sent(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.append(facts("a"))
    reader = JournalReader(tmp_path / "j")
    (row,) = reader.after(0, 1)
    sent = row.envelope(StoreId("tajrish"), KioskId("tajrish-1"))
    (arrived,) = envelope.decode_batch(envelope.encode_batch([sent]))
    assert isinstance(arrived, envelope.Envelope)
    assert arrived.event() == CardRefused("a")
    assert (arrived.chain, arrived.data) == (row.chain, row.data)
    journal.close()
    reader.close()


def test_a_missing_or_broken_file_is_a_journal_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError):
        JournalReader(tmp_path / "none")
    (tmp_path / "broken").write_bytes(b"this is no database" * 100)
    with pytest.raises(JournalError):
        Journal(tmp_path / "broken")


def test_a_full_disk_is_a_journal_error_and_leaves_no_half_append(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.append(facts("a"))
    pages = journal._db.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001
    journal._db.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001
    with pytest.raises(JournalError, match="full"):
        journal.append(facts(*["x" * 40] * 2000))
    assert count(tmp_path / "j") == (journal.epoch, 1)
    journal._db.execute("PRAGMA max_page_count = 100000")  # noqa: SLF001
    assert journal.append(facts("b")) == 2
    journal.close()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.floats(0, 1))
def test_a_wal_cut_at_any_byte_recovers_every_whole_append_before_the_cut(
    sizes: list[int], share: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        live, cut = Path(folder) / "live", Path(folder) / "cut"
        wal = Path(f"{live}-wal")
        journal = Journal(live)
        journal._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # noqa: SLF001
        ends = [(0, 0)]
        for size in sizes:
            last = journal.append(facts(*["r" * 30] * size))
            ends.append((wal.stat().st_size, last))
        at = int(share * wal.stat().st_size)
        shutil.copy(live, cut)
        Path(f"{cut}-wal").write_bytes(wal.read_bytes()[:at])
        journal.close()
        whole = max(last for end, last in ends if end <= at)
        reopened = Journal(cut)
        reader = JournalReader(cut)
        assert reader.bounds()[1] == whole
        assert chain_holds(reader)
        assert reopened.append(facts("next")) == whole + 1
        reopened.close()
        reader.close()


def test_a_reader_never_writes(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    reader = JournalReader(tmp_path / "j")
    with pytest.raises(sqlite3.OperationalError):
        reader._db.execute("DELETE FROM row")  # noqa: SLF001
    journal.close()
    reader.close()


def test_a_journal_of_the_first_release_goes_on_where_it_was(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "j") as old:
        old.execute("CREATE TABLE stream (epoch TEXT NOT NULL) STRICT")
        old.execute(
            "CREATE TABLE row (sequence INTEGER PRIMARY KEY AUTOINCREMENT, type TEXT NOT NULL,"
            " data BLOB NOT NULL,"
            " chain TEXT NOT NULL, boot TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, wall REAL NOT NULL,"
            " synced INTEGER NOT NULL) STRICT"
        )
        epoch, chain, data = "ab" * 8, envelope.START, b'{"reason":"a"}'
        old.execute("INSERT INTO stream VALUES (?)", (epoch,))
        for place in (1, 2):
            chain = envelope.next_chain(chain, f"{epoch}-{place}", "club.card.refused.v1", data)
            old.execute(
                "INSERT INTO row VALUES (?, 'club.card.refused.v1', ?, ?, 'b', 5, 6.0, 1)",
                (place, data, chain),
            )
    old.close()
    journal = Journal(tmp_path / "j")
    assert journal.epoch == epoch
    assert journal.append(facts("c")) == 3
    journal.close()
    reader = JournalReader(tmp_path / "j")
    assert reader.bounds() == (1, 3)
    assert chain_holds(reader)
    reader.close()

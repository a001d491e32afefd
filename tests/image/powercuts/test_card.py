"""A card's log as QEMU itself writes it: marks stand where they were put, and partitions apart."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.image.powercuts.card import Part, split, within
from tests.powercuts.cuts import Cut, Recording, crashes
from tests.powercuts.disk import Disk
from tests.powercuts.sector import MarkedDisk, decode, encode, marked
from tests.powercuts.writes import FLUSH, MARK, SECTOR, BadLog, Entry, read

SIZE, MARKS = 1 << 20, 64
"""Bytes of a card; the sector of its marks."""
DATA = Part(1024, 512)
Order = tuple[int, int, int] | str | None
"""A write as first sector, sectors and byte; a mark's text; None flushes."""

logs = pytest.mark.skipif(
    shutil.which("qemu-io") is None, reason="not here: qemu-io; Debian's qemu-utils brings it"
)


def _word(order: Order, folder: Path) -> str:
    if order is None:
        return "flush"
    if isinstance(order, str):
        (folder / order).write_bytes(encode(order))
        return f"write -s {folder / order} {MARKS * SECTOR} {SECTOR}"
    first, count, byte = order
    return f"write -P {byte} {first * SECTOR} {count * SECTOR}"


def _log(folder: Path, orders: Sequence[Order], disk: bytes = bytes(SIZE)) -> list[Entry]:
    """What QEMU's blklogwrites logs of these, one after the other."""
    card, log = folder / "card.img", folder / "card.log"
    card.write_bytes(disk)
    log.touch()
    node = (
        f"driver=blklogwrites,file.driver=file,file.filename={card},log.driver=file,log.filename={log},"
        "log-sector-size=512,log-super-update-interval=1"
    )
    commands = [word for order in orders for word in ("-c", _word(order, folder))]
    subprocess.run(["qemu-io", "--image-opts", node, *commands], check=True, capture_output=True)
    return list(marked(read(log), MARKS))


def _expected(order: Order) -> Entry:
    if order is None:
        return Entry(FLUSH)
    if isinstance(order, str):
        return Entry(MARK, mark=order)
    first, count, byte = order
    return Entry(0, first, bytes([byte]) * count * SECTOR)


_writes = st.tuples(st.integers(100, 1000), st.integers(1, 16), st.integers(1, 255))
_marks = st.integers(0, 10**6).map(lambda number: f"kept={number}")


@logs
@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(_writes, _writes, _marks), max_size=12))
def test_what_was_written_and_marked_stands_in_the_log_in_that_order(orders: list[Order]) -> None:
    with TemporaryDirectory() as folder:
        found = _log(Path(folder), written := [(100, 1, 9), *orders])
    assert [entry for entry in found if not entry.flushes] == [_expected(order) for order in written if order]


@logs
def test_a_flush_stands_behind_what_it_made_last_and_before_the_mark_that_says_so(tmp_path: Path) -> None:
    found = _log(tmp_path, [(1024, 8, 1), None, "kept=1", (1032, 8, 2)])
    assert found[:4] == [Entry(0, 1024, b"\1" * 4096), Entry(FLUSH), Entry(MARK, mark="kept=1"), found[3]]
    whole = Recording(Disk(DATA.sectors * SECTOR), list(within(found[:4], DATA)))
    images = {bytes(next(crashes(whole, [Cut(0, 0.99, seed)])).disk) for seed in range(100)}
    assert all(image.startswith(b"\1" * 4096) for image in images), "what was confirmed is on every disk"
    assert len({image[4096:8192] for image in images}) > 2, "what was not may be there, gone or torn"


def test_only_what_lies_in_a_partition_is_written_to_it_and_every_flush_counts() -> None:
    log = [
        Entry(0, 0, bytes(SECTOR)),
        Entry(FLUSH, 200, b"x" * SECTOR),
        Entry(0, 1030, b"y" * SECTOR),
        Entry(FLUSH),
        Entry(MARK, mark="end"),
        Entry(0, 1536, b"z" * SECTOR),
    ]
    assert list(within(log, DATA)) == [
        Entry(FLUSH),
        Entry(0, 6, b"y" * SECTOR),
        Entry(FLUSH),
        Entry(MARK, mark="end"),
    ]


@pytest.mark.parametrize("first", [1023, 1535])
def test_a_write_over_a_border_is_no_write_of_a_partition(first: int) -> None:
    with pytest.raises(BadLog):
        list(within([Entry(0, first, bytes(2 * SECTOR))], DATA))


def test_what_follows_a_mark_begins_with_the_disk_as_it_was_there() -> None:
    one, two = Entry(0, 0, b"1" * SECTOR), Entry(0, 0, b"2" * SECTOR)
    whole = Recording(Disk(SECTOR), [one, Entry(MARK, mark="end"), two])
    before, after = split(whole, "end")
    assert (before.entries, after.entries) == ([one], [two])
    assert (bytes(before.disk), bytes(after.disk)) == (bytes(SECTOR), b"1" * SECTOR)
    with pytest.raises(BadLog):
        split(whole, "another")


def test_a_mark_is_written_past_the_cache_to_its_sector_and_read_again(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.write_bytes(b"\7" * SIZE)
    marks = MarkedDisk(disk, MARKS)
    for number in (1, 2):
        marks.mark(f"kept={number}")
    marks.close()
    content = disk.read_bytes()
    assert decode(content[MARKS * SECTOR :][:SECTOR]) == "kept=2"
    assert content.count(b"\7") == SIZE - SECTOR


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=400))
def test_a_mark_says_what_was_put_into_it(text: str) -> None:
    assert decode(encode(text)) == text


def test_what_is_no_mark_in_the_place_of_marks_is_an_error() -> None:
    with pytest.raises(BadLog):
        list(marked([Entry(0, MARKS, bytes(SECTOR))], MARKS))
    with pytest.raises(ValueError, match="no room"):
        encode("x" * SECTOR)

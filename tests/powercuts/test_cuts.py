"""The model of a disk that loses power: what was flushed stays, what was not may be gone or torn."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.powercuts.cuts import Crash, Cut, Recording, choose, crashes
from tests.powercuts.disk import Disk
from tests.powercuts.writes import FLUSH, FUA, MAGIC, MARK, SECTOR, BadLog, Entry, length, read

PAGE = 8 * SECTOR


def write(page: int, byte: int, flags: int = 0) -> Entry:
    return Entry(flags, page * 8, bytes([byte]) * PAGE)


def mark(text: str) -> Entry:
    return Entry(MARK, mark=text)


def recording(*entries: Entry) -> Recording:
    return Recording(Disk(8 * PAGE), entries)


def page(crash: Crash, number: int) -> bytes:
    return bytes(crash.disk)[number * PAGE : (number + 1) * PAGE]


ONE = recording(
    write(0, 1), Entry(FLUSH), mark("kept=3"), write(1, 2), write(2, 3, FUA), write(3, 4), mark("catalogue=1")
)


@given(st.integers(0, 2**32 - 1))
def test_flushed_writes_are_there_and_others_may_be_whole_torn_or_gone(seed: int) -> None:
    (crash,) = crashes(ONE, [Cut(0, 0.99, seed)])
    assert page(crash, 0) == b"\1" * PAGE
    assert page(crash, 2) == b"\3" * PAGE, (
        "a write that goes through the cache lasts, and takes no other with it"
    )
    for number, byte in ((1, 2), (3, 4)):
        sectors = [page(crash, number)[at : at + SECTOR] for at in range(0, PAGE, SECTOR)]
        assert all(sector in (bytes(SECTOR), bytes([byte]) * SECTOR) for sector in sectors)
    assert page(crash, 4) == bytes(PAGE)


def test_each_fate_of_a_write_is_tried() -> None:
    fates = {page(next(crashes(ONE, [Cut(0, 0.99, seed)])), 1) for seed in range(200)}
    assert {bytes(PAGE), b"\2" * PAGE} < fates, "gone, whole, and some torn"


def test_only_what_stands_before_the_cut_is_written_or_counts_as_confirmed() -> None:
    two = recording(mark("kept=3"), write(0, 1), Entry(FLUSH), mark("kept=7"), write(1, 2), Entry(FLUSH))
    early, late = crashes(two, [Cut(0, 0.0, 1), Cut(1, 0.99, 1)])
    assert (early.kept, late.kept) == (3, 7)
    assert page(early, 0) == bytes(PAGE)
    assert (page(late, 0), page(late, 1)) == (b"\1" * PAGE, b"\2" * PAGE)


def test_a_cut_is_the_same_however_many_came_before_it() -> None:
    chosen = choose(ONE, 20, seed=5)
    alone = [next(crashes(ONE, [cut])) for cut in chosen]
    assert list(crashes(ONE, chosen)) == alone


@given(st.integers(1, 50), st.integers())
def test_a_seed_always_chooses_the_same_cuts_in_the_order_of_time(count: int, seed: int) -> None:
    chosen = choose(ONE, count, seed)
    assert chosen == choose(ONE, count, seed)
    assert len(chosen) == count
    assert all(before <= after for before, after in pairwise(chosen))


def test_a_log_is_read_as_the_kernel_writes_it(tmp_path: Path) -> None:
    def sector(*words: int, text: bytes = b"") -> bytes:
        return (b"".join(word.to_bytes(8, "little") for word in words) + text).ljust(SECTOR, b"\0")

    log = tmp_path / "log"
    log.write_bytes(
        sector(MAGIC, 1, 3, SECTOR)
        + sector(16, 1, FUA, 0)
        + b"x" * SECTOR
        + sector(0, 0, MARK, 6, text=b"kept=7")
        + sector(0, 0, FLUSH, 0)
    )
    assert read(log) == [Entry(FUA, 16, b"x" * SECTOR), Entry(MARK, mark="kept=7"), Entry(FLUSH)]
    assert length(log) == 3
    for broken in (log.read_bytes()[:-SECTOR], b"x" * SECTOR, b""):
        log.write_bytes(broken)
        with pytest.raises(BadLog):
            read(log)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([bytes(SECTOR), b"a" * SECTOR, b"bc" * SECTOR])))
)
def test_a_disk_in_memory_holds_what_was_written_last(writes: list[tuple[int, bytes]]) -> None:
    disk, expected = (
        Disk.of(b"\1" * SECTOR + bytes(63 * SECTOR)),
        bytearray(b"\1" * SECTOR + bytes(63 * SECTOR)),
    )
    before = disk.copy()
    for sector, data in writes:
        disk.write(sector, data)
        expected[sector * SECTOR : sector * SECTOR + len(data)] = data
    with TemporaryDirectory() as folder:
        disk.save(file := Path(folder) / "disk")
        assert disk.read(5, 7) == expected[5 * SECTOR : 12 * SECTOR]
        assert bytes(disk) == file.read_bytes() == expected
    assert bytes(before) == b"\1" * SECTOR + bytes(63 * SECTOR), "a copy changes alone"
    assert (disk == before) == (bytes(disk) == bytes(before))


def test_a_disk_has_an_end() -> None:
    with pytest.raises(ValueError, match="beyond"):
        Disk(SECTOR).write(1, bytes(SECTOR))

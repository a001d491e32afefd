"""The parts of a start that need no machine: disk, note, superblock, keys, priorities."""

import logging
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image import layout
from kiosk.device import (
    disk,
    filesystem,
    host_keys,
    lost_and_found,
    machine_id,
    making,
    model,
    setup,
    shaping,
    watchdog,
)
from kiosk.device.deciding import LEAST, Do, Found, decide, outgrown
from kiosk.device.disk import LARGEST, Disk, Partition
from kiosk.device.filesystem import Superblock
from kiosk.device.making import Note
from kiosk.device.priorities import ALERT, Prefixed
from kiosk.device.running import MISSING, TIMED_OUT, run
from tests.uml import environment

ID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def sysfs(tmp_path: Path) -> Path:
    """A disk on whose second partition `tmp_path` lies, and a stick that looks alike."""
    number = tmp_path.stat().st_dev
    for name in ("mmcblk0", "sda"):
        folder = tmp_path / "sys/devices" / name
        folder.mkdir(parents=True)
        (folder / "size").write_text("8000000\n")
        for part, (start, size) in enumerate([(8192, 524288), (532480, 3145728), (3678208, 32768)], 1):
            one = folder / f"{name}{'p' if name[-1].isdigit() else ''}{part}"
            one.mkdir()
            for file, value in (("partition", part), ("start", start), ("size", size)):
                (one / file).write_text(f"{value}\n")
    (tmp_path / "sys/dev/block").mkdir(parents=True)
    (tmp_path / "sys/dev/block" / f"{os.major(number)}:{os.minor(number)}").symlink_to(
        "../../devices/mmcblk0/mmcblk0p2"
    )
    return tmp_path / "sys"


def test_the_disk_is_the_one_that_root_lies_on_whatever_else_is_plugged_in(sysfs: Path) -> None:
    dev = sysfs.with_name("dev")
    dev.mkdir()
    (dev / "mmcblk0p2").touch()
    found = disk.of_root(sysfs, dev, sysfs)
    assert found is not None
    assert (found.node, found.sectors) == (dev / "mmcblk0", 8000000)
    assert found.data == Partition(dev / "mmcblk0p3", 3678208, 32768)
    assert found.partitions[disk.BOOT].node == dev / "mmcblk0p1"


def test_a_container_has_no_disk_though_its_root_lies_on_its_hosts(sysfs: Path) -> None:
    dev = sysfs.with_name("dev")
    dev.mkdir()
    assert disk.of_root(sysfs, dev, sysfs) is None


def test_a_root_on_no_partition_has_no_disk(tmp_path: Path) -> None:
    assert disk.of_root(tmp_path, root=tmp_path) is None


@given(st.integers(4096, 2**34), st.integers(1, 2**33), st.integers(1, 2**33))
def test_a_partition_grows_within_the_disk_or_not_at_all(sectors: int, start: int, size: int) -> None:
    found = disk.room(Disk(Path("/dev/x"), sectors, {3: Partition(Path("/dev/x3"), start, size)}))
    if found is not None:
        assert size < found <= LARGEST
        assert start + found <= sectors
        assert disk.room(Disk(Path("/dev/x"), sectors, {3: Partition(Path("/dev/x3"), start, found)})) is None


@given(st.booleans(), st.integers(0, 999_999_999))
def test_a_note_is_read_as_it_was_written_and_touches_nothing_else(making_: bool, remade: int) -> None:  # noqa: FBT001
    with (Path("/dev/shm") / f"note-{os.getpid()}").open("w+b") as file:
        path = Path(file.name)
        path.write_bytes(b"x" * (making.AT + 2 * making.SIZE))
        try:
            assert making.read(path) is None
            making.write(path, Note(making_, remade))
            assert making.read(path) == Note(making_, remade)
            assert path.read_bytes().replace(b"x", b"").rstrip(b"\0")[:12] == b"bashgah-data"
            assert path.read_bytes()[making.AT + making.SIZE :] == b"x" * making.SIZE
        finally:
            path.unlink()


def test_a_disk_that_ends_before_the_note_has_none(tmp_path: Path) -> None:
    short = tmp_path / "short"
    short.touch()
    os.truncate(short, making.AT)
    assert making.read(short) is None


@pytest.mark.parametrize("size", [2**26, 2**29, 5 * 10**9])
def test_a_superblock_says_how_large_its_filesystem_is(tmp_path: Path, size: int) -> None:
    image = tmp_path / "image"
    image.touch()
    os.truncate(image, size)
    assert filesystem.is_blank(image)
    assert filesystem.superblock(image) is None
    subprocess.run(
        ["mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", image], check=True, env=environment(tmp_path)
    )
    assert filesystem.superblock(image) == Superblock(size // 4096 * 4096, in_error=False)
    assert not filesystem.is_blank(image)


def test_a_filesystem_whose_end_did_not_fit_on_the_card_is_left_alone(tmp_path: Path) -> None:
    image = tmp_path / "image"
    image.touch()
    os.truncate(image, 2**30)
    subprocess.run(
        ["mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", image], check=True, env=environment(tmp_path)
    )
    os.truncate(image, 2**30 - 2**20)
    found = Found(filesystem.superblock(image), Note(), blank=False)
    assert decide(found, image.stat().st_size) is Do.LEAVE
    assert decide(found, 2**30) is Do.USE


BLOCK = Superblock(2**30, in_error=False)
MADE, MAKING = Note(remade=1), Note(making=True)
DECISIONS = {
    "a first start": (None, None, True, Do.MAKE),
    "a first start that was cut": (None, MAKING, True, Do.MAKE),
    "half-made already": (BLOCK, MAKING, False, Do.MAKE),
    "noise, half-made": (None, MAKING, False, Do.MAKE),
    "in order": (BLOCK, MADE, False, Do.USE),
    "in order, without a note": (BLOCK, None, False, Do.USE),
    "noise": (None, MADE, False, Do.USE),
    "noise, without a note": (None, None, False, Do.USE),
    "zeros where data was": (None, MADE, True, Do.USE),
}


@pytest.mark.parametrize("what", DECISIONS)
def test_what_may_hold_data_is_never_made_over_without_a_try_to_mend_it(what: str) -> None:
    superblock, note, blank, does = DECISIONS[what]
    found = Found(superblock, note, blank)
    assert decide(found, 2**30) is does
    assert decide(found, LEAST) is (Do.LEAVE if superblock and does is Do.USE else does)
    assert decide(found, LEAST - 1) is (Do.USE if superblock is None and does is Do.USE else Do.LEAVE)


def test_a_filesystem_grows_only_when_it_is_worth_it() -> None:
    block = Superblock(2**30, in_error=False)
    assert not outgrown(block, 2**30 + 2**20)
    assert outgrown(block, 2**31)
    assert not outgrown(None, 2**31)


def test_a_program_that_hangs_or_is_not_there_is_an_answer_too() -> None:
    assert run(["sleep", "60"], 0.05) == (TIMED_OUT, "ended after 0 s")
    assert run(["bashgah-no-such-program"], 1)[0] == MISSING
    assert run(["sh", "-c", "cat; echo two >&2; exit 3"], 5, "one\n") == (3, "one\ntwo\n")


def test_our_folders_are_put_back_and_the_rest_stays_where_it_was_found(tmp_path: Path) -> None:
    for path in ("#12/journal.db", "#13/machine-id", "#14", "#15/journal.db/x"):
        (tmp_path / "lost+found" / path).mkdir(parents=True)
    (tmp_path / "kiosk").mkdir()
    assert lost_and_found.put_back(tmp_path) == 2
    assert (tmp_path / "kiosk/journal.db").exists()
    assert (tmp_path / "system/machine-id").exists()
    assert {one.name for one in (tmp_path / "lost+found").iterdir()} == {"#14", "#15"}
    assert lost_and_found.put_back(tmp_path) == 2


def test_what_is_there_is_not_put_over(tmp_path: Path) -> None:
    (tmp_path / "lost+found/#12/journal.db").mkdir(parents=True)
    (tmp_path / "kiosk").mkdir()
    (tmp_path / "kiosk/journal.db").write_text("mine")
    assert lost_and_found.put_back(tmp_path) == 1
    assert (tmp_path / "kiosk/journal.db").read_text() == "mine"


def test_the_first_starts_machine_id_is_kept_and_no_later_one(tmp_path: Path) -> None:
    current = tmp_path / "current"
    current.write_text(f"{ID}\n")
    assert machine_id.keep(tmp_path, current)
    assert (tmp_path / "machine-id").read_text() == f"{ID}\n"
    current.write_text("f" * 32)
    assert not machine_id.keep(tmp_path, current)
    assert (tmp_path / "machine-id").read_text() == f"{ID}\n"


def test_a_machine_id_that_a_power_cut_left_empty_is_written_again(tmp_path: Path) -> None:
    (tmp_path / "machine-id").touch()
    current = tmp_path / "current"
    current.write_text(f"{ID}\n")
    assert machine_id.keep(tmp_path, current)
    current.write_text("uninitialized\n")
    (tmp_path / "machine-id").unlink()
    with pytest.raises(OSError, match="no machine-id"):
        machine_id.keep(tmp_path, current)


def test_a_host_key_is_made_once_on_the_kiosk_and_a_half_written_one_again(tmp_path: Path) -> None:
    folder = tmp_path / "ssh"
    assert host_keys.make(folder) == ""
    first = (folder / f"{host_keys.NAME}.pub").read_text()
    assert host_keys.make(folder) == ""
    assert (folder / f"{host_keys.NAME}.pub").read_text() == first
    assert (folder / host_keys.NAME).stat().st_mode & 0o777 == 0o600
    (folder / host_keys.NAME).write_bytes(b"")
    assert host_keys.make(folder) == ""
    assert (folder / f"{host_keys.NAME}.pub").read_text() != first


def test_a_watchdog_counts_only_when_it_is_armed(tmp_path: Path) -> None:
    assert watchdog.armed(tmp_path) is None
    assert not watchdog.expected(tmp_path)
    place = tmp_path / watchdog.PLACE
    place.mkdir(parents=True)
    (place / "timeout").write_text("15\n")
    (place / "state").write_text("inactive\n")
    assert watchdog.armed(tmp_path) is None
    assert watchdog.expected(tmp_path)
    (place / "state").write_text("active\n")
    assert watchdog.armed(tmp_path) == 15.0


def test_a_raspberry_pi_has_a_watchdog_though_its_driver_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / model.MODEL).parent.mkdir(parents=True)
    (tmp_path / model.MODEL).write_bytes(b"Raspberry Pi 4 Model B Rev 1.4\0")
    assert watchdog.expected(tmp_path)
    (tmp_path / model.MODEL).write_bytes(b"linux,dummy-virt\0")
    assert not watchdog.expected(tmp_path)


def test_the_journal_hears_how_bad_it_is() -> None:
    record = logging.LogRecord("x", ALERT, "", 0, "one\ntwo", (), None)
    assert Prefixed("%(message)s").format(record) == "<1>one\n<1>two"
    record.levelno = logging.WARNING
    assert Prefixed("%(message)s").format(record) == "<4>one\n<4>two"


def test_a_part_that_fails_in_a_way_nobody_thought_of_keeps_no_other_from_being_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    done: list[str] = []

    def fails() -> None:
        raise RecursionError("brackets")

    setup.each((lambda: done.append("before"), fails, lambda: done.append("after")))
    assert done == ["before", "after"]
    assert "brackets" in caplog.text


def test_the_card_that_is_made_and_the_card_that_starts_are_divided_alike() -> None:
    assert (disk.BOOT, disk.DATA) == (layout.BOOT, layout.DATA)
    assert (filesystem.BLANK, LEAST) == (layout.DATA_MIB * layout.MIB, layout.LEAST_DATA_MIB * layout.MIB)
    assert shaping.LABEL == layout.DATA_LABEL
    assert making.AT + making.SIZE <= layout.GAP_MIB * layout.MIB

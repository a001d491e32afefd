"""Kiosks start on real cards: blank, grown, too small, broken in every way, with the power cut at every step.

Partitions, ext4 and mounts are a real kernel's, which is a process here; the cards are sparse files.
"""

import os
import subprocess
from pathlib import Path

import pytest

from kiosk.device import making
from tests import uml
from tests.device import card
from tests.device.card import GB, IMAGE, cut_out, flash, partitions, write
from tests.device.start import Start, missing, start
from tests.uml import environment

pytestmark = pytest.mark.skipif(
    bool(missing()), reason=f"not here: {', '.join(missing())}; `make setup-powercuts` brings it"
)
MONEY = "echo 50000 >kiosk/journal.db"
FIRST = ["growing", "noting", "making", "made", "mounting", "folders", "done", "end"]
COPIES = (0, *(group * 2**27 for group in (1, 3, 5, 7, 9, 25, 27, 49)))
"""Where ext4 has its superblock and copies of it: in groups of 128 MiB, those that sparse_super names."""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return flash(tmp_path / "card.img", 4 * GB)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = flash(tmp_path_factory.mktemp("first") / "card.img", 4 * GB)
    assert start(path, MONEY).told.data == "made"
    return path


@pytest.fixture
def used(first: Path, tmp_path: Path) -> Path:
    """A card with money on it."""
    path = tmp_path / "card.img"
    subprocess.run(["cp", "--sparse=always", first, path], check=True)
    return path


def has_money(after: Start) -> bool:
    return after.tree.get("kiosk/journal.db", [""])[-1] == "6"


def destroy(path: Path) -> None:
    """Noise over every copy of the superblock."""
    for at in COPIES:
        if at < partitions(path)[2][1] * 512:
            write(path, at, os.urandom(2**20))


def spoil(path: Path, command: str, mebibytes: int) -> None:
    """Change a card's filesystem by a command of debugfs, which writes in so many of its first MiB."""
    data = cut_out(path, path.with_name("data.img"))
    words = ["debugfs", "-w", "-R", command, str(data)]
    subprocess.run(words, check=True, capture_output=True, env=environment(data.parent))
    with data.open("rb") as file:
        write(path, 0, file.read(mebibytes * 2**20))


@pytest.mark.parametrize("size", [4 * GB, 64 * GB])
def test_a_first_start_makes_data_as_large_as_the_card_allows(tmp_path: Path, size: int) -> None:
    path = flash(tmp_path / "card.img", size)
    made = start(path)
    assert (made.told.data, made.told.remade, made.steps) == ("made", 0, FIRST)
    assert size - 2**20 <= card.DATA_AT + made.told.data_bytes <= size
    assert partitions(path)[2] == (card.DATA_AT // 512, made.told.data_bytes // 512)
    assert "ext4 rw,lazytime,nosuid,nodev,noexec,noatime" in made.mounts
    assert made.tree["kiosk"][0] == "drwxrws---"
    assert made.tree["system/systemd"][0] == "drwxr-xr-x"


def test_a_second_start_finds_what_the_first_left(used: Path) -> None:
    again = start(used)
    assert (again.told.data, again.told.remade, again.told.detail) == ("sound", 0, "")
    assert again.steps == ["mending 0", "folders", "done", "end"]
    assert has_money(again)


@pytest.mark.parametrize("size", [card.DATA_AT, IMAGE, 2 * GB])
def test_a_card_that_is_too_small_is_left_alone_and_the_start_goes_on(tmp_path: Path, size: int) -> None:
    path = flash(tmp_path / "card.img", size)
    ended = start(path)
    assert ended.told.data == "too-small"
    assert ended.steps[-1] == "end"
    assert "tmpfs ro," in ended.mounts
    assert making.read(path) is None


def test_the_first_card_that_is_large_enough_is_taken(tmp_path: Path) -> None:
    assert start(flash(tmp_path / "card.img", card.DATA_AT + 512 * 2**20)).told.data == "made"


def test_what_was_written_before_a_power_cut_is_there_after_it_and_nothing_is_called_broken(
    small: Path,
) -> None:
    start(small, MONEY, "sync", cut="end")
    again = start(small)
    assert (again.told.data, again.told.detail) == ("sound", "")
    assert has_money(again)


def test_a_card_copied_to_a_larger_one_grows_with_all_that_is_on_it(used: Path) -> None:
    os.truncate(used, 8 * GB)
    grown = start(used, "df -B1 --output=size . | tail -n 1 >size", "cp size kiosk/size")
    assert (grown.told.data, grown.told.detail) == ("sound", "")
    assert "resizing" in grown.steps
    assert has_money(grown)
    assert grown.told.data_bytes > 6 * GB
    check = subprocess.run(
        ["dumpe2fs", "-h", cut_out(used, used.with_name("data.img"))],
        capture_output=True, text=True, check=True, env=environment(used.parent),
    )  # fmt: skip
    assert f"Block count:              {grown.told.data_bytes // 4096}\n" in check.stdout


def test_a_card_copied_to_a_smaller_one_is_left_as_it_is_and_says_how_large_it_was(used: Path) -> None:
    os.truncate(used, 4 * GB - 2**24)
    small = start(used)
    assert small.told.data == "too-small"
    assert small.told.detail.endswith(f"copy it to one of at least {4 * GB // 2**20} MiB")
    assert not [step for step in small.steps if step.startswith("mending")]
    os.truncate(used, 4 * GB)
    assert has_money(start(used))


def test_a_lost_superblock_comes_back_from_its_copy_with_all_data(used: Path) -> None:
    write(used, 1024, bytes(1024))
    mended = start(used)
    assert (mended.told.data, mended.told.remade) == ("repaired", 0)
    assert has_money(mended)
    assert start(used).told.data == "sound"


def test_zeros_where_data_was_are_no_first_start(used: Path) -> None:
    write(used, 0, bytes(17 * 2**20))
    mended = start(used)
    assert (mended.told.data, mended.told.remade) == ("repaired", 0)
    os.truncate(used, card.DATA_AT)
    os.truncate(used, 4 * GB)
    lost = start(used)
    assert (lost.told.data, lost.told.remade) == ("remade", 1)
    assert "<1>DATA LOST" in lost.said


def test_noise_over_the_first_copies_is_mended_from_a_later_one(used: Path) -> None:
    for at in COPIES[:2]:
        write(used, at, os.urandom(8192))
    mended = start(used)
    assert (mended.told.data, mended.told.remade) == ("repaired", 0)
    assert has_money(mended)


def test_an_error_that_the_kernel_met_is_mended_at_the_next_start(used: Path) -> None:
    spoil(used, "set_super_value state 2", 1)
    assert start(used).told.data == "repaired"
    assert start(used).told.data == "sound"


def test_folders_that_lost_their_place_get_it_back(used: Path) -> None:
    spoil(used, "clri <2>", 64)
    mended = start(used)
    assert mended.told.data == "repaired"
    assert has_money(mended)


def test_what_broke_unseen_is_found_at_the_next_start_and_nothing_is_thrown_away(used: Path) -> None:
    spoil(used, "clri /kiosk", 64)
    mended = start(used)
    assert mended.told.data == "repaired"
    assert mended.told.detail == "without a place, in lost+found: 1"
    assert [size for name, (_, _, size) in mended.tree.items() if name.startswith("lost+found/#")] == ["6"]
    assert mended.tree["kiosk"][0] == "drwxrws---"


def test_data_beyond_repair_is_made_anew_once_and_loudly_and_counted(used: Path) -> None:
    destroy(used)
    lost = start(used, MONEY)
    assert (lost.told.data, lost.told.remade) == ("remade", 1)
    assert "<1>DATA LOST" in lost.said
    ways = [step for step in lost.steps if step.startswith("mending")]
    assert ways == [f"mending {number}" for number in range(6)]
    after = start(used)
    assert (after.told.data, after.told.remade) == ("sound", 1)
    assert has_money(after)
    destroy(used)
    assert start(used).told.remade == 2


def test_power_cut_at_every_step_of_the_first_start_in_turn(small: Path) -> None:
    for step in (*FIRST[:3], "within making", *FIRST[3:-1]):
        assert start(small, cut=step).report is None
    after = start(small, MONEY)
    assert (after.told.data in {"made", "sound"}, after.told.remade) == (True, 0)
    assert has_money(start(small))


def test_power_cut_at_every_step_of_a_remake_in_turn_counts_it_once(used: Path) -> None:
    destroy(used)
    for step in ("mending 3", "noting", "making", "within making", "made"):
        assert start(used, cut=step).report is None
    after = start(used)
    assert (after.told.data, after.told.remade) == ("remade", 1)


def test_a_cut_between_table_and_kernel_is_made_up_for(small: Path) -> None:
    start(small, cut="noting")
    assert partitions(small)[2][1] * 512 > 2 * GB
    assert start(small).steps == FIRST[1:]


@pytest.mark.parametrize("when", ["small", "used"])
def test_a_card_that_takes_nothing_is_left_as_it_is(when: str, request: pytest.FixtureRequest) -> None:
    path: Path = request.getfixturevalue(when)
    before = partitions(path)
    ended = start(path, "touch system/written", "! touch kiosk/written", read_only=True)
    assert ended.told.data == "broken"
    assert ended.told.detail
    assert "DATA LOST" not in ended.said
    assert "system/written" in ended.tree
    assert partitions(path) == before
    if when == "used":
        assert has_money(start(path))


def test_a_card_that_was_partitioned_otherwise_gets_no_note_into_a_partition(small: Path) -> None:
    words = ["sfdisk", "-q", "-N", "1", str(small)]
    subprocess.run(words, input=b"1MiB, 256MiB", check=True, env=environment(small.parent))
    ended = start(small)
    assert ended.told.data == "broken"
    assert "partitioned otherwise" in ended.told.detail
    assert ended.steps == ["done", "end"]
    assert making.read(small) is None


def test_a_worn_card_that_only_says_it_wrote_is_found_out(small: Path) -> None:
    folder = small.with_name("worn")
    folder.mkdir()
    assert "found out: /dev/dm-0: what is written is not there" in uml.run(
        folder, [small], "tests.device.worn"
    )

"""A row of backups: how many stay, which go for want of room, and that nothing else is touched."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.fleet.backup import BackupError
from cloud.fleet.backup_nightly import beside_the_others
from cloud.fleet.backup_row import LEAST, backups, given_up, name_at, needed, surplus
from tests.cloud.processes import Cloud
from tests.cloud.test_backup import cloud, command
from tests.mqtt.broker import Broker

NIGHT = datetime(2026, 3, 21, 2, 30, tzinfo=UTC)
NAMES = [name_at(NIGHT + timedelta(days=day)) for day in range(20)]
__all__ = ["Broker", "cloud"]


@given(st.sets(st.sampled_from(NAMES)), st.integers(-1, 25))
def test_the_newest_stay_and_one_at_least(there: set[str], keep: int) -> None:
    gone = surplus([*there, "before-upgrade.tar", "bashgah.tar"], keep)
    stay = there - set(gone)
    assert len(stay) == min(len(there), max(keep, 1))
    assert all(old < new for old in gone for new in stay)


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 1000)), st.integers(-10, 20_000))
def test_for_room_only_as_many_go_as_are_needed_and_two_stay(sizes: dict[str, int], missing: int) -> None:
    gone = given_up(sizes, missing)
    assert gone == backups(sizes)[: len(gone)]
    assert len(sizes) - len(gone) >= min(LEAST, len(sizes))
    if gone:
        assert sum(sizes[name] for name in gone[:-1]) < missing <= sum(sizes[name] for name in gone)
    elif missing > 0:
        assert sum(sizes[name] for name in backups(sizes)[:-LEAST]) < missing


def test_names_of_a_row_are_in_order_and_in_utc() -> None:
    tehran = NIGHT.astimezone().replace(microsecond=1)
    assert name_at(tehran) == "bashgah-20260321T023000Z.tar"
    assert sorted(NAMES) == NAMES == backups(NAMES[::-1])


def test_a_database_without_room_for_two_of_it_is_not_backed_up_and_no_backup_goes(tmp_path: Path) -> None:
    for name in NAMES[:5]:
        (tmp_path / name).write_bytes(b"old")
    with pytest.raises(BackupError, match="no room"):
        beside_the_others(tmp_path, 3, sys.maxsize // 4, lambda _: pytest.fail("written"), print)
    assert backups([path.name for path in tmp_path.iterdir()]) == NAMES[:5]
    assert needed(100, 1000) == 250


def test_a_backup_that_fails_takes_none_of_the_others_place(tmp_path: Path) -> None:
    (tmp_path / NAMES[0]).write_bytes(b"old")

    def fails(_: Path) -> None:
        raise BackupError("the disk is gone")

    with pytest.raises(BackupError, match="the disk is gone"):
        beside_the_others(tmp_path, 1, 0, fails, print)
    assert [path.name for path in tmp_path.iterdir()] == [NAMES[0]]


def test_the_command_keeps_so_many_and_nobody_elses_files(cloud: Cloud, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in [*NAMES[:3], "before-upgrade.tar"]:
        (folder / name).write_bytes(b"old")
    done = command(cloud, "backup", "--into", str(folder), "--keep", "2")
    assert done.returncode == 0, done.stderr
    left = {path.name for path in folder.iterdir()}
    [newest] = left - {NAMES[2], "before-upgrade.tar"}
    assert command(cloud, "restore", str(folder / newest), "--yes").returncode == 0


def test_a_folder_that_is_not_there_is_told(cloud: Cloud, tmp_path: Path) -> None:
    done = command(cloud, "backup", "--into", str(tmp_path / "unmounted"))
    assert done.returncode != 0
    assert "there is no folder" in done.stderr

"""Backups beside each other in a folder: room is made before, and what is too old goes after."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cloud.fleet.backup import BackupError, Say, has_room
from cloud.fleet.backup_row import backups, given_up, name_at, needed, surplus


def beside_the_others(folder: Path, keep: int, size: int, write: Callable[[Path], None], say: Say) -> None:
    """Let `write` make a new backup of a database of `size` bytes in a folder, and keep the `keep` newest.

    The disk is never filled: where there is no room, the oldest go first, but for two; where that would not
    be enough, none goes. Raises BackupError.
    """
    if not folder.is_dir():
        raise BackupError(f"there is no folder {folder}")
    _make_room(folder, size, say)
    write(folder / name_at(datetime.now(UTC)))
    _remove(folder, surplus(_names(folder), keep), say)


def _make_room(folder: Path, size: int, say: Say) -> None:
    disk = shutil.disk_usage(folder)
    wanted = needed(size, disk.total)
    sizes = {name: (folder / name).stat().st_size for name in backups(_names(folder))}
    _remove(folder, given_up(sizes, wanted - disk.free), say)
    has_room(folder, wanted)


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _remove(folder: Path, names: list[str], say: Say) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
        say(f"{name} is gone")

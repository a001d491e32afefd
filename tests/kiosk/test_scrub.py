"""Small pieces of freed memory are overwritten, and the replica's side of it keeps finding members."""

import ctypes
from pathlib import Path

import pytest

from kiosk.members import Members, Replica
from kiosk.scrub import _free, _malloc, scrub
from mqtt.down import MembersBatch
from tests.kiosk.conftest import member

SECRET = b"a name and what is owed to it"


def opened(folder: Path) -> int:
    fds = Path("/proc/self/fd").iterdir()
    return sum(str(fd.readlink()).startswith(str(folder)) for fd in fds if fd.is_symlink())


@pytest.mark.parametrize("size", [64, 200, 1000])
def test_what_was_freed_last_is_overwritten(size: int) -> None:
    piece = _malloc(size)
    ctypes.memmove(piece + 16, SECRET, len(SECRET))
    _free(piece)
    assert ctypes.string_at(piece + 16, len(SECRET)) == SECRET, "glibc keeps it as it was"
    scrub()
    assert ctypes.string_at(piece + 16, len(SECRET)) != SECRET


def test_members_are_found_after_everything_read_was_forgotten(tmp_path: Path) -> None:
    replica, members = Replica(tmp_path / "replica.db"), Members(tmp_path / "replica.db")
    replica.apply(MembersBatch("g", 0, 1, 1, (member(1),)))
    assert members.find(member(1).cards) == member(1)
    counts = []
    for _ in range(5):
        members.forget()
        assert members.find(member(1).cards) == member(1)
        counts.append(opened(tmp_path))
    assert len(set(counts)) == 1, "no file is left open"
    members.close()
    replica.close()

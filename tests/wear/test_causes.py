"""Blocks of a real ext4 are those of the files that lie there."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.powercuts.writes import FLUSH, SECTOR, Entry
from tests.uml import environment
from tests.wear.causes import BLOCK, EXT4, EXT4_JOURNAL, by_cause, owners

pytestmark = pytest.mark.skipif(
    shutil.which("mke2fs", path="/usr/sbin:/sbin") is None, reason="not here: mke2fs; e2fsprogs brings it"
)
CONTENT = b"confirmed" * 2000


@pytest.fixture
def image(tmp_path: Path) -> Path:
    folder, path = tmp_path / "files/kiosk", tmp_path / "data.img"
    folder.mkdir(parents=True)
    for name in ("journal.db", "journal.db-wal", "replica.db"):
        (folder / name).write_bytes(name.encode() + CONTENT)
    command = ["mke2fs", "-q", "-t", "ext4", "-b", str(BLOCK), "-d", str(folder.parent), str(path), "32M"]
    subprocess.run(command, check=True, env=environment(tmp_path), capture_output=True)
    return path


def test_each_block_has_the_name_of_its_file(image: Path) -> None:
    whose, content = owners(image), image.read_bytes()
    for name, cause in (("journal.db", "journal.db"), ("journal.db-wal", "journal.db"), ("replica.db",) * 2):
        at = content.index(name.encode() + b"confirmed") // BLOCK
        assert {whose[at + block] for block in range(len(CONTENT) // BLOCK)} == {cause}
    assert EXT4_JOURNAL in whose.values()
    assert 0 not in whose


def test_bytes_are_counted_by_what_they_were_written_to() -> None:
    entries = [
        Entry(0, 8, b"x" * SECTOR),
        Entry(FLUSH),
        Entry(0, 15, b"x" * 2 * SECTOR),
        Entry(0, 80, b"x" * BLOCK),
    ]
    assert by_cause(entries, {1: "journal.db", 2: "replica.db"}) == {
        "journal.db": 2 * SECTOR,
        "replica.db": SECTOR,
        EXT4: BLOCK,
    }

"""What of a filesystem each write went to: a file by its name, or ext4's own structures."""

import re
import stat
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.powercuts.writes import SECTOR, Entry
from tests.uml import environment

BLOCK = 4096
"""Bytes of a block of the data filesystem (kiosk.device.shaping)."""
JOURNAL_INODE = 8
"""EXT4_JOURNAL_INO: Linux, Documentation/filesystems/ext4/special_inodes.rst."""
EXT4_JOURNAL, EXT4 = "ext4's journal", "ext4's tables and folders"
ROOT_INODE = 2
_ENTRY = re.compile(r"/(?P<inode>\d+)/(?P<mode>\d+)/\d+/\d+/(?P<name>[^/]+)/")
_ENDS = ("-wal", "-shm", "-journal", ".new")


def by_cause(entries: Iterable[Entry], owners: Mapping[int, str]) -> Counter[str]:
    """Bytes written, by what they went to. Sectors of the entries are the filesystem's own."""
    found: Counter[str] = Counter()
    for entry in entries:
        for offset in range(0, len(entry.data), SECTOR):
            block = (entry.sector * SECTOR + offset) // BLOCK
            found[owners.get(block, EXT4)] += SECTOR
    return found


def owners(image: Path) -> dict[int, str]:
    """Whose each block of a sound filesystem is, by its number; what lies beside a database is its own."""
    names = {JOURNAL_INODE: EXT4_JOURNAL, **dict(_files(image, ROOT_INODE))}
    said = _debugfs(image, *(f"blocks <{inode}>" for inode in names))
    parts = re.split(r"^debugfs: .*\n", said, flags=re.MULTILINE)[1:]
    return {
        int(block): name
        for name, blocks in zip(names.values(), parts, strict=True)
        for block in blocks.split()
    }


def sound(image: Path) -> Path:
    """The same, mended where a power cut left it, as the next start would have it."""
    home = environment(image.parent)
    subprocess.run(["e2fsck", "-p", image], check=False, capture_output=True, env=home)
    return image


def _files(image: Path, folder: int) -> Iterator[tuple[int, str]]:
    """Every file below a folder: inode, and the name without what SQLite and others put behind it."""
    for entry in _ENTRY.finditer(_debugfs(image, f"ls -p <{folder}>")):
        inode, mode, name = int(entry["inode"]), int(entry["mode"], 8), entry["name"]
        if stat.S_ISREG(mode):
            yield inode, _plain(name)
        elif stat.S_ISDIR(mode) and name not in {".", ".."}:
            yield from _files(image, inode)


def _plain(name: str) -> str:
    for end in _ENDS:
        name = name.removesuffix(end)
    return name


def _debugfs(image: Path, *commands: str) -> str:
    """What debugfs(8) says to each, behind a line with the command."""
    done = subprocess.run(
        ["debugfs", "-f", "-", str(image)],
        input="".join(f"{command}\n" for command in commands),
        capture_output=True,
        text=True,
        check=True,
        env=environment(image.parent),
    )
    return done.stdout

"""What lies on the data partition, by its superblock (Linux, Documentation/filesystems/ext4/super.rst)."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BLANK: Final = 16 * 2**20
"""Bytes of zeros with which it begins in the image: image/layout.py, DATA_MIB."""
_SUPERBLOCK, _SIZE, _MAGIC = 1024, 1024, 0xEF53
_ERRORS: Final = 0x0002
"""In s_state: the kernel met an error, and has stopped writing."""
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Superblock:
    """`bytes`: how large the filesystem is; `in_error`: the kernel found it inconsistent while in use."""

    bytes: int
    in_error: bool


def superblock(node: Path) -> Superblock | None:
    """The first one; None if there is none. Raises OSError."""
    with node.open("rb", buffering=0) as file:
        file.seek(_SUPERBLOCK)
        read = file.read(_SIZE)
    if len(read) < _SIZE or struct.unpack_from("<H", read, 0x38)[0] != _MAGIC:
        return None
    low, shift, state = (struct.unpack_from(form, read, at)[0] for form, at in _FIELDS)
    high = struct.unpack_from("<I", read, 0x150)[0]
    return Superblock((high << 32 | low) << (10 + min(shift, 6)), bool(state & _ERRORS))


_FIELDS: Final = (("<I", 0x4), ("<I", 0x18), ("<H", 0x3A))


def is_blank(node: Path, upto: int = BLANK) -> bool:
    """Whether it begins with `upto` bytes of zeros, as a card just flashed does. Raises OSError."""
    with node.open("rb", buffering=0) as file:
        while upto > 0 and (read := file.read(min(upto, _CHUNK))):
            if read.strip(b"\0"):
                return False
            upto -= len(read)
    return True

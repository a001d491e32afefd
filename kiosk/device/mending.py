"""Mending a filesystem, the gentlest way first (e2fsck(8)): money may lie on it, a new one is the last."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

from kiosk.device import running
from kiosk.device.running import MISSING, STUCK, TIMED_OUT

log = logging.getLogger(__name__)
Outcome = Literal["clean", "mended", "lost", "unknown"]
"""`clean`: nothing but what a power cut leaves; `lost`: beyond repair; `unknown`: it could not be tried."""

PREEN_WITHIN, MEND_WITHIN = 120.0, 600.0
"""Seconds. A card's few files take one or two; a card that takes as long as this is at its end."""
COPIES: Final = (32768, 98304, 163840, 229376)
"""Blocks with copies of the superblock: the first of groups 1, 3, 5, 7 of 32768 blocks of 4096 bytes."""
_BLOCK: Final = 4096
_DONE: Final = {0, 1}
"""Without errors; errors corrected."""
_LEFT, _FAILED = 4, 8
"""Bits of the exit code: errors left uncorrected; an operational error, be it that memory ran out."""
_NO_SUPERBLOCK: Final = re.compile(
    r"^e2fsck: (Bad magic number in super-block|The ext2 superblock is corrupt"
    r"|Superblock checksum does not match superblock) while trying to open",
    re.MULTILINE,
)
"""What e2fsck says, with `_FAILED`, of a filesystem without one: libext2fs, lib/ext2fs/ext2_err.et.in."""
_HELD: Final = re.compile(r"is mounted|is in use|busy|opened exclusively", re.IGNORECASE)

Run = Callable[[list[str], float], tuple[int, str]]


def mend(
    node: Path, usable: Callable[[], bool], at: Callable[[str], None], run: Run = running.run
) -> Outcome:
    """Try until `usable` says, after a check that went well, that the filesystem can be worked with.

    `at` is told of each step before it. A copy of the superblock knows nothing of the journal, so it is used
    only where e2fsck came to its end and could not mend without.
    """
    certain = True
    for number, command in enumerate(_ways(node)):
        at(f"mending {number}")
        code, said = run([*command, str(node)], MEND_WITHIN if number else PREEN_WITHIN)
        log.log(logging.WARNING if number else logging.INFO, "%s ended with %d: %s", command, code, said)
        if code in _DONE and usable():
            return "mended" if number else "clean"
        if code in {MISSING, STUCK} or (number and code == TIMED_OUT):
            return "unknown"
        if number and not _hopeless(code, said):
            if number == 1 or code in _DONE:
                return "unknown"
            certain = False
    return "lost" if certain else "unknown"


def _hopeless(code: int, said: str) -> bool:
    """Whether e2fsck came to its end and says that it cannot mend; all else may pass (fsck(8))."""
    if code < 0 or _HELD.search(said):
        return False
    return bool((code & _LEFT and code < _FAILED) or (code == _FAILED and _NO_SUPERBLOCK.search(said)))


def _ways(node: Path) -> Iterator[list[str]]:
    yield ["e2fsck", "-f", "-p"]  # looks at everything: its journal alone makes a file system look clean
    yield ["e2fsck", "-f", "-y"]
    size = _size(node)
    for copy in COPIES:
        if (copy + 1) * _BLOCK <= size:
            yield ["e2fsck", "-f", "-y", "-b", str(copy), "-B", str(_BLOCK)]


def _size(node: Path) -> int:
    with node.open("rb") as file:
        return file.seek(0, 2)

"""Which processes of this machine use the cloud's database: each holds a lock on one file beside it.

The web keeps no connection between requests, so connections alone would not tell.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

FILE = "in-use"


class InUse(Exception):
    """Others hold what one of them must have alone."""


@cache
def hold(folder: Path) -> int | None:
    """Hold the database in `folder`, among others, for as long as this process lives; the file's number.

    None where there is no such folder. Raises InUse while somebody has it alone.
    """
    return _locked(folder, fcntl.LOCK_SH) if folder.is_dir() else None


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have it alone for as long as the block. Raises InUse."""
    handle = _locked(folder, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def _locked(folder: Path, how: int) -> int:
    handle = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise InUse(str(folder)) from None
    return handle

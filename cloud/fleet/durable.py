"""Files that are there, whole, after a power cut, or not at all."""

import os
from pathlib import Path


def put_once(path: Path, content: bytes) -> None:
    """Make a file that is never replaced, such as a key: for its owner alone (mode 0600), durable at the end.

    Raises FileExistsError where another process was first, and OSError.
    """
    beside = path.with_suffix(f".{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(handle)
    try:
        os.link(beside, path)  # unlike a rename, it never replaces
    finally:
        beside.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was put into a folder, or taken out, durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

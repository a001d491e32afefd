"""Files that are old or new after a power cut, never half: written beside, synced, renamed into place."""

import contextlib
import os
from pathlib import Path


def replace(path: Path, content: bytes, mode: int = 0o640) -> None:
    """Put `content` at `path`, durably when this returns. Raises OSError, with what was there still there.

    `mode` are its permissions from the first moment on; a file system without any, such as FAT, has none.
    """
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        with contextlib.suppress(PermissionError):
            os.fchmod(handle, mode)  # whatever the umask is
        file.write(content)
        file.flush()
        os.fsync(handle)
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make what was made, renamed or removed in a folder durable. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Databases of screen and sync, who are two users of one group: what one makes, the other can open."""

import contextlib
import os
from pathlib import Path


def shared(path: Path) -> Path:
    """The same path, at which there is a file now that its group may write, as far as the umask lets it.

    SQLite would make it for its maker alone (mode 0644), with whom the other could not even share the locks
    of a log; that and the log itself get the database's mode. What hinders it SQLite says, and better.

    A file that is there is not opened: to close it again would give up every lock that this process has on it
    (fcntl(2)), and another that ends would take itself for the last, and remove the log under the first.
    """
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660))
    return path

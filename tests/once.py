"""What takes seconds to make is made once for all processes of a run of tests, and copied."""

import atexit
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

SHARED: Final = "BASHGAH_TESTS_SHARED"
"""The variable that names the folder which a run's processes have in common."""


def share() -> Callable[[], None]:
    """Let the processes that this one starts from now on have it in common; what is called at the end."""
    if SHARED in os.environ:
        return lambda: None
    folder = os.environ[SHARED] = tempfile.mkdtemp(prefix="bg-once-")
    return lambda: shutil.rmtree(folder, ignore_errors=True)


def once(name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` filled; the first process that asks lets it do so, others wait meanwhile.

    What `make` raises is raised; whoever asks next lets it try again.
    """
    made = _shared() / name
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            half = made.with_suffix(".half")
            shutil.rmtree(half, ignore_errors=True)
            half.mkdir(mode=0o700)
            make(half)
            half.rename(made)
    return made


def copy(name: str, make: Callable[[Path], object], folder: Path) -> None:
    """Put into a folder what is made once."""
    shutil.copytree(once(name, make), folder, dirs_exist_ok=True)


def _shared() -> Path:
    if SHARED not in os.environ:  # no run of tests started this process
        atexit.register(share())
    return Path(os.environ[SHARED])

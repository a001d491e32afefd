"""Which release this is: the version, the commit, and the time that stands for both."""

import subprocess
from typing import NamedTuple

from image.errors import Trouble
from image.places import CHECKOUT
from mqtt import VERSION


class Release(NamedTuple):
    """`version` is the project's; `commit` is short, with `-dirty` behind it where files differ from it.

    `epoch` is that commit's time, in seconds since 1970: nothing in the image is younger.
    """

    version: str
    commit: str
    epoch: int

    def __str__(self) -> str:
        """As os-release and the fleet's page say it."""
        return f"{self.version}+{self.commit}"


def release() -> Release:
    """Of this checkout. Raises Trouble."""
    commit = _git("describe", "--always", "--dirty", "--abbrev=7", "--exclude=*")
    return Release(VERSION, commit, int(_git("log", "-1", "--format=%ct")))


def _git(*words: str) -> str:
    command = ("git", "-c", f"safe.directory={CHECKOUT}", "-C", str(CHECKOUT), *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Trouble(f"git does not say which commit this is: {done.stderr.strip()}")
    return done.stdout.strip()

"""An earlier release of this repository, unpacked beside it."""

import io
import subprocess
import tarfile
from pathlib import Path

from tests.faults.world import ROOT

OLD = "7de0d049e"
"""Eight migrations ago: before alarms, sessions, what a till booked, and kiosks' certificates.

Not older: events from before the counts by day cannot tell how often a question was shown, so the verdict
would have to leave that out.
"""


def is_there(commit: str = OLD) -> bool:
    """Whether this clone's history goes back so far."""
    return _git("cat-file", "-e", f"{commit}^{{commit}}").returncode == 0


def unpacked(folder: Path, commit: str = OLD) -> Path:
    """The files of a commit, in a new folder."""
    done = _git("archive", commit)
    done.check_returncode()
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def migrations(root: Path) -> set[str]:
    """The names of all migrations of a release."""
    return {str(path.relative_to(root)) for path in root.glob("cloud/*/migrations/0*.py")}


def _git(*words: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=False)

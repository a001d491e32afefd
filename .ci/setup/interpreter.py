"""Find a Python that the project runs on."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from say import Trouble

VERSIONS = ("3.11", "3.12", "3.13")
"""As in pyproject's requires-python."""


@dataclass(frozen=True)
class Interpreter:
    """A Python of the system, and its version as `3.11`."""

    path: str
    version: str

    @property
    def makes_venvs(self) -> bool:
        """Whether it can put pip into a venv; Debian keeps that in a package of its own."""
        return _asked(self.path, "import ensurepip, venv; print(True)") == "True"


def find() -> Interpreter:
    """The Python that runs this if it will do, else another in PATH. Raises Trouble."""
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if own in VERSIONS:
        # not a venv's link, which may be the one that is about to be made again
        return Interpreter(str(Path(sys.executable).resolve()), own)
    for version in VERSIONS:
        path = shutil.which(f"python{version}")
        if path and _asked(path, "import sys; print('%d.%d' % sys.version_info[:2])") == version:
            return Interpreter(path, version)
    raise Trouble(
        f"Python {', '.join(VERSIONS[:-1])} or {VERSIONS[-1]} is needed; {sys.executable} is {own}."
        " Debian 12 and 13 have one as python3. If it lies elsewhere: make PYTHON=/path/to/python3.11 ..."
    )


def _asked(path: str, question: str) -> str:
    answer = subprocess.run([path, "-c", question], capture_output=True, text=True, check=False)
    return answer.stdout.strip()

"""Programs of the system, which an ordinary user's PATH may not name."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


class CannotRun(Exception):
    """The text says what is missing here."""


def lacking(names: Iterable[str]) -> list[str]:
    """Those of the programs that are not here."""
    return [name for name in names if shutil.which(name, path=_path()) is None]


def environment(home: Path) -> dict[str, str]:
    """Where the programs are found."""
    return {**os.environ, "PATH": _path(), "HOME": str(home)}


def _path() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"

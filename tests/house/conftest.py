"""The whole tree, as the tests of the house see it."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def committed(root: Path) -> list[Path]:
    """Every file that a clone would have, as it lies here now."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True)
    paths = [root / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


@pytest.fixture(scope="session")
def texts(committed: list[Path]) -> dict[Path, str]:
    """The committed files that are text."""
    whole = {path: path.read_bytes() for path in committed}
    return {path: held.decode(errors="replace") for path, held in whole.items() if b"\0" not in held}

"""The venv: exactly what requirements.lock names, and a line that leads to this checkout."""

from __future__ import annotations

import hashlib
import re

import beside
from interpreter import Interpreter
from places import REQUIREMENTS, ROOT, VENV
from shell import run

STAMP = VENV / "stamp"
"""What the venv was made from; written last."""


def current(python: Interpreter) -> bool:
    """Whether the venv is what the lock, this Python and this place ask for."""
    return usable(python) and STAMP.is_file() and STAMP.read_text() == _stamp(python)


def usable(python: Interpreter) -> bool:
    """Whether there is a venv of this version, in this place, that packages can be installed into."""
    return (VENV / "bin/python").exists() and _version() == python.version and not _moved()


def make(python: Interpreter) -> None:
    """An empty venv with pip, in the place of any other. Raises Failed."""
    if VENV.is_symlink():
        VENV.unlink()  # what it leads to is another checkout's: clearing would empty that
    if python.makes_venvs:
        run(python.path, "-m", "venv", "--clear", VENV)
        return
    wheel = beside.pip_wheel()
    run(python.path, "-m", "venv", "--clear", "--without-pip", VENV)
    run(VENV / "bin/python", wheel / "pip", "install", "--no-index", "--no-deps", wheel)


def fill(python: Interpreter) -> None:
    """Install what the lock names; then say that it is done. Raises Failed."""
    STAMP.unlink(missing_ok=True)
    pip = (VENV / "bin/python", "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    run(*pip, "--require-hashes", "--no-deps", "-r", REQUIREMENTS)
    # A line of a .pth, and not an editable build: the packages lie flat in ROOT, and this needs no network.
    (VENV / f"lib/python{python.version}/site-packages/bashgah.pth").write_text(f"{ROOT}\n")
    STAMP.write_text(_stamp(python))


def count() -> int:
    """How many packages the lock names."""
    return len(re.findall(r"^[\w.-]+==", REQUIREMENTS.read_text(), flags=re.MULTILINE))


def _stamp(python: Interpreter) -> str:
    return f"{python.version} {hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()} {ROOT}\n"


def _version() -> str | None:
    config = VENV / "pyvenv.cfg"
    match = re.search(
        r"^version\w* = (\d+\.\d+)", config.read_text() if config.is_file() else "", re.MULTILINE
    )
    return match and match[1]


def _moved() -> bool:
    """Scripts in a venv name its place, so a checkout that was moved needs another."""
    return STAMP.is_file() and not STAMP.read_text().endswith(f" {ROOT}\n")

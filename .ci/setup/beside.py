"""Without root: fetch Debian packages as a user may, and unpack them beside the venv."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import apt
from places import TOOLS
from shell import Failed, run

UNPACKED = TOOLS / "root"
WRAPPER = """#!/bin/sh
# Mosquitto as it was unpacked beside the venv, with the libraries that came with it.
here=$(dirname "$(dirname "$(readlink -f "$0")")")
LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}" exec "$here/root/{program}" "$@"
"""


def possible() -> bool:
    """Whether this system has Debian's programs for it."""
    return all(shutil.which(program) for program in ("apt-get", "dpkg-deb"))


def mosquitto() -> None:
    """Make `.tools/bin/mosquitto`. Raises Failed."""
    _fetch(_lacking)
    server = UNPACKED / "usr/sbin/mosquitto"
    wrapper = TOOLS / "bin/mosquitto"
    wrapper.parent.mkdir(parents=True, exist_ok=True)
    libraries = {f"$here/root/{file.parent.relative_to(UNPACKED)}" for file in UNPACKED.glob("**/*.so.*")}
    program = server.relative_to(UNPACKED)
    wrapper.write_text(WRAPPER.format(libraries=":".join(sorted(libraries)), program=program))
    wrapper.chmod(0o755)


def pip_wheel() -> Path:
    """Debian's own wheel of pip. Raises Failed."""
    _fetch(lambda _: ["python3-pip-whl"])
    return next(UNPACKED.glob("usr/share/python-wheels/pip-*.whl"))


def _lacking(options: Sequence[str]) -> list[str]:
    """Mosquitto and those of its libraries that this system has not."""
    plan = run("apt-get", *options, "-s", "--no-install-recommends", "install", "mosquitto")
    return sorted({"mosquitto", *re.findall(r"^Inst (\S+) ", plan, flags=re.MULTILINE)})


def _fetch(names: Callable[[Sequence[str]], list[str]]) -> None:
    """Download and unpack; with lists of packages of our own if the system's do not serve."""
    if apt.listed():
        try:
            _unpack(names([]), [])
        except Failed as failed:
            if not apt.OLD.search(failed.output):
                raise
        else:
            return
    options = _own_lists()
    _unpack(names(options), options)


def _own_lists() -> list[str]:
    lists, cache = TOOLS / "apt/lists", TOOLS / "apt/cache"
    for folder in (lists / "partial", cache / "archives/partial"):
        folder.mkdir(parents=True, exist_ok=True)
    options = ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={cache}"]
    run("apt-get", *options, "-q", "update")
    return options


def _unpack(packages: list[str], options: Sequence[str]) -> None:
    folder = TOOLS / "debs"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run("apt-get", *options, "-q", "download", *packages, folder=folder)
    for file in sorted(folder.glob("*.deb")):
        run("dpkg-deb", "-x", file, UNPACKED)
    shutil.rmtree(folder)

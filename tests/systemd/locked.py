"""`python -m tests.systemd.locked cloud`: of requirements.lock what a cloud needs alone, or a `kiosk`.

The lock is of all extras at once, so that every part of the project is tested with one set of versions. A
resolver would have to ask a registry; which packages the cloud's own ones lead to stands in their metadata.
"""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.cloud.processes import ROOT

BLOCK = re.compile(r"^[\w.-]+==.*$(?:\n[ ]+.*)*\n", re.MULTILINE)
"""A package with its version, its condition and its hashes."""

OF_A_PI = {"rpi-lgpio": ["lgpio"]}
"""What the packages lead to that are installed on a Pi only: their metadata is not here to be asked."""


def part(extra: str) -> str:
    """The blocks of requirements.lock that `cloud` or `kiosk` needs, in the lock's order."""
    blocks = BLOCK.findall((ROOT / "requirements.lock").read_text())
    wanted = _closure(_direct(extra))
    return "".join(block for block in blocks if canonicalize_name(block.split("==", 1)[0]) in wanted)


def _direct(extra: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"][extra]]


def _closure(asked: list[Requirement]) -> set[str]:
    """The names of all that these lead to, here or on another Python: a condition is left to pip."""
    seen: set[tuple[str, frozenset[str]]] = set()
    while asked:
        one = asked.pop()
        key = (canonicalize_name(one.name), frozenset(one.extras))
        if key not in seen:
            seen.add(key)
            asked += _led_to(one)
    return {name for name, _ in seen}


def _led_to(one: Requirement) -> list[Requirement]:
    try:
        lines = requires(one.name) or []
    except PackageNotFoundError:
        lines = OF_A_PI.get(canonicalize_name(one.name), [])
    found = [Requirement(line) for line in lines]
    return [found_one for found_one in found if _applies(found_one, one.extras)]


def _applies(found: Requirement, extras: set[str]) -> bool:
    return found.marker is None or any(found.marker.evaluate({"extra": extra}) for extra in {"", *extras})


if __name__ == "__main__":
    print(part(sys.argv[1]), end="")

"""`python -m tests.systemd.locked`: of requirements.lock what the cloud needs, for a host without a kiosk.

The lock is of all extras at once, so that every part of the project is tested with one set of versions. A
resolver would have to ask a registry; which packages the cloud's own ones lead to stands in their metadata.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.cloud.processes import ROOT

BLOCK = re.compile(r"^[\w.-]+==.*$(?:\n[ ]+.*)*\n", re.MULTILINE)
"""A package with its version, its condition and its hashes."""


def cloud_lock() -> str:
    """The blocks of requirements.lock that the cloud needs, in the lock's order."""
    blocks = BLOCK.findall((ROOT / "requirements.lock").read_text())
    wanted = _closure(_direct())
    return "".join(block for block in blocks if canonicalize_name(block.split("==", 1)[0]) in wanted)


def _direct() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["cloud"]]


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
    except PackageNotFoundError:  # of another platform
        return []
    found = [Requirement(line) for line in lines]
    return [found_one for found_one in found if _applies(found_one, one.extras)]


def _applies(found: Requirement, extras: set[str]) -> bool:
    return found.marker is None or any(found.marker.evaluate({"extra": extra}) for extra in {"", *extras})


if __name__ == "__main__":
    print(cloud_lock(), end="")

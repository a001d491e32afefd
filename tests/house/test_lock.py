"""requirements.lock is in step with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;]+).*?$(?P<rest>(?:\n[ ]+.*)*)", re.MULTILINE)


@pytest.fixture(scope="module")
def pinned(root: Path) -> dict[str, Version]:
    """Every package that the lock names, with its version; one without a hash is left out."""
    matches = PINNED.finditer((root / "requirements.lock").read_text())
    return {
        canonicalize_name(match["name"]): Version(match["version"])
        for match in matches
        if "--hash=sha256:" in match["rest"]
    }


def direct(root: Path) -> list[Requirement]:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    return [Requirement(line) for group in groups for line in group]


def test_every_direct_dependency_is_pinned_with_a_hash_to_a_version_that_will_do(
    root: Path, pinned: dict[str, Version]
) -> None:
    unfit = [
        str(asked)
        for asked in direct(root)
        if not asked.specifier.contains(pinned.get(canonicalize_name(asked.name), Version("0")))
        or canonicalize_name(asked.name) not in pinned
    ]
    assert unfit == [], "run `make lock`"


def test_every_line_of_the_lock_has_a_hash(root: Path, pinned: dict[str, Version]) -> None:
    names = re.findall(r"^[\w.-]+(?===)", (root / "requirements.lock").read_text(), re.MULTILINE)
    assert {canonicalize_name(name) for name in names} == set(pinned)


def test_the_lock_does_not_bring_the_library_that_fights_with_lgpio(pinned: dict[str, Version]) -> None:
    assert "rpi-gpio" not in pinned

"""`make help` tells the truth, and the README and CI use what it names."""

import re
import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def helped(root: Path) -> list[str]:
    """The targets that `make help` names."""
    done = subprocess.run(["make", "help"], cwd=root, capture_output=True, text=True, check=True)
    return re.findall(r"^  make (\S+) +\S", done.stdout, re.MULTILINE)


def test_help_names_the_commands_of_the_house(helped: list[str]) -> None:
    assert {"help", "demo", "test", "check", "bench", "screens"} <= set(helped)


def test_every_target_that_help_names_is_there(root: Path, helped: list[str]) -> None:
    for target in helped:
        subprocess.run(["make", "--dry-run", target], cwd=root, capture_output=True, check=True)


def test_help_comes_first(root: Path, helped: list[str]) -> None:
    bare = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True)
    assert all(f"make {target} " in bare.stdout for target in helped)


@pytest.mark.parametrize("target", ["demo", "test", "check"])
def test_the_readme_names_a_command(root: Path, target: str) -> None:
    assert f"make {target}" in (root / "README.md").read_text()


@pytest.mark.parametrize("target", ["check", "test"])
def test_ci_runs_what_a_person_runs(root: Path, target: str) -> None:
    assert f"make {target}" in (root / ".ci/run").read_text()

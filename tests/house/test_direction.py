"""The direction of imports that docs/architecture.md draws is checked, and the check can fail."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGES = ("mqtt", "drivers", "kiosk", "ui", "cloud")
WORKSHOP = "image"
"""Makes the SD image and is no part of what runs."""
FORBIDDEN = [
    ("mqtt", "drivers.reader"),
    ("mqtt", "kiosk.views"),
    ("mqtt", "ui.app"),
    ("mqtt", "cloud.settings"),
    ("drivers", "mqtt.vocabulary"),
    ("drivers", "kiosk.views"),
    ("drivers", "ui.app"),
    ("drivers", "cloud.settings"),
    ("kiosk", "ui.app"),
    ("kiosk", "cloud.settings"),
    ("ui", "drivers.em4100"),
    ("ui", "drivers.rc522"),
    ("ui", "drivers.simulated.remote"),
    ("ui", "kiosk.journal"),
    ("ui", "kiosk.members"),
    ("ui", "kiosk.session"),
    ("ui", "mqtt.client"),
    ("ui", "cloud.settings"),
    ("cloud", "drivers.reader"),
    ("cloud", "kiosk.views"),
    ("cloud", "ui.app"),
    ("cloud", "image.layout"),
    ("kiosk", "image.layout"),
    (WORKSHOP, "kiosk.views"),
    (WORKSHOP, "cloud.settings"),
    *[(package, "paho") for package in PACKAGES],
    *[(package, "tinydb") for package in PACKAGES],
    *[(package, "kivy") for package in PACKAGES if package != "ui"],
    *[(package, "django") for package in PACKAGES if package != "cloud"],
    *[
        (package, library)
        for library in ("gpiozero", "serial", "spidev", "mfrc522", "evdev")
        for package in PACKAGES
        if package != "drivers"
    ],
]


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    linter = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([linter, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tree(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages and of the contracts, to plant imports in."""
    copy = tmp_path_factory.mktemp("tree")
    for package in (*PACKAGES, WORKSHOP):
        shutil.copytree(root / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "pyproject.toml", copy)
    return copy


@pytest.fixture(scope="module")
def complaint(tree: Path) -> str:
    """What the linter says when each forbidden import stands in a module of its own; one run shows all."""
    for importer, imported in FORBIDDEN:
        planted = tree / importer / f"{planted_as(imported)}.py"
        planted.write_text(f'"""Planted."""\n\nimport {imported}\n')
    done = lint_imports(tree)
    assert done.returncode == 1, done.stderr
    return done.stdout


def planted_as(imported: str) -> str:
    return f"planted_{imported.replace('.', '_')}"


def test_the_tree_keeps_every_direction(root: Path) -> None:
    done = lint_imports(root)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("importer", "imported"), FORBIDDEN)
def test_a_planted_import_is_found(complaint: str, importer: str, imported: str) -> None:
    assert f"{importer}.{planted_as(imported)} -> {imported} " in complaint

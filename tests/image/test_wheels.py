"""Which Python packages the card gets, and whence."""

import re
from pathlib import Path

import pytest

from image import lgpio, wheels
from image.recipe import ARCHES, Arch, packages
from tests.systemd.locked import part


def test_the_kiosks_lock_is_in_step_with_the_whole() -> None:
    assert wheels.LOCK.read_text() == part("kiosk"), "run `make lock`"


@pytest.mark.parametrize("arch", ARCHES)
def test_pip_is_given_no_condition_that_it_would_ask_this_machine_about(arch: Arch) -> None:
    listed = wheels.requirements(arch)
    assert ";" not in listed
    names = re.findall(r"^[\w.-]+==\S+ \\$", listed, re.MULTILINE)
    assert len(names) > 20
    assert all("--hash=sha256:" in block for block in re.split(r"^(?=\w)", listed, flags=re.MULTILINE)[1:])


def test_the_card_gets_what_moves_pins_and_the_twin_needs_none() -> None:
    assert "rpi-lgpio==" in wheels.requirements("arm64")
    assert "rpi-lgpio==" not in wheels.requirements("amd64")


def test_what_has_no_wheel_comes_from_debian_or_a_compiler() -> None:
    for name, whence in wheels.NOT_BY_PIP.items():
        assert f"\n{name}==" not in f"\n{wheels.requirements('arm64')}"
        if (debian := re.search(r"python3-\w+", whence)) is not None:
            assert debian[0] in packages("arm64")
    assert lgpio.block().startswith("lgpio==")


@pytest.mark.parametrize(
    ("condition", "arm", "amd"),
    [
        ("", True, True),
        ("platform_machine == 'aarch64' and sys_platform == 'linux'", True, False),
        ("python_full_version < '3.12'", False, False),
        ("platform_machine == 'x86_64'", False, True),
    ],
)
def test_a_condition_is_asked_of_the_card(condition: str, arm: bool, amd: bool) -> None:  # noqa: FBT001
    assert (wheels.applies(condition, "arm64"), wheels.applies(condition, "amd64")) == (arm, amd)


def test_no_command_that_names_this_machine_comes_along(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/thing").write_text("#!/home/somebody/.venv/bin/python\n")
    record = tmp_path / "thing-1.dist-info/RECORD"
    record.parent.mkdir()
    record.write_text("../../bin/thing,sha256=x,1\nthing/__init__.py,,\n")
    wheels.without_scripts(tmp_path)
    assert record.read_text() == "thing/__init__.py,,\n"
    assert not (tmp_path / "bin").exists()

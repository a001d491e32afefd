"""What a person reads on a machine that cannot make an image."""

from pathlib import Path

import pytest

from image import machine
from image.errors import Trouble
from image.recipe import ARCHES, Arch


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder with every tool that is asked for."""
    for name in (*machine.TOOLS, *machine.CARD_TOOLS, *machine.EMULATOR):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_root_with_the_tools_goes_on(tools: Path) -> None:
    for arch in ARCHES:
        machine.check(arch, str(tools), 0)


@pytest.mark.parametrize(
    ("arch", "line"), [("arm64", "sudo make image"), ("amd64", "sudo make image-root ARCH=amd64")]
)
def test_without_root_the_line_to_type_is_said(tools: Path, arch: Arch, line: str) -> None:
    with pytest.raises(Trouble, match=f"Type: {line}$"):
        machine.check(arch, str(tools), 1000)


def test_without_a_tool_its_package_is_named(tools: Path) -> None:
    (tools / "mcopy").unlink()
    (tools / "mmdebstrap").unlink()
    with pytest.raises(
        Trouble, match=r"missing: mmdebstrap, mcopy.*install --no-install-recommends mmdebstrap mtools$"
    ):
        machine.check("arm64", str(tools), 0)


def test_the_twin_needs_no_tools_of_the_card(tools: Path) -> None:
    (tools / "mcopy").unlink()
    machine.check("amd64", str(tools), 0)


def test_one_architecture_at_most_is_this_machines_own() -> None:
    assert sum(machine.native(arch) for arch in ARCHES) <= 1

"""A machine that is switched on with no system on its card still has its panel, its finger and its reader."""

import shutil
from pathlib import Path

import pytest

from tests.image.qemu.card import GB, flashed
from tests.image.qemu.guest import Guest
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.image import Image
from tests.image.qemu.inside import shows

PROGRAM = b"\x00\x00\x00\x14"
"""`b .`: a processor that goes nowhere (Arm ARM, C6.2.26)."""


@pytest.fixture
def standing(image: Image) -> Image:
    """An image whose kernel does nothing."""
    image.kernel.write_bytes(PROGRAM * 1024)
    image.initrd.write_bytes(bytes(4096))
    return image


@pytest.mark.parametrize("panel", [(800, 480), (1280, 800)])
def test_a_panel_is_as_large_as_it_was_told_and_a_finger_reaches_it(
    standing: Image, tmp_path: Path, panel: tuple[int, int]
) -> None:
    card = flashed(standing, tmp_path / "card", 4 * GB)
    with Guest(standing, card, tmp_path / "on", Hardware(panel=panel)) as guest:
        shot = guest.shot("nothing")
        guest.tap(panel[0] / 2, panel[1] / 2)
        guest.reader.lay(bytes(5), 0.1)
        assert guest.runs
    assert not shows(shot, panel)
    assert not guest.runs


def test_the_power_can_be_cut_twice_and_a_stick_and_a_keyboard_can_be_plugged_in(
    standing: Image, tmp_path: Path
) -> None:
    card = flashed(standing, tmp_path / "card", 4 * GB)
    stick = Path(shutil.copy(standing.raw, tmp_path / "stick"))
    with Guest(standing, card, tmp_path / "on", Hardware(stick=stick, keyboard=True)) as guest:
        guest.qmp.chord("ctrl", "alt", "delete")
        guest.cut()
        assert not guest.runs

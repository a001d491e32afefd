"""Mending filesystems in files: which are beyond repair, and which could only not be looked at just now."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.device.mending import mend
from kiosk.device.running import STUCK, TIMED_OUT
from tests.uml import environment, missing

pytestmark = pytest.mark.skipif(bool(missing("e2fsck", "mke2fs")), reason="there is no e2fsck here")
SIZE = 600 * 2**20
SUPERBLOCKS = (0, *(group * 2**27 for group in (1, 3)))
BAD_MAGIC = "e2fsck: Bad magic number in super-block while trying to open /dev/x"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "image"
    path.touch()
    os.truncate(path, SIZE)
    words = ["mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", str(path)]
    subprocess.run(words, check=True, env=environment(tmp_path))
    return path


def ends(path: Path, *, usable: bool = True) -> str:
    return mend(path, lambda: usable, lambda _: None)


def after(path: Path, *answers: tuple[int, str]) -> tuple[str, int]:
    """What comes of these answers of e2fsck, the last one from then on; how often it was asked."""
    asked: list[Sequence[str]] = []

    def run(words: list[str], _: float) -> tuple[int, str]:
        asked.append(words)
        return answers[min(len(asked), len(answers)) - 1]

    return mend(path, lambda: True, lambda _: None, run), len(asked)


def test_a_sound_filesystem_that_cannot_be_mounted_is_not_lost(image: Path) -> None:
    assert ends(image) == "clean"
    assert ends(image, usable=False) == "unknown"


def test_a_filesystem_without_any_superblock_is_lost(image: Path) -> None:
    with image.open("r+b") as file:
        for at in SUPERBLOCKS:
            os.pwrite(file.fileno(), os.urandom(2**20), at)
    assert ends(image) == "lost"


def test_a_filesystem_whose_end_is_missing_is_not_lost(image: Path) -> None:
    os.truncate(image, SIZE - 10 * 2**20)
    assert ends(image) == "unknown"


def test_a_filesystem_that_is_not_there_to_be_read_is_not_lost(image: Path) -> None:
    os.truncate(image, 512)
    assert ends(image) == "unknown"


@pytest.mark.parametrize("code", [-9, -11, 8, 12, 16, 32, 126, 128, TIMED_OUT, STUCK])
def test_a_check_that_did_not_come_to_its_end_proves_nothing(image: Path, code: int) -> None:
    assert after(image, (code, ""))[0] == "unknown"
    assert after(image, (4, ""), (code, ""))[0] == "unknown"
    assert after(image, (4, ""), (4, ""), (code, ""), (4, ""))[0] == "unknown"


@pytest.mark.parametrize("said", ["/dev/x is in use.", "/dev/x is mounted.", "Device or resource busy"])
def test_a_device_that_somebody_holds_is_not_lost(image: Path, said: str) -> None:
    assert after(image, (8, f"{BAD_MAGIC}\n{said}"))[0] == "unknown"
    assert after(image, (4, said))[0] == "unknown"


def test_errors_that_every_way_leaves_are_the_end(image: Path) -> None:
    assert after(image, (4, "")) == ("lost", 4)
    assert after(image, (8, BAD_MAGIC)) == ("lost", 4)
    assert after(image, (-9, ""), (4, "")) == ("lost", 4)


def test_nothing_is_started_beside_a_check_that_does_not_end(image: Path) -> None:
    assert after(image, (STUCK, ""), (0, "")) == ("unknown", 1)
    assert after(image, (TIMED_OUT, ""), (0, "")) == ("mended", 2)

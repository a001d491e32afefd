"""A card, or a chip, that lets nobody be served: the screen comes up all the same and says why."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk import drawing
from kiosk.device.report import Data, Report, write
from kiosk.errors import DrawingError
from tests.kiosk.enrolled import enrol
from tests.kiosk.test_setting_up import BY_HAND, TO_ENROL
from tests.kiosk.wrong_time import ROOT
from tests.mqtt.pki import Authority
from ui.remote_client import Screen as Glass

WITHIN = 60.0
CHIP = "VC4 V3D 2.1"
CPU = "llvmpipe (LLVM 15.0.6, 256 bits)"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
REPORTED = "mount -t tmpfs tmpfs /run && mkdir /run/bashgah && cp {report} /run/bashgah/device.json"
READ_ONLY = "mount --bind {data} {data} && mount -o remount,bind,ro {data}"
ON_A_PI = """\
mkdir {folder}/proc && mount --rbind /proc {folder}/proc && mount -t tmpfs tmpfs /proc
for each in {folder}/proc/*; do ln -s $each /proc/; done
mkdir -p /proc/device-tree /dev/dri && printf 'Raspberry Pi 4 Model B Rev 1.4\\0' > /proc/device-tree/model"""
"""In a mount namespace of its own, of which nothing is left."""


@dataclass
class Kiosk:
    """`python -m kiosk screen` on a machine that a test has spoilt."""

    path: Path

    def __post_init__(self) -> None:
        self.data = self.path.parent / "data"
        self.socket = self.path.parent / "touches.sock"
        self._process: subprocess.Popen[str] | None = None

    def start(self, text: str, spoil: str) -> None:
        self.path.write_text(text.replace("DATA", str(self.data)), "utf-8")
        script = spoil.format(data=self.data, folder=self.path.parent, report=self.path.with_name("r.json"))
        command = [sys.executable, "-m", "kiosk", "screen", "--config", str(self.path)]
        self._process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-ec", f'{script}\nexec "$@"', "sh", *command],
            cwd=ROOT,
            env={
                **os.environ,
                "SDL_VIDEODRIVER": "offscreen",
                "BASHGAH_KIOSK_SCREEN_WINDOW": "true",
                "BASHGAH_KIOSK_SCREEN_TOUCHES": str(self.socket),
            },
            stderr=subprocess.PIPE,
            text=True,
        )

    def shows(self, *views: str) -> bool:
        with Glass(self.socket) as glass:
            return glass.wait_for(*views, timeout=WITHIN)

    def ended(self) -> str:
        assert self._process
        self._process.terminate()
        _, said = self._process.communicate(timeout=WITHIN)
        assert "Traceback" not in said, said
        return said

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Kiosk]:
    with closing(Kiosk(tmp_path / "kiosk.toml")) as kiosk:
        yield kiosk


@needs_root
@pytest.mark.parametrize("data", ["too-small", "broken"])
def test_a_card_that_keeps_nothing_is_on_the_screen(kiosk: Kiosk, data: Data) -> None:
    kiosk.data.mkdir()
    write(Report(data, "so it is"), kiosk.path.with_name("r.json"))
    kiosk.start(TO_ENROL, f"{REPORTED}\n{READ_ONLY}")
    assert kiosk.shows("Setup")
    assert f"the screen serves nobody: card-{data}" in kiosk.ended()


@needs_root
@pytest.mark.parametrize("text", [BY_HAND, TO_ENROL])
def test_a_card_that_has_become_read_only_is_on_the_screen_of_a_kiosk_that_was_at_work(
    kiosk: Kiosk, text: str
) -> None:
    kiosk.data.mkdir()
    if text is TO_ENROL:
        enrol(kiosk.data, Authority(), "mqtts://club.example")
    kiosk.start(text, READ_ONLY)
    assert kiosk.shows("Setup")
    assert "the screen serves nobody: disk" in kiosk.ended()


@needs_root
def test_a_raspberry_pi_without_its_graphics_chip_says_so_on_its_screen(kiosk: Kiosk) -> None:
    kiosk.start(BY_HAND, ON_A_PI)
    assert kiosk.shows("Setup", "Attract")
    said = kiosk.ended()
    assert "the picture is made without the graphics chip (llvmpipe" in said
    assert "the screen serves nobody: no-graphics" in said


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    for folder in ("proc/device-tree", "dev/dri"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "proc/device-tree/model").write_bytes(b"Raspberry Pi 3 Model B Plus Rev 1.3\0")
    return tmp_path


@pytest.mark.parametrize("renderer", [CPU, "softpipe", "Software Rasterizer", "swrast"])
def test_only_a_raspberry_pi_with_a_display_must_draw_with_its_chip(machine: Path, renderer: str) -> None:
    with pytest.raises(DrawingError, match="without the graphics chip"):
        drawing.check(renderer, machine)
    drawing.check(CHIP, machine)
    (machine / "dev/dri").rmdir()
    drawing.check(renderer, machine)
    (machine / "dev/dri").mkdir()
    (machine / "proc/device-tree/model").write_bytes(b"linux,dummy-virt\0")
    drawing.check(renderer, machine)
    (machine / "proc/device-tree/model").unlink()
    drawing.check(renderer, machine)

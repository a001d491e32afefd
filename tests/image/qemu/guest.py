"""A guest that is switched on: its console, its screen, a finger, a card on its reader, a way in by ssh."""

import contextlib
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.image.qemu.card import Card
from tests.image.qemu.console import Console
from tests.image.qemu.hardware import DTB, Ends, Hardware, words
from tests.image.qemu.image import Image, fat
from tests.image.qemu.qmp import Qmp
from tests.image.qemu.reader import Line
from tests.image.qemu.ssh import Ssh
from tests.mqtt.ports import free_port

ROOTS = {"virt": "/dev/vda2", "raspi3b": "/dev/mmcblk0p2"}
CONSOLES = {"virt": "ttyAMA0", "raspi3b": "ttyS1,115200"}
UNARMED = {"virt": (), "raspi3b": ("systemd.watchdog_sec=0",)}
"""QEMU's Pi resets at once where a real one begins to count: who arms its watchdog starts again for ever."""
LIFTS_AFTER = 0.3
"""Seconds for which a finger stays: emulation draws few frames a second."""
GOES_WITHIN = 20.0


class Guest:
    """One power-on. Leaving it is pulling the plug (kill -9 of QEMU), as kiosks are switched off."""

    def __init__(
        self, image: Image, card: Card, folder: Path, hardware: Hardware, *, key: Path | None = None
    ) -> None:
        """Switch on; `folder` gets the console's log. `key` is the private key that opens ssh."""
        folder.mkdir(parents=True, exist_ok=True)
        ends = Ends(folder, free_port())
        ends.qmp.unlink(missing_ok=True)
        self.folder, self.card, self.hardware = folder, card, hardware
        if hardware.board == "raspi3b":
            (folder / DTB).write_bytes(fat(image.raw, "mtype", f"::/{DTB}"))
        self._qemu = subprocess.Popen(
            [*words(hardware, card.path, ends), *_booted(image, hardware)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._qemu.stdout is not None
        self.console = Console(self._qemu.stdout, folder / "console.log")  # type: ignore[arg-type]
        self.qmp = Qmp(ends.qmp)
        self.reader = Line(ends.reader)
        self.ssh = Ssh(ends.ssh, key, folder)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Pull the plug."""
        self.cut()

    @property
    def age(self) -> float:
        """Seconds since power came on."""
        return self.console.age

    @property
    def runs(self) -> bool:
        """Whether QEMU is there."""
        return self._qemu.poll() is None

    def shot(self, name: str) -> Path:
        """What the panel shows now, as a PNG in the guest's folder."""
        path = self.folder / f"{name}.png"
        self.qmp("screendump", filename=str(path), format="png")
        return path

    def tap(self, x: float, y: float) -> None:
        """Touch the panel at a pixel from its top left."""
        assert self.hardware.panel is not None
        width, height = self.hardware.panel
        self.qmp.point(x / width, y / height)
        self.qmp.press(down=True)
        time.sleep(LIFTS_AFTER)  # a finger stays for a while; nothing is waited for
        self.qmp.press(down=False)

    def run(self, script: str, within: float = 120.0) -> str:
        """What a script says as root, by ssh. Raises SshError."""
        return self.ssh.run(script, within)

    def cut(self) -> None:
        """Cut the power; may be called twice."""
        self.ssh.close()
        self.reader.close()
        self.qmp.close()
        self._qemu.kill()
        self._qemu.wait(GOES_WITHIN)
        self.console.join()

    def until(self, true: Callable[[], object], what: str, within: float, every: float = 1.0) -> float:
        """Ask again and again until it is so; the guest's age then. Raises AssertionError at `within`."""
        end = self.age + within
        while not true():
            assert self.runs, f"QEMU has ended: {what}\n{self.console.text[-2000:]}"
            assert self.age < end, f"not within {within:.0f} s: {what}\n{self.console.text[-1500:]}"
            time.sleep(every)
        return self.age

    def comes_in(self, within: float = 900.0) -> float:
        """Wait until ssh lets in; the age then."""
        return self.until(self.ssh.answers, "ssh lets in", within, every=2.0)


def _booted(image: Image, hardware: Hardware) -> Sequence[str]:
    """The image's own kernel line, with the root and the console that this board has."""
    own = [word for word in _said(image) if not word.startswith(("root=", "console="))]
    own += [f"root={ROOTS[hardware.board]}", "console=tty0", f"console={CONSOLES[hardware.board]}"]
    own += UNARMED[hardware.board]
    line = " ".join([*own, "systemd.log_color=0", "systemd.show_status=1"])
    return ["-kernel", str(image.kernel), "-initrd", str(image.initrd), "-append", line]


def _said(image: Image) -> list[str]:
    with contextlib.suppress(subprocess.CalledProcessError):
        return image.said()
    return ["ro", "rootwait"]

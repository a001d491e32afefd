"""A twin of a flashed card: the image's root, booted by systemd-nspawn with a FAT and data of its own.

What is not as on a Pi: folders stand for the FAT partition and for the data partition (a tmpfs where that
is to be small), and both are mounted before the twin starts; what the initramfs tells systemd of the
machine-id is told by systemd-nspawn; the screen is drawn by SDL's offscreen driver; an EM4100 reader is
simulated, on a tty of the twin.
"""

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from drivers.simulated.remote import Devices
from kiosk import catalogue
from kiosk.journal import count
from tests.image.twin.tree import tree
from tests.image.twin.wire import Wire
from tests.kiosk.enrolling import until
from tests.nspawn import Nspawn
from tests.soak.club import SHORT
from ui.remote_client import Screen

TOUCHES = "kiosk/touches.sock"
"""In the data folder."""
KIOSK_TOML = f"""\
readers = ["em4100:///run/devices/em4100"]
clock = "trusted" # nspawn's twin has this machine's
[screen]
touches = "/data/{TOUCHES}"
"""
BY_HAND = f"""\
kiosk = "tajrish-1"
store = "tajrish"
group = "tehran"
broker = "mqtt://127.0.0.1:1"
club_key = {{ id = "1", secret = "{"7e" * 16}" }}
{KIOSK_TOML}"""
"""A kiosk that serves shoppers, and is nobody's."""
SCREEN, SYNC = "bashgah-screen", "bashgah-sync"
DROP_INS = {
    SCREEN: "[Service]\nEnvironment=SDL_VIDEODRIVER=offscreen\nDeviceAllow=char-pts rw\n",
}
DEVICES = """\
[Unit]
Before=bashgah-screen.service
[Service]
User=bashgah-screen
RuntimeDirectory=devices
ExecStart=/opt/bashgah/.venv/bin/python -m drivers.simulated --run /run/devices
"""


class Twin:
    """A flashed card in a kiosk that is off until `boot`; everything goes with `close`."""

    def __init__(self, toml: str | bytes | None = BY_HAND, *, wire: Wire | None = None, mib: int = 0) -> None:
        """`toml` is the technician's file; None: there is none. `mib` makes the data partition that small."""
        self.folder = Path(tempfile.mkdtemp(prefix="bg-twin-", dir="/var/tmp"))  # no tmpfs: it is a disk
        self.folder.chmod(0o755)
        self.root, self.wire = tree(), wire
        self.data, self.card, self.units = (self.folder / name for name in ("data", "card", "units"))
        for folder in (self.data, self.card, self.units):
            folder.mkdir()
        # root of the twin remounts it, which is for all of a file system
        self._mounted = [self._memory(self.card, 4)] + ([self._memory(self.data, mib)] if mib else [])
        self._lay_out()
        self._hasten()
        self.write(toml)
        self._nspawn: Nspawn | None = None
        self._cards = itertools.count(1)

    @property
    def toml(self) -> Path:
        """kiosk.toml, as a laptop sees it."""
        return self.card / "kiosk.toml"

    def write(self, toml: str | bytes | None) -> None:
        """What the technician does at the laptop."""
        _do("mount", "-o", "remount,rw", str(self.card))  # it goes into the laptop
        self.toml.unlink(missing_ok=True)
        if toml is not None:
            self.toml.write_bytes(toml.encode() if isinstance(toml, str) else toml)
            os.chown(self.toml, 0, self.group)
            self.toml.chmod(0o640)

    @property
    def group(self) -> int:
        """The number of `bashgah` in the twin."""
        return _numbers(self.root / "etc/group")["bashgah"]

    def user(self, name: str) -> int:
        """A user's number in the twin."""
        return _numbers(self.root / "etc/passwd")[name]

    def boot(self) -> None:
        """Power on, and wait until everything runs. Raises AssertionError."""
        self.start()
        state = self.state()
        assert state == "running", f"{state}: {self.run('systemctl --failed --no-legend --plain')}"

    def start(self, *, plugged: bool = True) -> None:
        """Power on, with or without the cable in its socket."""
        options = [f"--bind={self.data}:/data", f"--bind-ro={self.card}:/boot/firmware"]
        options += ["--read-only", f"--bind={self.units}:/run/systemd/system", "--hostname=bashgah"]
        if self.machine_id:
            options.append(f"--set-credential=system.machine_id:{self.machine_id}")
        self._nspawn = Nspawn(self.root, self.folder / "console", *options)
        self._nspawn.start()
        if self.wire is not None:
            # systemd-nspawn takes no interface that a udev has not seen, and there may be none here
            until(self._nspawn.init, "its systemd")
            self.wire.lay(self._nspawn.init(), plugged=plugged)

    def state(self) -> str:
        """What systemd says of the whole, once everything is started."""
        assert self._nspawn is not None
        return self._nspawn.state()

    @property
    def machine_id(self) -> str:
        """What the card keeps of itself; empty before its first start."""
        file = self.data / "system/machine-id"
        return file.read_text().strip() if file.exists() else ""

    def run(self, script: str) -> str:
        """What root sees who types something. Raises AssertionError where it fails."""
        done = self.tried(script)
        assert done.returncode == 0, f"{script}\n{done.stdout}"
        return done.stdout

    def tried(self, script: str) -> "subprocess.CompletedProcess[str]":
        """The same for what may fail."""
        assert self._nspawn is not None
        return self._nspawn.run(script)

    def shown(self, unit: str, name: str) -> str:
        """A property of a unit (systemctl(1), show)."""
        return self.run(f"systemctl show -P {name} {unit}").strip()

    def said(self, unit: str) -> str:
        """All that it has logged since the start."""
        return self.run(f"journalctl -o cat -u {unit}")

    def pid(self, unit: str) -> int:
        """Of its main process, as this machine counts; 0 where it does not run."""
        inside = self.shown(unit, "MainPID")
        for status in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                lines = dict(
                    line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
                )
                if lines.get("NSpid", "").split()[1:] == [inside] and self._holds(status.parent):
                    return int(status.parent.name)
        return 0

    def _holds(self, process: Path) -> bool:
        assert self._nspawn is not None
        ours = Path(f"/proc/{self._nspawn.init()}/ns/pid")
        return (process / "ns/pid").readlink() == ours.readlink()

    def screen(self) -> Screen:
        """Eyes and a finger at its glass."""
        return Screen(self.data / TOUCHES)

    def tap(self, screen: Screen, *views: str) -> str:
        """A visit: a new card lies on the reader until one of these views is on the glass; which one."""
        before = screen.drawn
        self.devices.present("em4100", next(self._cards).to_bytes(5, "big"))
        assert screen.wait_for(*views, timeout=20, after=before), f"{screen.notice} {self.said(SCREEN)}"
        self.devices.take_away("em4100")
        assert screen.notice is not None
        view, at = screen.notice.view, screen.notice.at
        assert screen.wait_for("Attract", timeout=20, after=at), screen.notice
        return view

    def journalled(self) -> int:
        """How many events its screen ever made durable."""
        return count(self.data / "kiosk/journal.db")[1]

    @property
    def devices(self) -> Devices:
        """The hand at its reader."""
        assert self._nspawn is not None
        return Devices(f"/proc/{self._nspawn.init()}/root/run/devices/devices.sock")

    def pull(self) -> None:
        """Power off at once."""
        if self._nspawn is not None:
            self._nspawn.close()

    def close(self) -> None:
        """Power off, and throw the card away."""
        self.pull()
        for place in self._mounted:
            _do("umount", "--lazy", str(place))
        shutil.rmtree(self.folder)

    @staticmethod
    def _memory(place: Path, mib: int) -> Path:
        _do("mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=755", "bashgah-twin", str(place))
        return place

    def _lay_out(self) -> None:
        os.chown(self.card, 0, self.group)
        self.card.chmod(0o2750)  # what is made on a FAT is of the group of its mount, too
        self.adds("twin-devices.service", DEVICES)
        wants = self.units / "multi-user.target.wants"
        wants.mkdir()
        (wants / "twin-devices.service").symlink_to("../twin-devices.service")
        for unit, text in (DROP_INS | {"bashgah-erase": self._on_memory("bashgah-erase")}).items():
            self.adds(f"{unit}.service.d/twin.conf", text)

    def _on_memory(self, unit: str) -> str:
        """A drop-in in which a unit looks for a tmpfs where it looks for a FAT."""
        text = (self.root / f"etc/systemd/system/{unit}.service").read_text()
        lines = [line for line in text.splitlines() if line.startswith("Exec") and "-t vfat" in line]
        names = {line.split("=")[0] for line in lines}
        anew = [line.replace("-t vfat", "-t tmpfs") for line in lines]
        return "\n".join(["[Service]", *(f"{name}=" for name in names), *anew, ""])

    def _hasten(self) -> None:
        """Let what a shopper leaves alone go sooner, as head office may set it."""
        kiosk = self.data / "kiosk"
        kiosk.mkdir(exist_ok=True)
        os.chown(kiosk, 0, self.group)
        kiosk.chmod(0o2770)
        catalogue.save(kiosk / "catalogue.json", replace(catalogue.DEFAULT, timings=SHORT))
        (kiosk / "catalogue.json").chmod(0o660)

    def adds(self, name: str, text: str) -> None:
        """A unit, or a drop-in of one, that only this twin has."""
        file = self.units / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)


@contextmanager
def booted(
    toml: str | bytes | None = BY_HAND,
    *,
    wire: Wire | None = None,
    mib: int = 0,
    drop_ins: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Twin]:
    """One that runs; `drop_ins`: what a service of it has otherwise than the card's, by its name."""
    twin = Twin(toml, wire=wire, mib=mib)
    try:
        for unit, text in drop_ins.items():
            twin.adds(f"{unit}.service.d/otherwise.conf", text)
        twin.boot()
        yield twin
    finally:
        twin.close()


def _numbers(file: Path) -> dict[str, int]:
    lines = (line.split(":") for line in file.read_text().splitlines())
    return {name: int(number) for name, _, number, *_ in lines}


def _do(*words: str) -> None:
    subprocess.run(words, check=True)

"""What QEMU is told to be: a board of its own (virt) or a Pi 3 (raspi3b), and what is plugged in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PROGRAM = "qemu-system-aarch64"
NEEDED = (PROGRAM, "mcopy", "mtype", "sfdisk", "ssh", "ssh-keygen")
"""Programs without which none of this runs."""
DTB = "bcm2837-rpi-3-b.dtb"
"""In the image's first partition; raspi3b is given it, as the Pi's firmware would."""


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """`panel` in pixels, None without one. `rtc` is QEMU's `-rtc base=`; empty: the right time.

    `frozen_after` says whether there is a hardware watchdog. `stick` is a second disk on USB, `keyboard` one
    on USB. `reader` is a serial line on USB whose other end is a socket of the test's.
    """

    board: Literal["virt", "raspi3b"] = "virt"
    panel: tuple[int, int] | None = (800, 480)
    rtc: str = ""
    watchdog: bool = True
    network: bool = True
    stick: Path | None = None
    keyboard: bool = False
    reader: bool = True
    memory: str = "1024"
    """MiB: what a Pi 3 has."""
    log: Path | None = None
    """Where every write to the card is logged, as :mod:`tests.powercuts.writes` reads it (virt only)."""


@dataclass(frozen=True)
class Ends:
    """Where the test holds the other ends: files of its own folder, and a port for ssh."""

    folder: Path
    ssh: int

    @property
    def qmp(self) -> Path:
        """QEMU's own door."""
        return self.folder / "qmp"

    @property
    def reader(self) -> Path:
        """The reader's line."""
        return self.folder / "reader"


def words(hardware: Hardware, card: Path, ends: Ends) -> list[str]:
    """The command line, without what is booted."""
    shared = ["-display", "none", "-qmp", f"unix:{ends.qmp},server=on,wait=off"]
    if hardware.rtc:
        shared += ["-rtc", f"base={hardware.rtc}"]
    board = _virt if hardware.board == "virt" else _raspi
    return [PROGRAM, *shared, *board(hardware, card, ends)]


def _virt(hardware: Hardware, card: Path, ends: Ends) -> list[str]:
    found = ["-M", "virt", "-cpu", "cortex-a72", "-smp", "2", "-m", hardware.memory, "-serial", "stdio"]
    found += [
        "-accel",
        "tcg,thread=multi",
        "-device",
        "virtio-rng-pci",
        *_disk(card, hardware.log),
        "-device",
        "qemu-xhci",
    ]
    found += ["-nic", f"{_net(ends)},model=virtio-net-pci" if hardware.network else "none"]
    if hardware.panel:
        width, height = hardware.panel
        found += ["-device", f"virtio-gpu-pci,xres={width},yres={height}", "-device", "virtio-tablet-pci"]
    if hardware.watchdog:
        found += ["-device", "i6300esb", "-action", "watchdog=reset"]
    return [*found, *_plugged(hardware, ends)]


def _disk(card: Path, log: Path | None) -> list[str]:
    drive = f"file={card},format=raw,if=none,id=card,cache=writeback,discard=unmap"
    plain = ["-drive", drive, "-device", "virtio-blk-pci,drive=card,bootindex=0"]
    return _logged(card, log) if log else plain


def _logged(card: Path, log: Path) -> list[str]:
    """A card that takes one operation at a time, so that the order of its log is the order of all.

    Without indirect descriptors a write takes three of the queue's four (virtio 1.2, 5.2.6: header, data,
    status) and a flush two: nothing is on its way beside a write. The guest's flushes are logged, and not
    passed on to this machine's own disk, which no power cut comes to.
    """
    log.touch()
    nodes = (
        f"driver=file,node-name=file,filename={card},cache.no-flush=on",
        "driver=raw,node-name=raw,file=file",
        f"driver=file,node-name=log,filename={log}",
        "driver=blklogwrites,node-name=card,file=raw,log=log,log-sector-size=512,log-super-update-interval=1",
    )
    queue = "num-queues=1,queue-size=4,indirect_desc=off,discard=off,write-zeroes=off"
    drives = [word for node in nodes for word in ("-blockdev", node)]
    return [*drives, "-device", f"virtio-blk-pci,drive=card,bootindex=0,{queue}"]


def _plugged(hardware: Hardware, ends: Ends) -> list[str]:
    found: list[str] = []
    if hardware.reader:
        found += ["-chardev", f"socket,id=reader,path={ends.reader},server=on,wait=off"]
        found += ["-device", "usb-serial,chardev=reader,always-plugged=on"]
    if hardware.keyboard:
        found += ["-device", "usb-kbd"]
    if hardware.stick:
        found += ["-drive", f"file={hardware.stick},format=raw,if=none,id=stick"]
        found += ["-device", "usb-storage,drive=stick"]
    return found


def _net(ends: Ends) -> str:
    return f"user,hostfwd=tcp:127.0.0.1:{ends.ssh}-:22"


def _raspi(hardware: Hardware, card: Path, ends: Ends) -> list[str]:
    # the board has its memory and its cores itself; its console is the second serial line (mini UART)
    found = ["-M", "raspi3b", "-serial", "null", "-serial", "stdio", "-dtb", str(ends.folder / DTB)]
    found += ["-drive", f"file={card},format=raw,if=sd"]
    usb = ["-netdev", f"{_net(ends)},id=net", "-device", "usb-net,netdev=net"]
    return [*found, *(usb if hardware.network else ["-nic", "none"])]

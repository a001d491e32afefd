"""The first partition: a Pi's boot loader, device trees, kernel, and the one file that a technician edits."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from image.apply import remove
from image.errors import Trouble
from image.initrd import version
from image.release import Release
from image.run import run

DEBIANS: Final = "usr/lib/raspi-firmware"
LOADER: Final = ("bootcode.bin", "start.elf", "fixup.dat", "start4.elf", "fixup4.dat")
BOARDS: Final = ("bcm2711-*.dtb", "bcm2837-*.dtb")
"""Pi 4, 400 and CM4; Pi 3, CM3 and Zero 2 W. A Pi 5's device tree is a stub in this kernel."""
PI_3S_CARD: Final = "/soc/mmc@7e202000"
PI_4S_CARD: Final = "/emmc2bus/mmc@7e340000"
HERE: Final = Path(__file__).parent / "card"
AS_IT_IS: Final = ("config.txt", "cmdline.txt")
FOR_WINDOWS: Final = ("kiosk.toml", "README.txt")
"""Whoever opens these has an editor of any system: lines end as the oldest of them wants."""


def lay(root: Path, card: Path, release: Release) -> None:
    """Fill the folder `card`; what is moved out of `root` is there once. Raises Trouble."""
    card.mkdir()
    (root / "boot/initrd.img").rename(card / "initrd.img")
    (root / f"boot/vmlinuz-{version(root)}").rename(card / "vmlinuz")
    for name in LOADER:
        shutil.copy(root / DEBIANS / name, card)
    shutil.copy(root / "usr/share/doc/raspi-firmware/copyright", card / "LICENCE.txt")
    _device_trees(root, card)
    for name in AS_IT_IS:
        shutil.copy(HERE / name, card)
    for name in FOR_WINDOWS:
        (card / name).write_bytes(template(name, release))
    _once(root)


def template(name: str, release: Release) -> bytes:
    """A file for a technician's editor: UTF-8, lines that end with CR LF."""
    text = (HERE / name).read_text("utf-8").replace("{version}", str(release))
    return text.replace("\n", "\r\n").encode()


def _once(root: Path) -> None:
    """Take what Debian's package keeps for another first partition off the root: 44 MB."""
    shutil.rmtree(root / DEBIANS)
    for path in (root / "boot/firmware").iterdir():
        remove(path)


def _device_trees(root: Path, card: Path) -> None:
    overlay = card / "spi.dtbo"
    run("dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", overlay, HERE / "spi.dts")
    for tree in _boards(root):
        run("fdtoverlay", "-i", tree, "-o", card / tree.name, overlay)
        _name_the_card(card / tree.name)
    overlay.unlink()


def _name_the_card(tree: Path) -> None:
    """Have the card be mmcblk0, as `root=` says. Raises Trouble.

    Debian's trees have no alias for it, and then the first controller to answer has that name: Wi-Fi's
    and the card's share a driver that probes asynchronously (Linux, drivers/mmc/core/host.c, mmc_alloc_host).
    """
    node = PI_4S_CARD if tree.name.startswith("bcm2711") else PI_3S_CARD
    if run("fdtget", "-d", "none", "-t", "s", tree, node, "status").strip() != "okay":
        raise Trouble(
            f"{tree.name}: the card's controller is not {node}. Look for it in the kernel's new tree."
        )
    run("fdtput", "-t", "s", tree, "/aliases", "mmc0", node)


def _boards(root: Path) -> Iterator[Path]:
    folder = root / f"usr/lib/linux-image-{version(root)}/broadcom"
    return (path for pattern in BOARDS for path in sorted(folder.glob(pattern)))

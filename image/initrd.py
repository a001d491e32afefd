"""What the kernel has before root is mounted: drivers for a card, and what `systemd/kiosk/initramfs` adds."""

from pathlib import Path
from typing import Final

from image.chroot import Chroot
from image.errors import Trouble

PLACE: Final = "boot/initrd.img"
SETTINGS: Final = "MODULES=list\nCOMPRESS=zstd\nFSTYPE=ext4\nRESUME=none\n"
"""`MODULES=most` would hold drivers of every machine: 37 MB, and two minutes to make. Root lies on a card."""
MODULES: Final = {
    "a Pi 3's card": ("bcm2835", "sdhci_iproc"),
    "a Pi 4's card, and its power": ("gpio_regulator", "fixed", "reset_raspberrypi"),
    "a watchdog": ("bcm2835_wdt", "i6300esb"),
    "a screen, for what goes wrong here": ("vc4", "v3d", "virtio_gpu"),
    "randomness": ("bcm2835_rng", "iproc_rng200", "virtio_rng"),
    "USB, where a card's reader is on it": ("dwc2", "xhci_pci", "usb_storage", "uas"),
    "QEMU": ("virtio_blk", "virtio_mmio", "virtio_input"),
    "filesystems": ("ext4", "crc32c_generic", "vfat", "nls_ascii", "nls_cp437"),
}


def make(inside: Chroot) -> None:
    """/boot/initrd.img for the root's one kernel. Raises Trouble."""
    folder = inside.root / "etc/initramfs-tools"
    (folder / "conf.d/bashgah").write_text(SETTINGS)
    (folder / "modules").write_text("".join(f"{name}\n" for names in MODULES.values() for name in names))
    inside("mkinitramfs", "-o", f"/{PLACE}", version(inside.root))


def version(root: Path) -> str:
    """The kernel's, as its folder of modules is called. Raises Trouble."""
    found = sorted(path.name for path in (root / "usr/lib/modules").iterdir())
    if len(found) != 1:
        raise Trouble(f"one kernel is wanted, and there are {len(found)}: {found}")
    return found[0]

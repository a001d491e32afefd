"""Which Debian packages the card holds, each with why; what they depend on comes with them."""

from typing import Final, Literal, get_args

Arch = Literal["arm64", "amd64"]
ARCHES: Final[tuple[Arch, ...]] = get_args(Arch)
"""`arm64` is the card's; `amd64` its twin without a kernel, which systemd-nspawn boots in a second."""

SUITE: Final = "trixie"
COMPONENTS: Final = ("main", "non-free-firmware")
PYTHON: Final = "3.13"
"""The suite's own."""

_EVERYWHERE: Final = {
    "systemd": "services, users, journal, clock",
    "systemd-sysv": "it is /sbin/init",
    "systemd-resolved": "names, from whatever server the network says",
    "systemd-timesyncd": "the clock: a Pi has none that runs while it is off",
    "libpam-systemd": "a session for who comes in by ssh",
    "libnss-resolve": "programs ask resolved without a listener on port 53",
    "udev": "devices and their groups",
    "dbus": "systemd's own tools speak through it",
    "kmod": "loads drivers",
    "e2fsprogs": "checks and makes the data partition",
    "dosfstools": "checks the partition with kiosk.toml",
    "fdisk": "grows the data partition to the card's end",
    "iproute2": "shows the network to who comes in by ssh",
    "wpasupplicant": "Wi-Fi",
    "iw": "keeps Wi-Fi from sleeping",
    "wireless-regdb": "which channels a country allows",
    "openssh-server": "for who is named in kiosk.toml; otherwise it never starts",
    "python3": "the kiosk",
    "python3-evdev": "readers that type like keyboards",
    "python3-spidev": "the RC522 card reader on SPI",
    "libgl1": "OpenGL, as the kiosk's toolkit asks for it",
    "libgles2": "OpenGL ES, what a Pi's graphics speaks",
    "libegl1": "a drawing surface without a window system",
    "libegl-mesa0": "the same, Mesa's part",
    "libgl1-mesa-dri": "the drivers vc4 and v3d",
    "libgbm1": "buffers that KMS shows",
    "libdrm2": "KMS itself",
    "libudev1": "SDL finds touch panels by it",
    "libxkbcommon0": "SDL's keys",
    "libmtdev1t64": "touch panels of older protocols",
    "libfribidi0": "right-to-left text",
    "fonts-dejavu-core": "letters that Estedad lacks",
}
_CARD: Final = {
    "linux-image-arm64": "the kernel",
    "initramfs-tools": "what runs before root is mounted",
    "zstd": "packs that",
    "busybox": "small programs for that",
    "raspi-firmware": "a Pi's boot loader",
    "firmware-brcm80211": "a Pi's Wi-Fi",
}

HEADERS: Final = f"libpython{PYTHON}-dev"
"""Not on the card: what image/lgpio.py compiles against."""


def packages(arch: Arch) -> dict[str, str]:
    """Name and reason, those without which there is no Debian at all left out."""
    return _EVERYWHERE | (_CARD if arch == "arm64" else {})

"""Whether this machine can make an image: root, the tools, and an emulator for the card's processor."""

import os
import platform
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from image.errors import Trouble
from image.recipe import Arch
from image.run import run

TOOLS = {
    "apt-get": "apt",
    "chroot": "coreutils",
    "dpkg": "dpkg",
    "mmdebstrap": "mmdebstrap",
    "mount": "mount",
    "tar": "tar",
    "unshare": "util-linux",
    "zstd": "zstd",
}
CARD_TOOLS = {
    "aarch64-linux-gnu-gcc": "gcc-aarch64-linux-gnu libc6-dev-arm64-cross",
    "debugfs": "e2fsprogs",
    "dtc": "device-tree-compiler",
    "mcopy": "mtools",
    "mkfs.ext4": "e2fsprogs",
    "mkfs.vfat": "dosfstools",
    "sfdisk": "fdisk",
    "swig": "swig",
}
EMULATOR = {"qemu-aarch64-static": "qemu-user-static"}

MISC = Path("/proc/sys/fs/binfmt_misc")
RULE = Path("/usr/lib/binfmt.d/qemu-aarch64.conf")
INSIDE = "BASHGAH_IMAGE_INSIDE"


def check(arch: Arch, path: str, user: int) -> None:
    """Raise Trouble, with the line to type, where a tool is not in `path`, or `user` is not root."""
    wanted = TOOLS | (CARD_TOOLS if arch == "arm64" else {}) | ({} if native(arch) else EMULATOR)
    gone = {tool: package for tool, package in wanted.items() if not shutil.which(tool, path=path)}
    if gone:
        packages = " ".join(sorted({word for names in gone.values() for word in names.split()}))
        raise Trouble(
            f"missing: {', '.join(gone)}. Type: sudo apt-get install --no-install-recommends {packages}"
        )
    if user:
        target = "image" if arch == "arm64" else f"image-root ARCH={arch}"
        raise Trouble(
            f"only root can make a root filesystem: its files belong to many users. Type: sudo make {target}"
        )


def native(arch: Arch) -> bool:
    """Whether this machine runs that processor's programs itself."""
    return {"arm64": "aarch64", "amd64": "x86_64"}[arch] == platform.machine()


def alone(words: Sequence[str]) -> None:
    """Start again in a mount namespace of its own: whatever happens, no mount outlives the build."""
    if INSIDE not in os.environ:
        apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        command = [*apart, "--propagation", "private", sys.executable, "-m", "image", *words]
        os.execvpe(command[0], command, os.environ | {INSIDE: "1"})  # noqa: S606 - no shell is wanted


def emulated(arch: Arch) -> None:
    """Have the kernel give the other processor's programs to QEMU. Raises Trouble."""
    if native(arch):
        return
    if not (MISC / "register").exists():
        run("mount", "-t", "binfmt_misc", "binfmt_misc", MISC)
    if not (MISC / "qemu-aarch64").exists():
        _register()


def _register() -> None:
    try:
        (MISC / "register").write_text(RULE.read_text())
    except OSError as error:
        raise Trouble(f"the kernel does not take {RULE} ({error}): this container may not emulate") from None

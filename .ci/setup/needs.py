"""What the targets need of the system: how to see that it is there, and which Debian package brings it."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from places import TOOLS

SBIN = ("/usr/sbin", "/usr/local/sbin")
"""Where servers lie, though an ordinary user's PATH does not name it."""


@dataclass(frozen=True)
class Need:
    """One thing that must be there, whoever brought it."""

    what: str
    package: str
    there: Callable[[], bool]


def found(program: str) -> str | None:
    """Where a program lies: in PATH, among the servers, or unpacked beside the venv."""
    folders = [os.environ.get("PATH", os.defpath), *SBIN, str(TOOLS / "bin")]
    return shutil.which(program, path=os.pathsep.join(folders))


def missing(needs: tuple[Need, ...]) -> list[Need]:
    """Those that are not there."""
    return [need for need in needs if not need.there()]


def _program(name: str, package: str) -> Need:
    return Need(name, package, lambda: found(name) is not None)


def _library(file: str, package: str) -> Need:
    return Need(file, package, lambda: _loads(file))


def _file(what: str, package: str, *patterns: str) -> Need:
    return Need(what, package, lambda: any(any(Path("/").glob(pattern)) for pattern in patterns))


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


MOSQUITTO = _program("mosquitto", "mosquitto")
DEMO = (
    MOSQUITTO,
    _library("libGL.so.1", "libgl1"),
    _library("libEGL.so.1", "libegl1"),
    _library("libfribidi.so.0", "libfribidi0"),
    _library("libmtdev.so.1", "libmtdev1"),
    _file("Mesa's drivers", "libgl1-mesa-dri", "usr/lib/*/dri/swrast_dri.so", "usr/lib*/dri/swrast_dri.so"),
    _file("DejaVu Sans", "fonts-dejavu-core", "usr/share/fonts/**/DejaVuSans.ttf"),
)
BENCH = (*DEMO, _program("mosquitto_sub", "mosquitto-clients"))
TEST = (
    *BENCH,
    _program("chromium", "chromium"),
    _program("Xvfb", "xvfb"),
    _program("xdotool", "xdotool"),
    _program("git", "git"),
    _program("ssh-keygen", "openssh-client"),
    _program("sfdisk", "fdisk"),
    _program("mke2fs", "e2fsprogs"),
    _program("qemu-io", "qemu-utils"),  # writes logs of a card as QEMU does, without a machine
    _file("initdb", "postgresql", "usr/lib/postgresql/*/bin/initdb"),
    _library("libatomic.so.1", "libatomic1"),  # Playwright's own node
    _file("libfaketime", "libfaketime", "usr/lib/*/faketime/libfaketime.so.1"),
)
POWERCUTS = (
    _program("linux.uml", "user-mode-linux"),  # a kernel that is a process; Debian has it on x86 only
    _program("mke2fs", "e2fsprogs"),
    _program("debugfs", "e2fsprogs"),
)
ROOT_TREE = (
    _program("mmdebstrap", "mmdebstrap"),
    _program("systemd-nspawn", "systemd-container"),
    _program("mcopy", "mtools"),
    _program("mkfs.vfat", "dosfstools"),
    _program("dtc", "device-tree-compiler"),
    _program("sfdisk", "fdisk"),
    _program("mke2fs", "e2fsprogs"),
    _program("zstd", "zstd"),
)
"""To make the SD image's system for this machine's own processor, and to boot it: only root can."""
IMAGE = (
    *ROOT_TREE,
    _program("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu"),
    _file(
        "the C library to compile for a Pi", "libc6-dev-arm64-cross", "usr/aarch64-linux-gnu/include/stdio.h"
    ),
    _program("swig", "swig"),
    _program("qemu-aarch64-static", "qemu-user-static"),
)
IMAGE_TEST = (
    *DEMO,
    _program("qemu-system-aarch64", "qemu-system-arm"),
    _file("a network card's ROM", "ipxe-qemu", "usr/lib/ipxe/qemu/efi-virtio.rom"),
    _program("mcopy", "mtools"),
    _program("sfdisk", "fdisk"),
    _program("ssh", "openssh-client"),
)
"""To switch a finished image on, which anybody may."""
OF: dict[str, tuple[Need, ...]] = {
    "venv": (),
    "demo": DEMO,
    "bench": BENCH,
    # what only root's tests use must not stop anybody else's
    "test": (*TEST, *ROOT_TREE) if os.geteuid() == 0 else TEST,
    "powercuts": POWERCUTS,
    "image": IMAGE,
    "image-test": IMAGE_TEST,
    "image-powercuts": (*IMAGE_TEST, *POWERCUTS),
}
"""The needs of each target."""

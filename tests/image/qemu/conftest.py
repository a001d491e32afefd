"""The harness itself is tried against QEMU without a guest, and against real partitions."""

import shutil
import subprocess
from pathlib import Path

import pytest

from image.layout import BOOT_MIB, DATA_MIB, GAP_MIB, MIB, ROOT_MIB
from tests.image.qemu.image import FAT_AT, Image

TOOLS = ("qemu-system-aarch64", "mformat", "mcopy", "mtype", "sfdisk")
TABLE = f"""label: dos
start={GAP_MIB}MiB, size={BOOT_MIB}MiB, type=c
start={GAP_MIB + BOOT_MIB}MiB, size={ROOT_MIB}MiB, type=83
start={GAP_MIB + BOOT_MIB + ROOT_MIB}MiB, size={DATA_MIB}MiB, type=83
"""


@pytest.fixture(autouse=True)
def tools() -> None:
    """Skip where QEMU or the mtools are not: `make image-test` says what brings them."""
    if gone := [tool for tool in TOOLS if not shutil.which(tool)]:
        pytest.skip(f"not installed: {', '.join(gone)}")


@pytest.fixture
def image(tmp_path: Path) -> Image:
    """Partitions as on a card, and nothing in them but the file that people edit."""
    raw = tmp_path / "bashgah-0-arm64.img"
    with raw.open("wb") as file:
        file.truncate((GAP_MIB + BOOT_MIB + ROOT_MIB + DATA_MIB) * MIB)
    subprocess.run(["sfdisk", "-q", raw], input=TABLE, text=True, check=True)
    subprocess.run(["mformat", "-i", f"{raw}@@{FAT_AT}", "-F", "-T", str(BOOT_MIB * 2048), "::"], check=True)
    for name in ("vmlinuz", "initrd"):
        (tmp_path / name).touch()
    return Image(raw, tmp_path / "vmlinuz", tmp_path / "initrd")

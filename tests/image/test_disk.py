"""The card's partitions as real files, looked at by the tools that a Pi's system looks with."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from image import disk, layout, trim
from image.layout import MIB
from image.run import PATH

EPOCH = 1_700_000_000
SMALL = 16
"""MiB, instead of a card's whole root."""
TOOLS = ("mkfs.vfat", "mcopy", "mkfs.ext4", "debugfs", "sfdisk", "fsck.vfat", "e2fsck")
pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool, path=PATH) for tool in TOOLS),
    reason="filesystems are made with mtools, dosfstools, e2fsprogs and fdisk: sudo make setup-image",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with what a root has: files, a link, another name for a file, spaces, a device's rights."""
    root = tmp_path / "tree"
    (root / "etc").mkdir(parents=True)
    (root / "etc/name with spaces").write_text("x")
    (root / "etc/link").symlink_to("name with spaces")
    os.link(root / "etc/name with spaces", root / "second name")
    (root / "bin").mkdir(mode=0o2755)
    trim.clamp(root, EPOCH)
    return root


def test_the_first_partition_is_a_sound_fat(tmp_path: Path) -> None:
    card = tmp_path / "card"
    (card / "overlays").mkdir(parents=True)
    (card / "kiosk.toml").write_bytes(b"# ...\r\n")
    image = tmp_path / "boot.fat"
    disk.boot_partition(card, image, EPOCH)
    subprocess.run(["fsck.vfat", "-n", image], check=True, env={"PATH": PATH})
    assert read(image, "kiosk.toml") == b"# ...\r\n"
    assert b"KIOSK" in image.read_bytes()[:512]


def test_root_is_a_sound_ext4_with_what_was_in_the_folder(tree: Path, tmp_path: Path) -> None:
    image = tmp_path / "root.ext4"
    disk.root_partition(tree, image, EPOCH, SMALL)
    subprocess.run(["e2fsck", "-f", "-n", image], check=True, env={"PATH": PATH})
    assert debugfs(image, 'cat "/second name"') == "x"
    assert "link" in debugfs(image, "ls /etc")


def test_the_same_tree_makes_the_same_bytes_later(tree: Path, tmp_path: Path) -> None:
    first, second, copy = tmp_path / "1", tmp_path / "2", tmp_path / "copy"
    disk.root_partition(tree, first, EPOCH, SMALL)
    shutil.copytree(tree, copy, symlinks=True)  # other inodes, another ctime
    (copy / "second name").unlink()
    os.link(copy / "etc/name with spaces", copy / "second name")
    trim.clamp(copy, EPOCH)
    disk.root_partition(copy, second, EPOCH, SMALL)
    assert first.read_bytes() == second.read_bytes()
    times = re.findall(r"[acm]time: (0x[0-9a-f]+)", debugfs(first, 'stat "/second name"'))
    assert {int(then, 16) for then in times} == {EPOCH}, "not when the file came into the folder"


def test_the_card_has_the_partitions_of_the_layout(tree: Path, tmp_path: Path) -> None:
    boot, root, image = tmp_path / "boot", tmp_path / "root", tmp_path / "card.img"
    disk.boot_partition(tree / "etc", boot, EPOCH)
    disk.root_partition(tree, root, EPOCH, SMALL)
    disk.assemble(image, {layout.BOOT: boot, layout.ROOT: root})
    table = json.loads(run("sfdisk", "--json", image))["partitiontable"]
    assert table["label"] == "dos"
    assert int(table["id"], 16) == layout.LABEL_ID
    found = [(part["start"] // 2048, part["size"] // 2048, part["type"]) for part in table["partitions"]]
    assert found == [
        (layout.GAP_MIB, layout.BOOT_MIB, "c"),
        (layout.GAP_MIB + layout.BOOT_MIB, layout.ROOT_MIB, "83"),
        (layout.GAP_MIB + layout.BOOT_MIB + layout.ROOT_MIB, layout.DATA_MIB, "83"),
    ]
    assert image.stat().st_size == disk.size()
    assert image.stat().st_blocks * 512 < disk.size() / 4, "it is sparse"
    with image.open("rb") as card:
        card.seek((layout.GAP_MIB + layout.BOOT_MIB) * MIB)
        assert card.read(4096) == root.read_bytes()[:4096]


def test_data_is_zeros_so_that_the_first_start_makes_it(tree: Path, tmp_path: Path) -> None:
    boot, image = tmp_path / "boot", tmp_path / "card.img"
    disk.boot_partition(tree / "etc", boot, EPOCH)
    disk.assemble(image, {layout.BOOT: boot})
    with image.open("rb") as card:
        card.seek(-layout.DATA_MIB * MIB, os.SEEK_END)
        assert not any(card.read())


def test_the_least_card_has_room_for_data() -> None:
    assert disk.least_card() > disk.size()
    assert disk.least_card() < 4_000_000_000, "what is sold as 4 GB"


def read(image: Path, name: str) -> bytes:
    return subprocess.run(["mtype", "-i", image, f"::/{name}"], check=True, capture_output=True).stdout


def debugfs(image: Path, command: str) -> str:
    return run("debugfs", "-R", command, image)


def run(*words: str | Path) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True, env={"PATH": PATH}).stdout

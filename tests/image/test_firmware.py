"""The folder that becomes the first partition, laid out of a root with a kernel and a boot loader."""

import shutil
import subprocess
from pathlib import Path

import pytest

from image import firmware
from image.errors import Trouble
from image.release import Release
from image.run import PATH

RELEASE = Release("1.2.3", "abcdef0", 1_700_000_000)
KERNEL = "6.12.1-arm64"
TREE = """/dts-v1/;
/ {
	compatible = "raspberrypi,3-model-b", "brcm,bcm2837";
	aliases { serial0 = "/soc/serial@7e215040"; };
	emmc2bus { mmc@7e340000 { status = "PI4"; }; };
	soc {
		#address-cells = <1>;
		#size-cells = <1>;
		mmc@7e202000 { reg = <0x7e202000 0x100>; status = "PI3"; };
		mmc@7e300000 { reg = <0x7e300000 0x100>; status = "okay"; };
		gpio: gpio@7e200000 { reg = <0x7e200000 0xb4>; gpio-controller; #gpio-cells = <2>; };
		spi: spi@7e204000 { reg = <0x7e204000 0x200>; status = "disabled"; };
	};
};
"""
pytestmark = pytest.mark.skipif(
    not all(shutil.which(tool, path=PATH) for tool in ("dtc", "fdtoverlay")),
    reason="device trees are compiled with device-tree-compiler: sudo make setup-image",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    files = [f"boot/vmlinuz-{KERNEL}", "boot/initrd.img", "boot/firmware/start.elf"]
    files += [f"{firmware.DEBIANS}/{name}" for name in (*firmware.LOADER, "start_db.elf")]
    for name in (*files, "usr/share/doc/raspi-firmware/copyright"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / f"usr/lib/modules/{KERNEL}").mkdir(parents=True)
    trees = root / f"usr/lib/linux-image-{KERNEL}/broadcom"
    trees.mkdir(parents=True)
    for name in ("bcm2837-rpi-3-b", "bcm2711-rpi-4-b", "bcm2712-rpi-5-b"):
        tree(trees / f"{name}.dtb")
    return root


def tree(path: Path, pi_3: str = "okay", pi_4: str = "okay") -> None:
    """A board's tree, with what it says of each card's controller."""
    text = TREE.replace("PI3", pi_3).replace("PI4", pi_4)
    dtc("-@", "-I", "dts", "-O", "dtb", "-o", str(path), text=text)


def test_a_pi_finds_what_it_starts_by(root: Path, tmp_path: Path) -> None:
    firmware.lay(root, tmp_path / "card", RELEASE)
    assert {path.name for path in (tmp_path / "card").iterdir()} == {
        *firmware.LOADER, "vmlinuz", "initrd.img", "bcm2837-rpi-3-b.dtb", "bcm2711-rpi-4-b.dtb",
        "config.txt", "cmdline.txt", "kiosk.toml", "README.txt", "LICENCE.txt",
    }  # fmt: skip


def test_what_lies_on_the_first_partition_is_not_on_root_again(root: Path, tmp_path: Path) -> None:
    firmware.lay(root, tmp_path / "card", RELEASE)
    assert list((root / "boot").iterdir()) == [root / "boot/firmware"]
    assert list((root / "boot/firmware").iterdir()) == []
    assert not (root / firmware.DEBIANS).exists()


def test_the_readers_bus_is_on_in_every_device_tree(root: Path, tmp_path: Path) -> None:
    firmware.lay(root, tmp_path / "card", RELEASE)
    for tree in (tmp_path / "card").glob("*.dtb"):
        said = dtc("-I", "dtb", "-O", "dts", str(tree))
        bus = said.partition("spi@7e204000 {")[2].partition("};")[0]
        assert 'status = "okay"' in bus
        assert "spidev@0" in said
        assert "brcm,pins = <0x09 0x0a 0x0b>" in said


def test_the_card_is_the_first_of_its_kind_on_every_board(root: Path, tmp_path: Path) -> None:
    firmware.lay(root, tmp_path / "card", RELEASE)
    aliases = {tree.name: alias(tree) for tree in (tmp_path / "card").glob("*.dtb")}
    assert aliases == {
        "bcm2837-rpi-3-b.dtb": "/soc/mmc@7e202000",
        "bcm2711-rpi-4-b.dtb": "/emmc2bus/mmc@7e340000",
    }


@pytest.mark.parametrize("status", ["disabled", None])
def test_a_board_whose_card_is_elsewhere_makes_no_image(
    root: Path, tmp_path: Path, status: str | None
) -> None:
    board = root / f"usr/lib/linux-image-{KERNEL}/broadcom/bcm2711-rpi-4-b.dtb"
    if status:
        tree(board, pi_4=status)
    else:
        dtc("-@", "-I", "dts", "-O", "dtb", "-o", str(board), text=TREE.replace("mmc@7e340000", "mmc@1"))
    with pytest.raises(Trouble, match=r"bcm2711-rpi-4-b\.dtb.*mmc@7e340000"):
        firmware.lay(root, tmp_path / "card", RELEASE)


def alias(tree: Path) -> str:
    command = ["fdtget", "-t", "s", str(tree), "/aliases", "mmc0"]
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env={"PATH": PATH}
    ).stdout.strip()


def dtc(*words: str, text: str = "") -> str:
    command = ["dtc", "-q", *words]
    return subprocess.run(
        command, input=text, check=True, capture_output=True, text=True, env={"PATH": PATH}
    ).stdout

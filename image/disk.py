"""The card's image: partitions made as files and laid into one, without a loop device or a mount."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from image import layout
from image.layout import MIB
from image.run import run
from image.trim import everything

VOLUME_ID = f"{layout.LABEL_ID:08x}"
UUID = "42676168-0000-4000-8000-000000000002"
HASH_SEED = "42676168-0000-4000-8000-000000000003"
"""The same on every card, as the image's bytes are: nothing finds a partition by these."""
EXT4 = "^has_journal,metadata_csum,64bit"
"""Root is mounted read-only: there is nothing to keep a journal of."""
PLACES = {
    layout.BOOT: (layout.GAP_MIB, layout.BOOT_MIB),
    layout.ROOT: (layout.GAP_MIB + layout.BOOT_MIB, layout.ROOT_MIB),
    layout.DATA: (layout.GAP_MIB + layout.BOOT_MIB + layout.ROOT_MIB, layout.DATA_MIB),
}
"""Where each partition begins, and how large it is in the image, in MiB."""
TABLE = f"""label: dos
label-id: {layout.LABEL_ID:#x}
unit: sectors
sector-size: 512

start={PLACES[layout.BOOT][0] * 2048}, size={PLACES[layout.BOOT][1] * 2048}, type=c, bootable
start={PLACES[layout.ROOT][0] * 2048}, size={PLACES[layout.ROOT][1] * 2048}, type=83
start={PLACES[layout.DATA][0] * 2048}, size={PLACES[layout.DATA][1] * 2048}, type=83
"""


def size() -> int:
    """Of the image, in bytes."""
    return sum(PLACES[layout.DATA]) * MIB


def least_card() -> int:
    """The size of the smallest card that will do, in bytes."""
    return (PLACES[layout.DATA][0] + layout.LEAST_DATA_MIB) * MIB


def boot_partition(folder: Path, image: Path, epoch: int) -> None:
    """A FAT filesystem with what lies in `folder`. Raises Trouble."""
    env = _now(epoch)
    _empty(image, layout.BOOT_MIB)
    run("mkfs.vfat", "--invariant", "-F", "32", "-n", layout.BOOT_LABEL, "-i", VOLUME_ID, image, env=env)
    files = sorted(folder.iterdir())
    run("mcopy", "-m", "-s", "-i", image, *files, "::/", env=env)


def root_partition(root: Path, image: Path, epoch: int, mebibytes: int = layout.ROOT_MIB) -> None:
    """An ext4 filesystem with what lies in `root`, whose times are `epoch` at the latest. Raises Trouble."""
    env = _now(epoch)
    _empty(image, mebibytes)
    extended = f"lazy_itable_init=0,hash_seed={HASH_SEED},root_owner=0:0"
    options = ("-L", layout.ROOT_LABEL, "-m", "0", "-O", EXT4, "-U", UUID, "-E", extended)
    run("mkfs.ext4", "-q", "-F", *options, "-d", root, image, env=env)
    run("debugfs", "-w", "-f", "-", image, text="".join(_times(root, epoch)), env=env)


def assemble(image: Path, partitions: Mapping[int, Path]) -> None:
    """The whole card, sparse. Raises Trouble."""
    image.unlink(missing_ok=True)
    _empty(image, size() // MIB)
    run("sfdisk", "-q", image, text=TABLE)
    for number, partition in partitions.items():
        at = f"seek={PLACES[number][0]}"
        run("dd", f"if={partition}", f"of={image}", "bs=1M", at, "conv=notrunc,sparse", "status=none")


def _times(root: Path, epoch: int) -> Iterator[str]:
    """mke2fs copies when a file's inode was last changed here, and when it was last read."""
    for path in everything(root):
        name = f'"/{path.relative_to(root)}"' if path != root else "/"
        yield f"set_inode_field {name} ctime @{epoch}\nset_inode_field {name} atime @{epoch}\n"


def _empty(image: Path, mebibytes: int) -> None:
    with image.open("wb") as file:
        file.truncate(mebibytes * MIB)


def _now(epoch: int) -> dict[str, str]:
    return {"SOURCE_DATE_EPOCH": str(epoch), "E2FSPROGS_FAKE_TIME": str(epoch)}

"""How the card is divided (MBR): what a technician edits, the system, and all that changes."""

from typing import Final

MIB: Final = 2**20

LABEL_ID: Final = 0x42676168
"""The disk signature of the partition table: the same on every card, since a kernel's line may name it."""
BOOT, ROOT, DATA = 1, 2, 3
"""Partition numbers: FAT `KIOSK`, ext4 `bashgah-root` read-only, ext4 `bashgah-data`."""
BOOT_LABEL, ROOT_LABEL, DATA_LABEL = "KIOSK", "bashgah-root", "bashgah-data"

GAP_MIB: Final = 4
"""Before the first partition, and what partitions are aligned to: an erase block of most cards."""
BOOT_MIB: Final = 256
ROOT_MIB: Final = 1536
DATA_MIB: Final = 16
"""In the image, without a filesystem: the first start makes it as large as the card allows and formats it."""
LEAST_DATA_MIB: Final = 512
"""With less than this for data a card is too small."""

"""Inside the small machine: a kiosk's files on ext4, on a disk that logs what is written to it.

It runs as root of a kernel that is itself a process, so nothing here touches the machine outside.
"""

import subprocess
import sys
from pathlib import Path

from kiosk.device.mounting import OPTIONS
from tests.powercuts import marks, story
from tests.powercuts.mapper import LoggedDisk, load
from tests.powercuts.trade import Trade, hasten


def main(scratch: Path, seed: int, visits: int, loose: bool) -> None:  # noqa: FBT001 - a word of its command line
    """Record. The log's last mark is `end` if all went well."""
    load("dm-mod", "dm-log-writes")
    hasten()
    disk = LoggedDisk(Path("/dev/ubda"), Path("/dev/ubdb"))
    folder = scratch / "disk"
    # After an error nothing is undone: the machine goes, and its disk with it.
    subprocess.run(["mount", "-t", "ext4", "-o", f"{OPTIONS},commit=1", disk.NODE, folder], check=True)
    Trade(folder, disk, loose=loose).run(list(story.visits(seed, visits)))
    subprocess.run(["umount", folder], check=True)
    disk.mark(marks.END)
    disk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "loose")

"""Inside the image: a kiosk's files on its own data partition, twice, with marks on the card.

The second time the screen's journal does not flush, for the counter-proof.
"""

import os
import sys
from pathlib import Path

from tests.powercuts import marks, story
from tests.powercuts.sector import MarkedDisk
from tests.powercuts.trade import Trade, hasten

STRICT, LOOSE = "strict", "loose"
"""The folders, and how the journal is used in each."""
BEGIN = "begin"
"""The mark behind all that came before."""


def main(card: Path, sector: int, data: Path, seed: int, visits: int) -> None:
    """Record, as root. Each time ends with the mark `end`."""
    hasten()
    disk = MarkedDisk(card, sector)
    told = list(story.visits(seed, visits))
    os.sync()
    disk.mark(BEGIN)
    for how in (STRICT, LOOSE):
        (data / how).mkdir(parents=True)
        Trade(data / how, disk, loose=how == LOOSE).run(told)
        os.sync()
        disk.mark(marks.END)
    disk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))

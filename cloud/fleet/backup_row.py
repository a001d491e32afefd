"""A row of backups in a folder: which names they have, which go, and how much room must be left."""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

NAME: Final = re.compile(r"bashgah-\d{8}T\d{6}Z\.tar\Z")
LEAST: Final = 2
"""So many of the newest stay even where their room is wanted: one may turn out to be of no use."""
COPIES: Final = 2
"""The dump and the file that it is packed into are there at the same time."""
SPARE: Final = 0.05
"""Of the disk, what no backup takes: the database lives there too, and must be able to grow."""


def name_at(moment: datetime) -> str:
    """The file's name of a backup of a moment: sorted, they are in order."""
    return f"bashgah-{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}.tar"


def backups(names: Collection[str]) -> list[str]:
    """Those that are of a row, the oldest first; whatever else lies there is nobody's here."""
    return sorted(name for name in names if NAME.match(name))


def surplus(names: Collection[str], keep: int) -> list[str]:
    """What goes when a new one is in place: all but the `keep` newest, the oldest first."""
    row = backups(names)
    return row[: max(0, len(row) - max(keep, 1))]


def needed(database: int, disk: int) -> int:
    """Bytes that must be free before a backup of so large a database begins, on so large a disk."""
    return COPIES * database + round(SPARE * disk)


def given_up(sizes: dict[str, int], missing: int) -> list[str]:
    """The oldest that go to make so many more bytes free; none where all that may go are not enough."""
    gone: list[str] = []
    for name in backups(sizes)[:-LEAST]:
        if missing <= 0:
            break
        gone.append(name)
        missing -= sizes[name]
    return gone if missing <= 0 else []

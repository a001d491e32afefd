"""A card's log of writes, taken apart: what of it concerns a partition, what came before a mark and after."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tests.powercuts.cuts import Recording
from tests.powercuts.disk import Disk
from tests.powercuts.writes import SECTOR, BadLog, Entry


@dataclass(frozen=True)
class Part:
    """A partition, in sectors."""

    first: int
    sectors: int

    @property
    def end(self) -> int:
        """The first sector behind it."""
        return self.first + self.sectors


def within(entries: Iterable[Entry], place: Part) -> Iterator[Entry]:
    """What concerns a partition, its sectors counted from 0; flushes and marks concern every one.

    Raises BadLog where a write crosses its border.
    """
    for entry in entries:
        end = entry.sector + len(entry.data) // SECTOR
        if not entry.data:
            yield entry
        elif place.first <= entry.sector and end <= place.end:
            yield Entry(entry.flags, entry.sector - place.first, entry.data)
        elif place.first < end and entry.sector < place.end:
            raise BadLog(f"a write to sector {entry.sector} crosses the border of a partition")
        elif entry.flushes:
            yield Entry(entry.flags)


def written(recording: Recording) -> Disk:
    """The disk after everything."""
    disk = recording.disk.copy()
    for entry in recording.entries:
        disk.write(entry.sector, entry.data)
    return disk


def split(recording: Recording, mark: str) -> tuple[Recording, Recording]:
    """What came before a mark; what came after it, on the disk as it was then. Raises BadLog without it."""
    at = _find(recording.entries, mark)
    before = Recording(recording.disk, recording.entries[:at])
    return before, Recording(written(before), recording.entries[at + 1 :])


def _find(entries: Sequence[Entry], mark: str) -> int:
    for at, entry in enumerate(entries):
        if entry.mark == mark:
            return at
    raise BadLog(f"the log has no mark {mark}")

"""A disk in memory of which only the sectors that were written take room."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, Self

from tests.powercuts.writes import SECTOR

EMPTY = bytes(SECTOR)


class Disk:
    """So many bytes, zeros at first; sectors are counted from 0."""

    def __init__(self, size: int, sectors: Mapping[int, bytes] | None = None) -> None:
        """`sectors` are those that are not zeros, by their place."""
        self.size = size
        self._sectors = dict(sectors or {})

    @classmethod
    def of(cls, content: bytes) -> Self:
        """A disk with that on it, whole sectors."""
        disk = cls(len(content))
        disk.write(0, content)
        return disk

    def copy(self) -> Self:
        """Another with the same content, which changes alone."""
        return type(self)(self.size, self._sectors)

    def write(self, sector: int, data: bytes) -> None:
        """Put whole sectors there. Raises ValueError where the disk ends before they do."""
        if sector * SECTOR + len(data) > self.size:
            raise ValueError(f"a write to sector {sector} goes beyond the disk's end")
        for place, at in enumerate(range(0, len(data), SECTOR), sector):
            part = data[at : at + SECTOR]
            if part != EMPTY:
                self._sectors[place] = part
            else:
                self._sectors.pop(place, None)

    def read(self, sector: int, count: int = 1) -> bytes:
        """So many sectors from there."""
        return b"".join(self._sectors.get(place, EMPTY) for place in range(sector, sector + count))

    def save(self, path: Path) -> None:
        """Make it a file, with holes where nothing was written."""
        with path.open("wb") as file:
            file.truncate(self.size)
            self._put(file)

    def __bytes__(self) -> bytes:
        """All of it."""
        return self.read(0, self.size // SECTOR)

    def __eq__(self, other: object) -> bool:
        """Whether size and content are the same."""
        if not isinstance(other, Disk):
            return NotImplemented
        return (self.size, self._sectors) == (other.size, other._sectors)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def _put(self, file: BinaryIO) -> None:
        for first, data in self._runs():
            file.seek(first * SECTOR)
            file.write(data)

    def _runs(self) -> Iterator[tuple[int, bytes]]:
        """What stands together, as its first sector and its bytes."""
        ordered = sorted(self._sectors)
        for _, run in groupby(enumerate(ordered), lambda pair: pair[1] - pair[0]):
            places = [place for _, place in run]
            yield places[0], b"".join(self._sectors[place] for place in places)

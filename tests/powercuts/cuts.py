"""Power cuts: where they come, and what a disk with a cache that forgets may hold after each."""

import random
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.powercuts import marks
from tests.powercuts.disk import Disk
from tests.powercuts.writes import SECTOR, Entry


@dataclass(frozen=True)
class Recording:
    """A disk before it was mounted, and all that was then written, flushed and confirmed."""

    disk: Disk
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """The power goes `share` of the way from confirmation `after` (from 0) to the next; `seed` picks writes.

    Said this way, a cut means the same in any recording of the same story.
    """

    after: int
    share: float
    seed: int


@dataclass(frozen=True, slots=True)
class Crash:
    """A disk as the next boot finds it, and what the marks before the cut said last."""

    cut: Cut
    disk: Disk
    said: Mapping[str, str]

    def number(self, mark: str) -> int:
        """What a mark said last, if it says numbers; 0 before the first."""
        return int(self.said.get(mark, 0))

    @property
    def kept(self) -> int:
        """The last order that was confirmed."""
        return self.number(marks.KEPT)


def choose(recording: Recording, count: int, seed: int) -> list[Cut]:
    """Cuts in the order of time: half of them after any confirmation, half where most is written."""
    chance = random.Random(seed)
    chosen = _gaps([*_confirmed(recording), len(recording.entries)], count, chance)
    return sorted(Cut(after, chance.random(), chance.getrandbits(32)) for after in chosen)


def crashes(recording: Recording, cuts: Sequence[Cut]) -> Iterator[Crash]:
    """The disk after each cut. They must be in the order of time."""
    ends = [*_confirmed(recording), len(recording.entries)]
    places = [_place(cut, ends) for cut in cuts]
    disks = _disks(recording, [(at, cut.seed) for at, cut in zip(places, cuts, strict=True)])
    for cut, at, disk in zip(cuts, places, disks, strict=True):
        yield Crash(cut, disk, _said(recording.entries[:at]))


def anywhere(recording: Recording, count: int, seed: int) -> Iterator[Disk]:
    """The disk after cuts at any time: half of them after any flush, half where most is written."""
    chance = random.Random(seed)
    ends = [-1, *_flushes(recording), len(recording.entries)]
    chosen = [(ends[gap] + 1, ends[gap + 1]) for gap in _gaps(ends, count, chance)]
    return _disks(
        recording, sorted((chance.randint(first, last), chance.getrandbits(32)) for first, last in chosen)
    )


def _gaps(ends: Sequence[int], count: int, chance: random.Random) -> list[int]:
    """Every other one of all with the same chance, and every other one the longer, the likelier."""
    gaps = [after - before for before, after in pairwise(ends)]
    return [chance.choices(range(len(gaps)), gaps if number % 2 else None)[0] for number in range(count)]


def _disks(recording: Recording, cuts: Sequence[tuple[int, int]]) -> Iterator[Disk]:
    """What may be there when so many entries came before the cut; its seed. In the order of time."""
    entries, flushes = recording.entries, _flushes(recording)
    disk, upto = recording.disk.copy(), 0
    for at, seed in cuts:
        before = bisect_left(flushes, at)
        flushed = flushes[before - 1] if before else 0
        for entry in entries[upto:flushed]:
            disk.write(entry.sector, entry.data)
        upto = max(upto, flushed)
        found = disk.copy()
        _forget_some(found, entries[flushed:at], random.Random(seed))
        yield found


def _flushes(recording: Recording) -> list[int]:
    return [place for place, entry in enumerate(recording.entries) if entry.flushes]


def _confirmed(recording: Recording) -> list[int]:
    return [place for place, entry in enumerate(recording.entries) if entry.mark.startswith(f"{marks.KEPT}=")]


def _place(cut: Cut, confirmed: Sequence[int]) -> int:
    """How many entries of the log came before the cut."""
    first, last = confirmed[cut.after] + 1, confirmed[cut.after + 1]
    return first + int(cut.share * (last + 1 - first))


def _forget_some(disk: Disk, pending: Sequence[Entry], chance: random.Random) -> None:
    """Write what the disk had not flushed: all, none or some of it, and some of that torn between sectors."""
    density = chance.choice((0.0, 1.0, 0.5, chance.random()))
    for entry in pending:
        if entry.lasting:
            disk.write(entry.sector, entry.data)
        elif chance.random() < density:
            _write(disk, entry, chance if chance.random() < 0.25 else None)


def _write(disk: Disk, entry: Entry, torn: random.Random | None) -> None:
    for place, offset in enumerate(range(0, len(entry.data), SECTOR), entry.sector):
        if torn is None or torn.random() < 0.5:
            disk.write(place, entry.data[offset : offset + SECTOR])


def _said(entries: Sequence[Entry]) -> dict[str, str]:
    words = (entry.mark.partition("=") for entry in entries if entry.mark)
    return {word: rest for word, _, rest in words}

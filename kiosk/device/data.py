"""The data partition at every start: found, grown, checked, made where there is none, mounted; told of."""

import logging
from collections.abc import Callable
from pathlib import Path

from kiosk.device import (
    deciding,
    filesystem,
    folders,
    lost_and_found,
    making,
    mending,
    mounting,
    restored,
    shaping,
)
from kiosk.device import disk as disks
from kiosk.device.deciding import Do, Found
from kiosk.device.disk import Disk, Partition
from kiosk.device.making import Note
from kiosk.device.mounting import NotMounted
from kiosk.device.priorities import ALERT
from kiosk.device.report import Data, Report
from kiosk.device.shaping import NotMade

log = logging.getLogger(__name__)

At = Callable[[str], None]
"""Told of each step before it is done."""


class Card:
    """One disk at one start, whose data partition shall lie at `place`."""

    def __init__(self, disk: Disk, place: Path, again: Callable[[], Disk], at: At) -> None:
        """`again` reads the disk's sizes once more, after the partition has grown."""
        self._disk, self._place, self._again, self._at = disk, place, again, at
        self._detail: list[str] = []

    def prepare(self) -> Report:
        """Do all; when this returns, `place` is mounted, or the report says why not."""
        try:
            return self._prepare()
        except (NotMade, NotMounted, OSError, ValueError) as error:
            log.log(ALERT, "the data partition takes nothing: %s", error)
            return self._report("broken", str(error))

    def _prepare(self) -> Report:
        if self._disk.data is None:
            return self._report("too-small", "the card ends before its data partition")
        making.assert_apart(one.start * disks.SECTOR for one in self._disk.partitions.values())
        self._grow()
        data = self._data()
        noted = making.read(self._disk.node)
        note = noted or Note()
        block = filesystem.superblock(data.node)
        found = Found(block, noted, block is None and filesystem.is_blank(data.node))
        match deciding.decide(found, data.bytes):
            case Do.LEAVE:
                return self._report("broken" if self._detail else "too-small", _too_small(found, data))
            case Do.MAKE:
                self._make(data, note.remade)
                return self._report("remade" if note.making and note.remade else "made")
            case Do.USE:
                return self._use(data, note, in_error=block is None or block.in_error)

    def _use(self, data: Partition, note: Note, *, in_error: bool) -> Report:
        def usable() -> bool:
            try:
                mounting.data(data.node, self._place)
            except NotMounted as error:
                log.warning("%s", error)
                self._detail.append(str(error))
                return False
            return True

        match mending.mend(data.node, usable, self._at):
            case "lost":
                shaping.assert_free(data.node)
                making.write(self._disk.node, note)  # a card that takes nothing says so here: it lost nothing
                log.log(ALERT, "DATA LOST: the data partition is beyond repair and is made anew")
                self._make(data, note.remade + 1)
                return self._report("remade", "it was beyond repair; what had not been sent is lost")
            case "unknown":
                return self._report("broken", "it could not be checked")
            case "clean" if not in_error:
                self._tidy(data)
                return self._report("sound")
            case _:
                self._tidy(data)
                return self._report("repaired")

    def _grow(self) -> None:
        wanted = disks.room(self._disk)
        if wanted is not None:
            self._at("growing")
            if wrong := shaping.grow(self._disk, wanted):
                self._say(f"the partition does not grow: {wrong}")
            self._disk = self._again()

    def _make(self, data: Partition, remade: int) -> None:
        node = self._disk.node
        shaping.assert_free(data.node)
        self._at("noting")
        making.write(node, Note(making=True, remade=remade))
        self._at("making")
        shaping.make(data.node)
        self._at("made")
        making.write(node, Note(remade=remade))
        self._at("mounting")
        mounting.data(data.node, self._place)

    def _tidy(self, data: Partition) -> None:
        """What may go wrong without harm: a filesystem of a smaller card grows, our folders are put back."""
        try:
            if deciding.outgrown(filesystem.superblock(data.node), data.bytes):
                self._at("resizing")
                self._say(mounting.grow(data.node))
            if left := lost_and_found.put_back(self._place):
                self._say(f"without a place, in {lost_and_found.FOLDER}: {left}")
        except OSError as error:
            self._say(str(error))

    def _data(self) -> Partition:
        found = self._disk.data
        assert found is not None
        return found

    def _say(self, text: str) -> None:
        if text:
            log.warning("%s", text)
            self._detail.append(text)

    def _report(self, data: Data, why: str = "") -> Report:
        try:
            remade = (making.read(self._disk.node) or Note()).remade
        except OSError:
            remade = 0
        size = self._disk.data.bytes if self._disk.data else 0
        return Report(data, "; ".join([*([why] if why else []), *self._detail]), remade, size)


def _too_small(found: Found, data: Partition) -> str:
    if found.superblock is not None and deciding.cut_off(found, data.bytes):
        least = -(-(data.start * disks.SECTOR + found.superblock.bytes) // 2**20)
        return (
            f"the data was made on a larger card: nothing was changed; copy it to one of at least {least} MiB"
        )
    return f"{data.bytes // 2**20} MiB are left for data"


def ready(place: Path, report: Report, at: At) -> Report:
    """Make the folders at `place`; in memory, where the card gave nothing to mount. Never raises."""
    if report.data not in {"too-small", "broken"}:
        try:
            at("folders")
            folders.system(place)
            folders.kiosk(place, folders.group())
            if given := restored.give_back(place / "kiosk", folders.sync(), folders.group()):
                log.warning("%d things in %s were root's; screen and sync have them back", given, place)
        except OSError as error:
            log.log(ALERT, "the data partition takes nothing: %s", error)
            report = Report("broken", str(error), report.remade, report.data_bytes)
    if report.data in {"too-small", "broken"}:
        _without(place)
    return report


def _without(place: Path) -> None:
    try:
        mounting.nothing(place)
        folders.system(place)
        folders.kiosk(place, folders.group())
        mounting.seal(place, but=place / "system")
        folders.system(place)
    except (NotMounted, OSError):
        log.exception("there is not even memory in place of data")

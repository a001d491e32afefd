"""What a kiosk that is left alone writes to its card: every write is logged, and counted by file."""

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from image.layout import DATA
from tests.device.card import cut_out, partitions
from tests.image.powercuts.card import Part, within
from tests.image.qemu import inside
from tests.image.qemu.guest import Guest
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import BOOTS_WITHIN, Stand
from tests.powercuts.writes import Entry, length, read
from tests.wear.causes import by_cause, owners, sound

NAME = "idle"
RESTS = int(os.environ.get("IDLE", "480"))
"""Seconds; in each minute it is noted that the cloud was heard."""
PART = 480
"""Seconds that are counted by themselves too: the first ones after a start are not like those that follow."""
DAY = 86_400.0


def run(stand: Stand) -> dict[str, Any]:
    """All of the image runs, in touch with the cloud; what ext4 keeps back is written before and behind."""
    card, log = enrolled(stand), stand.scratch / f"{NAME}.log"
    with stand.on(card, NAME, Hardware(log=log)) as guest:
        guest.comes_in()
        with inside.watching(guest) as screen:
            assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
        inside.running(guest)
        stand.say(f"left alone for {RESTS} s")
        guest.run("sync")
        began = guest.age
        marks = _left_alone(guest, log, began)
        rested = guest.age - began
    entries = read(log)
    parts = [sum(len(entry.data) for entry in entries[one:next_]) for one, next_ in pairwise(marks)]
    found = _written(entries[marks[0] : marks[-1]], card.path, stand.scratch / f"{NAME}.data")
    log.unlink()
    a_day = {cause: round(size * DAY / rested) for cause, size in found.items()}
    stand.say(f"in {rested:.0f} s {sum(found.values())} bytes: {sum(a_day.values()) / 1e6:.1f} MB a day")
    return {"rested": round(rested, 1), "bytes": sum(found.values()), "parts": parts, "bytes_a_day": a_day}


def _left_alone(guest: Guest, log: Path, began: float) -> list[int]:
    """How long the log was when it began, after each part, and once what was kept back was written."""
    marks = [length(log)]
    for end in (*range(PART, RESTS, PART), RESTS):
        _reaches(guest, began + end)
        marks.append(length(log))
    guest.run("sync")
    return [*marks[:-1], length(log)]


def _reaches(guest: Guest, age: float) -> None:
    guest.until(lambda: guest.age >= age, "its rest", age - guest.age + 60.0)


def _written(entries: Sequence[Entry], card: Path, data: Path) -> dict[str, int]:
    """Bytes by the files of the data partition, the most first, and what went elsewhere."""
    there = within(entries, Part(*partitions(card)[DATA - 1]))
    found = dict(by_cause(there, owners(sound(cut_out(card, data)))).most_common())
    data.unlink()
    elsewhere = sum(len(entry.data) for entry in entries) - sum(found.values())
    return {**found, "outside the data partition": elsewhere}

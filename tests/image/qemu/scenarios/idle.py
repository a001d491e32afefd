"""What a kiosk that is left alone writes to its card: every write is logged, and counted by file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from image.layout import DATA
from tests.device.card import cut_out, partitions
from tests.image.powercuts.card import Part, within
from tests.image.qemu import inside
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import BOOTS_WITHIN, Stand
from tests.powercuts.writes import Entry, length, read
from tests.wear.causes import by_cause, owners, sound

NAME = "idle"
RESTS = 480.0
"""Seconds: eight notes that the cloud was heard."""
DAY = 86_400.0


def run(stand: Stand) -> dict[str, Any]:
    """All of the image runs, in touch with the cloud; what ext4 keeps back is written before and behind."""
    card, log = enrolled(stand), stand.scratch / f"{NAME}.log"
    with stand.on(card, NAME, Hardware(log=log)) as guest:
        guest.comes_in()
        with inside.watching(guest) as screen:
            assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
        inside.running(guest)
        guest.run("sync")
        began, first = guest.age, length(log)
        stand.say(f"left alone for {RESTS:.0f} s")
        guest.until(lambda: guest.age >= began + RESTS, "its rest", RESTS + 60.0)
        guest.run("sync")
        rested, last = guest.age - began, length(log)
    found = _written(read(log)[first:last], card.path, stand.scratch / f"{NAME}.data")
    log.unlink()
    a_day = {cause: round(size * DAY / rested) for cause, size in found.items()}
    stand.say(f"in {rested:.0f} s {sum(found.values())} bytes: {sum(a_day.values()) / 1e6:.1f} MB a day")
    return {"rested": round(rested, 1), "bytes": sum(found.values()), "bytes_a_day": a_day}


def _written(entries: Sequence[Entry], card: Path, data: Path) -> dict[str, int]:
    """Bytes by the files of the data partition, the most first, and what went elsewhere."""
    there = within(entries, Part(*partitions(card)[DATA - 1]))
    found = dict(by_cause(there, owners(sound(cut_out(card, data)))).most_common())
    data.unlink()
    elsewhere = sum(len(entry.data) for entry in entries) - sum(found.values())
    return {**found, "outside the data partition": elsewhere}

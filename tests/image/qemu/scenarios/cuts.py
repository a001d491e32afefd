"""The power is cut (kill -9 of QEMU) at random moments; the next start recovers."""

import os
import random
from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.card import Card
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import BOOTS_WITHIN, Stand

NAME = "cuts"
FIRST = 2
"""Cuts of a first start in a run of everything; `make image-cuts CYCLES=20` makes more."""
EARLIEST, LATEST = 4.0, 150.0
"""Seconds after power came on: from the kernel to the enrolment."""


def run(stand: Stand) -> dict[str, Any]:
    """A short smoke: a first start that is cut again and again, and then left alone."""
    return {"first": first(stand, FIRST, int(os.environ.get("SEED", "1")))}


def many(stand: Stand, cycles: int, seed: int) -> dict[str, Any]:
    """First starts, and starts of an enrolled kiosk."""
    return {"first": first(stand, cycles // 2, seed), "enrolled": later(stand, cycles, seed)}


def first(stand: Stand, cycles: int, seed: int) -> dict[str, Any]:
    """The same card, from blank, cut at each start."""
    card = stand.card("cut-first")
    card.write_toml(stand.toml().text())
    moments = [_cut(stand, card, at, number) for number, at in enumerate(_moments(cycles, seed))]
    found = _recovers(stand, card, "cut-first")
    card.remove()
    return {"cut_at": moments, **found}


def later(stand: Stand, cycles: int, seed: int) -> dict[str, Any]:
    """A kiosk of the club's, whose journal has something to lose."""
    card = enrolled(stand)
    moments = [_cut(stand, card, at, number) for number, at in enumerate(_moments(cycles, seed + 1))]
    return {"cut_at": moments, **_recovers(stand, card, "cut-later")}


def _moments(cycles: int, seed: int) -> list[float]:
    dice = random.Random(seed)
    return [round(dice.uniform(EARLIEST, LATEST), 1) for _ in range(cycles)]


def _cut(stand: Stand, card: Card, at: float, number: int) -> dict[str, Any]:
    with stand.on(card, f"cut-{number}") as guest:
        guest.console.wait_for(r"^\Z.", at)  # no line is like this: only the time passes
        last = guest.console.text.splitlines()[-1:]
    stand.say(f"cut {number + 1} at {at} s: {''.join(last)[:90]}")
    return {"at": at, "line": "".join(last)[:120]}


def _recovers(stand: Stand, card: Card, name: str) -> dict[str, Any]:
    with stand.on(card, name) as guest:
        guest.comes_in()
        with inside.watching(guest) as screen:
            assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
        found = inside.report(guest) | inside.state(guest) | {"attract": True}
        guest.run("sync")
    assert found["state"] == "running", found
    assert found["data"] in {"sound", "made", "repaired"}, found
    stand.say(f"left alone it recovers: {found}")
    return found

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
FIRST_START, LATER = (4.0, 70.0), (20.0, 110.0)
"""Seconds after power came on between which it goes: from the kernel to the enrolment, and from where data is
mounted to where shoppers are served, by a start in QEMU that nothing else slows (docs/bench.md)."""


def run(stand: Stand) -> dict[str, Any]:
    """A short smoke: a first start that is cut again and again, and then left alone."""
    return {"first": first(stand, FIRST, int(os.environ.get("SEED", "1")))}


def many(stand: Stand, cycles: int, seed: int) -> dict[str, Any]:
    """First starts, and starts of an enrolled kiosk; `cycles` in all."""
    firsts = cycles // 2
    return {"first": first(stand, firsts, seed), "enrolled": later(stand, cycles - firsts, seed)}


def first(stand: Stand, cycles: int, seed: int) -> dict[str, Any]:
    """The same card, from blank, cut at each start."""
    card = stand.card("cut-first")
    card.write_toml(stand.toml().text())
    moments = [_cut(stand, card, at, number) for number, at in enumerate(_moments(FIRST_START, cycles, seed))]
    found = _recovers(stand, card, "cut-first")
    card.remove()
    return {"cut_at": moments, **found}


def later(stand: Stand, cycles: int, seed: int) -> dict[str, Any]:
    """A kiosk of the club's, whose journal has something to lose."""
    card = enrolled(stand)
    moments = [_cut(stand, card, at, number) for number, at in enumerate(_moments(LATER, cycles, seed + 1))]
    return {"cut_at": moments, **_recovers(stand, card, "cut-later")}


def _moments(between: tuple[float, float], cycles: int, seed: int) -> list[float]:
    dice = random.Random(seed)
    return [round(dice.uniform(*between), 1) for _ in range(cycles)]


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

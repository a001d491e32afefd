"""Which scenarios there are, and one run of some."""

import time
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from tests.image.qemu.scenarios import (
    again,
    clocks,
    corrupt,
    cuts,
    first,
    frozen,
    idle,
    mended,
    panel,
    raspi,
    sizes,
    small,
    strangers,
    twins,
    visit,
)
from tests.image.qemu.stand import Stand, seconds

USUAL: tuple[ModuleType, ...] = (first, visit, again, frozen, corrupt, small, cuts)
"""What `make image-test` does, in this order: a later one goes on with the card of an earlier one."""
MORE: tuple[ModuleType, ...] = (idle, twins, mended, sizes, clocks, panel, strangers, raspi)
"""With ONLY=twins,panel one asks for others."""
Outcome = dict[str, Any]


class Unknown(Exception):
    """There is no scenario of this name."""


def chosen(only: str) -> list[ModuleType]:
    """The usual, or those that are named, in the order of the table. Raises Unknown."""
    names = [name for name in only.split(",") if name]
    known = {module.NAME: module for module in (*USUAL, *MORE)}
    if strange := [name for name in names if name not in known and name != "all"]:
        raise Unknown(f"no scenario {', '.join(strange)}; there are {', '.join(known)}, all")
    if "all" in names:
        return list(known.values())
    return [module for module in known.values() if module.NAME in names] if names else list(USUAL)


def play(stand: Stand, scenarios: Sequence[tuple[str, Callable[[Stand], Outcome]]]) -> Outcome:
    """Run them; what each found, and how long it took. One that fails does not end the others."""
    found: Outcome = {}
    for name, run in scenarios:
        began = time.monotonic()
        stand.say(f"--- {name}")
        try:
            found[name] = {"passed": True, **run(stand)}
        except Exception as error:  # noqa: BLE001 - whatever stops one scenario is its result
            found[name] = {"passed": False, "why": f"{type(error).__name__}: {error}"}
            stand.say(f"FAILED {name}: {error}")
        found[name]["seconds"] = seconds(began)
        stand.say(f"--- {name}: {'passed' if found[name]['passed'] else 'FAILED'}, {seconds(began):.0f} s")
    return found

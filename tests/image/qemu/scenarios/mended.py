"""Random blocks of the data partition are overwritten: fsck mends it or it is made anew; it always starts."""

import random
from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import Stand

NAME = "mended"
BLOCK = 4096
BLOCKS = 64
WITHIN = 96 << 20
"""Where metadata is, and most of what is written first."""


def run(stand: Stand) -> dict[str, Any]:
    """64 blocks of the first 96 MiB, by a fixed seed."""
    card = enrolled(stand).copy(stand.scratch / f"{NAME}.img")
    dice = random.Random(9)
    card.spoil([(BLOCK * dice.randrange(WITHIN // BLOCK), BLOCK) for _ in range(BLOCKS)])
    with stand.on(card, NAME) as guest:
        guest.comes_in()
        found = inside.report(guest) | inside.state(guest)
        inside.settled(guest, "screen")
    card.remove()
    stand.say(f"{BLOCKS} blocks overwritten: {found}")
    assert found["data"] in {"repaired", "remade"}, found
    return found

"""The data partition is beyond repair: it is made anew, and root's report and the screen say so."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.card import DATA_AT, Card
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import Stand

NAME = "corrupt"
GROUP = 32768 * 4096
"""Bytes of a block group of ext4; sparse_super keeps backups in those of 1 and the powers of 3, 5 and 7."""


def run(stand: Stand) -> dict[str, Any]:
    """Overwrite every superblock between two starts; then the same card once more, which must be calm."""
    card = enrolled(stand).copy(stand.scratch / f"{NAME}.img")
    card.spoil([(0, 16 << 20), *((at, 4 << 20) for at in _backups(card))])
    found: dict[str, Any] = {}
    for start, wanted in enumerate(("remade", "sound")):
        with stand.on(card, f"{NAME}-{start}") as guest:
            guest.comes_in()
            report = inside.report(guest)
            stand.say(f"start {start + 1} after all superblocks were overwritten: {report}")
            assert report["data"] == wanted, report
            assert report["remade"] == 1, report
            inside.settled(guest, "screen")
            found[f"start_{start + 1}"] = report | inside.state(guest) | inside.progress(guest)
            guest.run("sync")
    card.remove()
    return found


def _backups(card: Card) -> list[int]:
    groups = (card.size - DATA_AT) // GROUP
    powers = {base**power for base in (3, 5, 7) for power in range(12)}
    return [group * GROUP for group in sorted(powers) if group < groups]

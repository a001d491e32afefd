"""Cards that are smaller than the image, or hardly larger: what is seen."""

from typing import Any

from image.layout import MIB
from tests.image.qemu import inside
from tests.image.qemu.card import GB
from tests.image.qemu.stand import Stand
from tests.image.qemu.toml import ssh

NAME = "small"
WORDS = r"this card is too small"
SEEN_WITHIN = 300.0
PAINTED_WITHIN = 60.0
"""The panel's console paints after the serial line has it."""


def run(stand: Stand) -> dict[str, Any]:
    """Of 1 GB, where the system itself is cut off, and of 2 GB, which leaves hardly room for data."""
    return {"1_gb": _cut_off(stand), "2_gb": _hardly(stand)}


def _cut_off(stand: Stand) -> str:
    card = stand.card("small-1", 1 * GB)
    with stand.on(card, "small-1") as guest:
        seen = guest.console.wait_for(WORDS, SEEN_WITHIN)
        assert seen is not None, guest.console.text[-2000:]
        inside.picture(guest, "screen", PAINTED_WITHIN)
    card.remove()
    stand.say(f"1 GB, after {seen[0]:.0f} s on the console: {seen[1]}")
    return seen[1]


def _hardly(stand: Stand) -> dict[str, Any]:
    card = stand.card("small-2", 2 * GB)
    card.write_toml(f"{card.toml()}\n{ssh(stand.key[1])}")
    with stand.on(card, "small-2") as guest:
        guest.comes_in()
        report = inside.report(guest)
        inside.settled(guest, "screen")
    card.remove()
    stand.say(f"2 GB: {report}")
    assert report["data"] == "too-small", report
    assert report["data_bytes"] < 512 * MIB, report
    return report

"""QEMU's own Pi 3 with the image as its SD card: as far as it goes, on the serial console."""

import re
from typing import Any

from tests.image.qemu.hardware import Hardware
from tests.image.qemu.stand import Stand
from tests.image.qemu.toml import ssh

NAME = "raspi"
SIZE = 4 << 30
"""A power of two: QEMU's SD card takes nothing else."""
WITHIN = 900.0
FAILED = re.compile(r"\[FAILED\] Failed to start (\S+)")
EXPECTED = ("bashgah-screen.serv", "bashgah-sync.serv")
"""There is no /dev/dri, and nobody filled kiosk.toml in; long names are cut short on the console."""


def run(stand: Stand) -> dict[str, Any]:
    """To multi-user, with no unit failing but the two of the kiosk itself."""
    card = stand.card(NAME, SIZE)
    card.write_toml(f"{card.toml()}\n{ssh(stand.key[1])}")
    with stand.on(card, NAME, Hardware(board="raspi3b")) as guest:
        reached = guest.console.wait_for("Reached target multi-user", WITHIN)
        assert reached is not None, guest.console.text[-3000:]
        failed = sorted(set(FAILED.findall(guest.console.text)))
    assert all(name.startswith(EXPECTED) for name in failed), failed
    card.remove()
    stand.say(f"raspi3b: multi-user after {reached[0]:.0f} s; failed: {failed}")
    return {"multi_user_after": round(reached[0]), "failed": failed}

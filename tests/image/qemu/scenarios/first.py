"""First start of a new card: it grows, systemd is content, and the screen says what kiosk.toml lacks."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.card import DATA_AT
from tests.image.qemu.stand import Stand
from tests.image.qemu.toml import ssh

NAME = "first"


def run(stand: Stand) -> dict[str, Any]:
    """The image's own kiosk.toml, and a key for ssh: the rest is as it was flashed."""
    card = stand.card(NAME)
    sectors = card.data_sectors()
    card.write_toml(f"{card.toml()}\n{ssh(stand.key[1])}")
    with stand.on(card, NAME) as guest:
        came = guest.comes_in()
        stand.say(f"first start: ssh lets in after {came:.0f} s")
        told = inside.running(guest)
        report = inside.report(guest)
        assert report["data"] == "made", report
        picture = inside.settled(guest, "setup")
        driver = guest.run("ls -l /proc/$(systemctl show -P MainPID bashgah-screen)/fd | grep -c /dev/dri")
        stand.say(f"set-up screen after {guest.age:.0f} s: {picture.name}")
        listening = guest.run("ss -Hltun | awk '{print $5}'").split()
        assert int(driver) > 0, "the screen is not drawn through DRM"
        identity = inside.identity(guest)
    grown = card.data_sectors()
    assert grown > sectors, (sectors, grown)
    assert _reaches_the_end(grown, card.size), (grown, card.size)
    stand.kept[NAME] = card
    return {
        "state": told["state"], "ssh_after": round(came), "data": report, "grown_mib": grown >> 11,
        "listening": listening, "identity": identity,
    }  # fmt: skip


def _reaches_the_end(sectors: int, size: int) -> bool:
    return size - DATA_AT - sectors * 512 < 8 << 20

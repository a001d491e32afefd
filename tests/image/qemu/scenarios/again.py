"""Two starts of one card: it stays the same device."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.scenarios.enrolled import enrolled
from tests.image.qemu.stand import Stand

NAME = "again"


def run(stand: Stand) -> dict[str, Any]:
    """Start an enrolled card twice."""
    card = enrolled(stand)
    found = []
    for start in range(2):
        with stand.on(card, f"{NAME}-{start}") as guest:
            guest.comes_in()
            found.append(inside.identity(guest))
            report = inside.report(guest)
            assert report["data"] in {"sound", "repaired"}, report
    assert found[0] == found[1], found
    stand.say("machine-id, host keys and the kiosk's key are the same after another start")
    return {"identity": found[0], "data": report}

"""Cards of 4 GB and of 64 GB: the data partition takes what there is."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.card import DATA_AT, GB
from tests.image.qemu.stand import Stand
from tests.image.qemu.toml import ssh

NAME = "sizes"
END_MIB = 8
"""What may be left over at the end."""


def run(stand: Stand) -> dict[str, Any]:
    """One start each."""
    return {f"{size}_gb": _one(stand, size) for size in (4, 64)}


def _one(stand: Stand, size: int) -> dict[str, Any]:
    card = stand.card(f"size-{size}", size * GB)
    card.write_toml(f"{card.toml()}\n{ssh(stand.key[1])}")
    with stand.on(card, f"size-{size}") as guest:
        came = guest.comes_in()
        found = inside.report(guest) | inside.state(guest) | {"ssh_after": round(came)}
        guest.run("sync")
    assert found["data"] == "made", found
    assert card.size - DATA_AT - found["data_bytes"] < END_MIB << 20, found
    card.remove()
    stand.say(f"{size} GB: {found}")
    return found

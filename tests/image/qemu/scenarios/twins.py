"""Two cards flashed with the same image and the same kiosk.toml: what they do not share, and what is said."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.stand import Stand

NAME = "twins"


def run(stand: Stand) -> dict[str, Any]:
    """Both start from the same file; the first uses the token up."""
    text = stand.toml().text()
    found: dict[str, Any] = {}
    for name in ("one", "other"):
        card = stand.card(f"{NAME}-{name}")
        card.write_toml(text)
        with stand.on(card, f"{NAME}-{name}") as guest:
            guest.comes_in()
            with inside.watching(guest) as screen:
                wanted = "Attract" if name == "one" else "Setup"
                assert screen.wait_for(wanted, timeout=600), screen.notice
            inside.settled(guest, "screen")
            found[name] = inside.identity(guest)
        card.remove()
    shared = set(found["one"].values()) & set(found["other"].values())
    assert not shared, shared
    assert {name.split("-")[0] for name in found["one"]} == {"machine", "host", "kiosk"}, found
    stand.say("two cards share no machine-id, no host key and no key of a kiosk's")
    return found

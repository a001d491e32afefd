"""Two cards flashed with the same image and the same kiosk.toml: what they do not share, and what is said."""

from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.guest import Guest
from tests.image.qemu.stand import BOOTS_WITHIN, Stand

NAME = "twins"


def run(stand: Stand) -> dict[str, Any]:
    """Both start from the same file; the first uses the token up, and the second says so."""
    text = stand.toml().text()
    found: dict[str, Any] = {}
    for name, outcome in (("one", _comes_in), ("other", _is_refused)):
        card = stand.card(f"{NAME}-{name}")
        card.write_toml(text)
        with stand.on(card, f"{NAME}-{name}") as guest:
            guest.comes_in()
            found[f"{name}_says"] = outcome(guest)
            inside.settled(guest, "screen")
            found[name] = inside.identity(guest)
        card.remove()
    shared = set(found["one"].values()) & set(found["other"].values())
    assert not shared, shared
    assert {name.split("-")[0] for name in found["one"]} == {"machine", "host", "kiosk"}, found
    stand.say(
        f"two cards share no machine-id, host key or kiosk's key; the second says {found['other_says']}"
    )
    return found


def _comes_in(guest: Guest) -> str:
    with inside.watching(guest) as screen:
        assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
    return "Attract"


def _is_refused(guest: Guest) -> dict[str, Any]:
    guest.until(lambda: inside.progress(guest).get("reason"), "the gate's answer", BOOTS_WITHIN, every=5.0)
    return inside.progress(guest)

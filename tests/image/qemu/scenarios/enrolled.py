"""A card of a kiosk that is one of the club's, for scenarios that begin there."""

from tests.image.qemu import inside
from tests.image.qemu.card import Card
from tests.image.qemu.stand import BOOTS_WITHIN, Stand
from tests.image.qemu.toml import keys

NAME = "enrolled"


def enrolled(stand: Stand) -> Card:
    """The one that an earlier scenario enrolled, or one that is enrolled now."""
    if NAME not in stand.kept:
        stand.say("a card is enrolled first")
        card = stand.card(NAME)
        card.write_toml(stand.toml().text())
        with stand.on(card, NAME) as guest:
            guest.comes_in()
            with inside.watching(guest) as screen:
                assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
            guest.until(
                lambda: "token" not in keys(guest.run("cat /boot/firmware/kiosk.toml")), "erased", 120
            )
            guest.run("sync")
        stand.kept[NAME] = card
    return stand.kept[NAME]

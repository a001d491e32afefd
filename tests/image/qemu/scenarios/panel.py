"""No panel: sync enrols all the same, and the screen's service tries again without flooding anything."""

from typing import Any

from tests.image.qemu.hardware import Hardware
from tests.image.qemu.stand import Stand

NAME = "panel"
LOOKS_FOR = 60.0
MOST_LINES, MOST_STARTS = 200, 30
"""A minute's."""


def run(stand: Stand) -> dict[str, Any]:
    """A minute's retries once the certificate is there."""
    card = stand.card(NAME)
    card.write_toml(stand.toml().text())
    with stand.on(card, NAME, Hardware(panel=None)) as guest:
        guest.comes_in()
        guest.until(stand.outside.certificates, "a certificate is given", 300.0)
        before, began = _starts(guest.run(RESTARTS)), guest.age
        guest.until(lambda: guest.age - began > LOOKS_FOR, "a minute", LOOKS_FOR + 30)
        found = {
            "starts_a_minute": _starts(guest.run(RESTARTS)) - before,
            "lines_a_minute": int(guest.run("journalctl --since=-60s -o cat --no-pager | wc -l")),
            "says": guest.run("journalctl -u bashgah-screen -n 4 -o cat --no-pager"),
            "sync": guest.run("systemctl is-active bashgah-sync").strip(),
        }
    card.remove()
    stand.say(f"no panel: {found}")
    assert found["sync"] == "active", found
    assert int(str(found["lines_a_minute"])) < MOST_LINES, found
    assert int(str(found["starts_a_minute"])) < MOST_STARTS, found
    return found


RESTARTS = "systemctl show -P NRestarts bashgah-screen"


def _starts(said: str) -> int:
    return int(said)

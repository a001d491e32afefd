"""A clock that is wrong by decades, before NTP has put it right and after."""

from dataclasses import replace
from typing import Any

from tests.image.qemu import inside
from tests.image.qemu.hardware import Hardware
from tests.image.qemu.stand import BOOTS_WITHIN, Stand

NAME = "clocks"
WRONG = ("1970-01-02T00:00:00", "2040-01-01T00:00:00")


def run(stand: Stand) -> dict[str, Any]:
    """Each twice: where nobody tells the time, and where somebody does."""
    found: dict[str, Any] = {}
    for base in WRONG:
        year = base[:4]
        toml = stand.toml()
        card = stand.card(f"clock-{year}")
        card.write_toml(replace(toml, ntp=False).text())
        with stand.on(card, f"clock-{year}-untold", Hardware(rtc=base)) as guest:
            guest.comes_in()
            inside.settled(guest, "screen", still=20.0, within=300.0)
            found[f"{year}_untold"] = _told(guest.run("date -Is"), inside.state(guest))
            found[f"{year}_untold"]["says"] = inside.progress(guest)
        stand.say(f"{year}, nobody tells the time: {found[f'{year}_untold']}")
        card.write_toml(toml.text())
        with stand.on(card, f"clock-{year}-told", Hardware(rtc=base)) as guest:
            guest.comes_in()
            with inside.watching(guest) as screen:
                assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), screen.notice
            inside.picture(guest, "screen")
            found[f"{year}_told"] = _told(guest.run("date -Is"), inside.state(guest))
        stand.say(f"{year}, NTP tells it: enrolled, {found[f'{year}_told']}")
        card.remove()
    return found


def _told(date: str, state: dict[str, Any]) -> dict[str, Any]:
    return {"date": date.strip(), **state}

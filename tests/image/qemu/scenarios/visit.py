"""From kiosk.toml to an event at head office: enrolment, Attract, a card, an answer."""

import time
from pathlib import Path
from typing import Any

from cloud.club.demo.tray import KINDS
from mqtt.vocabulary import ClubKey, card_key
from tests.image.qemu import inside, measured, picture
from tests.image.qemu.guest import Guest
from tests.image.qemu.inside import touch
from tests.image.qemu.stand import BOOTS_WITHIN, Stand
from tests.image.qemu.toml import keys
from ui.remote_client import Screen

NAME = "visit"
RESTS = 1.5
"""Seconds for which a card lies on the coil."""
ARRIVES_WITHIN = 180.0


def run(stand: Stand) -> dict[str, Any]:
    """On the card of the first start, if there was one: a technician mends its kiosk.toml, no more."""
    card = stand.kept.pop("first", None) or stand.card(NAME)
    club_key = stand.outside.plan.club_key
    secrets = (club_key.encode(), bytes.fromhex(club_key))
    assert not card.holds(*secrets), "the club key is on the card before the kiosk is enrolled"
    card.write_toml(stand.toml().text())
    with stand.on(card, NAME) as guest:
        guest.comes_in()
        with inside.watching(guest) as screen:
            found = _attract(stand, guest, screen)
            stand.say(f"Attract: {found['picture']}")
            _visit(stand, guest, screen)
        found |= _events(stand, guest)
        found |= {"state": inside.running(guest), "identity": inside.identity(guest)}
        found |= {"memory_mib": measured.memory(guest)}
        guest.run("sync")
    assert card.holds(*secrets), "the search for the club key finds nothing even where it is"
    assert "token" not in keys(card.toml()), "the used token is still on the card"
    stand.kept["enrolled"] = card
    return found


def _attract(stand: Stand, guest: Guest, screen: Screen) -> dict[str, Any]:
    assert screen.wait_for("Attract", timeout=BOOTS_WITHIN), guest.run("journalctl -b -n 60 --no-pager")
    assert screen.notice is not None
    boot = measured.boot(guest, screen.notice.at)
    inside.picture(guest, "attract")
    shot, told = guest.shot("attract"), guest.run("date '+%s.%N %z'").split()
    return {"boot": boot, "picture": compared(stand, guest, shot, told)}


def compared(stand: Stand, guest: Guest, shot: Path, told: list[str]) -> dict[str, float]:
    """The screenshot against what this machine draws; `told` is what the guest's `date` says."""
    sign = -1 if told[1][0] == "-" else 1
    offset = sign * (int(told[1][1:3]) * 3600 + int(told[1][3:5]) * 60)
    drawn = picture.attract(guest.folder / "drawn", 7, offset, float(told[0]))
    best, path = picture.nearest(shot, drawn)
    (stand.evidence / "drawn.png").write_bytes(path.read_bytes())
    assert best.share <= picture.MOST, f"Attract is drawn differently: {best}, {shot}"
    return {"share_off": round(best.share, 6), "mean_levels": round(best.mean, 3), "worst": best.worst}


def _visit(stand: Stand, guest: Guest, screen: Screen) -> None:
    member = stand.outside.card()
    key = ClubKey("1", bytes.fromhex(stand.outside.plan.club_key))
    name = card_key(key, KINDS["em4100"], bytes.fromhex(member.card))
    guest.until(lambda: inside.knows(guest, name), "the members", BOOTS_WITHIN, every=5.0)
    before = screen.drawn
    guest.reader.lay(bytes.fromhex(member.card), RESTS)
    assert screen.wait_for("Welcome", timeout=60, after=before), screen.notice
    stand.say("a card on the serial line: Welcome")
    inside.picture(guest, "welcome")
    touch(guest, screen, "continue")
    assert screen.wait_for("Ask", timeout=60, after=before), screen.notice
    inside.picture(guest, "ask")
    time.sleep(2.0)  # a question that is answered before it can be read counts in no index
    assert screen.notice is not None
    answers = sorted(name for name in screen.notice.targets if name.startswith("answer-"))
    touch(guest, screen, answers[-1])
    assert screen.wait_for("Undo", timeout=60, after=before), screen.notice
    stand.say(f"a finger on the tablet: {answers[-1]}, and it can be undone")
    inside.picture(guest, "undo")
    assert screen.wait_for("Attract", timeout=120, after=before), screen.notice


def _events(stand: Stand, guest: Guest) -> dict[str, Any]:
    """Everything the kiosk's journal ever held is posted, once."""
    epoch, count = inside.journalled(guest)
    guest.until(
        lambda: stand.outside.audit(epoch)["posted"] >= count, "all is posted", ARRIVES_WITHIN, every=2.0
    )
    stored = [(sequence, kind) for one, sequence, kind in stand.outside.stored() if one == epoch]
    numbers = [sequence for sequence, _ in stored]
    assert sorted(numbers) == list(range(1, len(numbers) + 1)), numbers
    audit = stand.outside.audit(epoch)
    assert not audit["doubled"], audit
    stand.say(f"{len(stored)} events at the collector outside, each once: {sorted({k for _, k in stored})}")
    return {"journalled": count, "stored": len(stored), "doubled": audit["doubled"]}

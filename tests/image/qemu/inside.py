"""Questions to a guest, by ssh, and what it draws."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from tests.image.qemu.guest import Guest
from tests.image.qemu.ssh import SshError
from tests.image.qemu.stand import BOOTS_WITHIN
from tests.image.qemu.toml import TOUCHES
from ui.remote_client import Screen

PYTHON = "/opt/bashgah/.venv/bin/python"
SETTLES_WITHIN = 300.0


def state(guest: Guest) -> dict[str, Any]:
    """Whether systemd is content once all has started: its word, and the units that failed."""
    said = guest.run("systemctl is-system-running --wait || true", SETTLES_WITHIN).strip()
    failed = guest.run("systemctl --failed --no-legend --plain | cut -d' ' -f1").split()
    return {"state": said, "failed": failed}


def running(guest: Guest) -> dict[str, Any]:
    """The same of a machine of which all must have started."""
    found = state(guest)
    assert found == {"state": "running", "failed": []}, found
    return found


def report(guest: Guest) -> dict[str, Any]:
    """What root told of the machine: kiosk.device.report."""
    found: dict[str, Any] = json.loads(guest.run("cat /run/bashgah/device.json"))
    return found


def progress(guest: Guest) -> dict[str, Any]:
    """How far it has come with its enrolment; empty before sync has said anything."""
    said = guest.run("cat /data/kiosk/enrolment.json 2>/dev/null || true")
    found: dict[str, Any] = json.loads(said) if said else {}
    return {name: found[name] for name in ("step", "reason", "detail") if name in found}


def identity(guest: Guest) -> dict[str, str]:
    """What no two devices may share: machine-id, ssh's host keys, the kiosk's own key (as hashes)."""
    script = """echo machine $(cat /etc/machine-id)
    for file in /data/system/ssh/*.pub; do echo "host $(cut -d' ' -f2 <$file)"; done
    find /data/kiosk -name 'key.pem*' | while read file; do echo kiosk $(sha256sum <$file); done"""
    lines = [line.split() for line in guest.run(script).splitlines()]
    return {f"{line[0]}-{at}": line[1] for at, line in enumerate(lines)}


def journalled(guest: Guest) -> tuple[str, int]:
    """The epoch of its journal, and how many events it ever held."""
    script = "from pathlib import Path; from kiosk.journal import count"
    script += "; print(*count(Path('/data/kiosk/journal.db')))"
    epoch, number = python(guest, script).split()
    return epoch, int(number)


def knows(guest: Guest, card_key: str) -> bool:
    """Whether it has a member's card."""
    script = "from pathlib import Path; from kiosk.members import Members"
    script += f"; print(Members(Path('/data/kiosk/replica.db')).find(('{card_key}',)) is not None)"
    try:
        return python(guest, script).strip() == "True"
    except SshError:  # there is no replica yet
        return False


def python(guest: Guest, script: str) -> str:
    """What a line of the kiosk's own Python says, as the user of its sync."""
    user = "setpriv --reuid=bashgah-sync --regid=bashgah-sync --init-groups"
    return guest.run(f'cd / && {user} {PYTHON} -c "{script}"')


@contextlib.contextmanager
def watching(guest: Guest) -> Iterator[Screen]:
    """See which views are flipped, and where their keys are."""
    here = guest.folder / "eyes"
    guest.until(lambda: _forwarded(guest, here), "the screen can be watched", BOOTS_WITHIN, every=2.0)
    with Screen(here) as screen:
        yield screen


def touch(guest: Guest, screen: Screen, name: str) -> None:
    """Tap a key of the view that is on the panel, with the tablet's finger."""
    guest.until(lambda: _targets(screen, name), f"a key {name}", 60.0, every=0.2)
    assert screen.notice is not None
    x, y = screen.notice.targets[name]
    assert guest.hardware.panel is not None
    guest.tap(x, guest.hardware.panel[1] - y)


def picture(guest: Guest, name: str, within: float = BOOTS_WITHIN) -> Path:
    """A screenshot on which something is to be seen."""
    assert guest.hardware.panel is not None
    panel = guest.hardware.panel
    guest.until(lambda: shows(guest.shot(name), panel), "something on the panel", within, every=2.0)
    return guest.folder / f"{name}.png"


def settled(guest: Guest, name: str, still: float = 4.0, within: float = 120.0) -> Path:
    """A screenshot that stays the same for so many seconds, or the last one `within` so many."""
    end, before, since = guest.age + within, b"", guest.age
    while guest.age - since < still and guest.age < end:
        now = picture(guest, name).read_bytes()
        if now != before:
            before, since = now, guest.age
        time.sleep(1.0)
    return guest.folder / f"{name}.png"


def shows(path: Path, panel: tuple[int, int]) -> bool:
    """Whether somebody draws on the panel: QEMU's own words, before that, are 640 pixels wide."""
    with Image.open(path) as shot:
        several = any(low != high for low, high in shot.convert("RGB").getextrema())  # type: ignore[misc]
        return several and shot.size == panel


def _targets(screen: Screen, name: str) -> bool:
    _ = screen.drawn  # looks at what came since
    return screen.notice is not None and name in screen.notice.targets


def _forwarded(guest: Guest, here: Path) -> bool:
    try:
        guest.run(f"test -S {TOUCHES}")
        guest.ssh.forward(here, TOUCHES)
    except SshError:
        return False
    return True

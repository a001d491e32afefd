"""The machine's own number (machine-id(5)): the first start's is kept on data, and comes back from there.

/etc lies on a root that is only read. At each start what runs before root reads it from the card and hands it
to systemd as a credential (systemd.system-credentials(7), system.machine_id): systemd/kiosk/initramfs.
"""

import re
from pathlib import Path
from typing import Final

from kiosk import durable

NAME: Final = "machine-id"
_FORM: Final = re.compile(r"[0-9a-f]{32}\n?\Z")


def keep(system: Path, current: Path = Path("/etc/machine-id")) -> bool:
    """Write this start's down, where none is yet; whether it is written. Raises OSError."""
    kept = system / NAME
    if kept.exists() and _FORM.match(kept.read_text("ascii", "replace")):
        return False
    found = current.read_text("ascii")
    if not _FORM.match(found):
        raise OSError(f"{current}: no machine-id")
    durable.replace(kept, found.strip().encode() + b"\n", 0o444)
    return True

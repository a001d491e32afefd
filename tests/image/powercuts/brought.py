"""What of the tests works inside a guest: brought there by ssh; the kiosk's own modules are the image's."""

import io
import tarfile
from typing import Final

from image.layout import MIB
from tests.demo.plan import ROOT
from tests.image.qemu.guest import Guest
from tests.image.qemu.inside import PYTHON
from tests.powercuts.writes import SECTOR

PLACES = ("tests/powercuts", "tests/image/powercuts")
FOLDER = "/run/powercuts"
"""In the guest's memory."""
CARD: Final = "/dev/vda"
MARKS: Final = 3 * MIB // SECTOR
"""The sector of marks: in the gap before the first partition, where nothing else lies."""


def bring(guest: Guest) -> None:
    """Unpack them. Raises SshError."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as tar:
        for place in PLACES:
            for file in sorted((ROOT / place).glob("*.py")):
                tar.add(file, f"{place}/{file.name}")
    guest.ssh.unpack(FOLDER, content.getvalue())


def run(guest: Guest, module: str, *words: object, within: float = 120.0) -> str:
    """What a module of them says, as root, of the card's marks and `words`. Raises SshError."""
    line = " ".join(str(word) for word in (CARD, MARKS, *words))
    return guest.run(f"cd {FOLDER} && {PYTHON} -m {module} {line}", within)


def mark(guest: Guest, word: str) -> None:
    """Have everything so far written to the card, and put a mark behind it. Raises SshError."""
    guest.run("sync")
    run(guest, "tests.powercuts.sector", word)

"""What e2fsck found without its place lies in lost+found: our folders go back to where they were."""

import logging
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)
FOLDER: Final = "lost+found"
KNOWN: Final = {
    "kiosk": ("journal.db", "sync.db", "identity"),
    "system": ("machine-id", "systemd"),
}
"""Our folders, and by what each is known: any of these is in it."""


def put_back(data: Path) -> int:
    """Move what is known back, where its place is empty; how many things are left there. Raises OSError.

    They stay where they are: somebody may still read from them what a shopper is owed.
    """
    lost = data / FOLDER
    if not lost.is_dir():
        return 0
    for name, signs in KNOWN.items():
        _put_back(lost, data / name, signs)
    return sum(1 for _ in lost.iterdir())


def _put_back(lost: Path, place: Path, signs: tuple[str, ...]) -> None:
    found = [one for one in sorted(lost.iterdir()) if any((one / sign).exists() for sign in signs)]
    if found and not (place.is_dir() and any(place.iterdir())):
        if place.exists():
            place.rmdir()
        found[0].rename(place)
        log.warning("%s was without its place; it is %s again", found[0].name, place)

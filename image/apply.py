"""Lay the table of :mod:`image.overlay` over a root, and say what is on at boot."""

import shutil
from pathlib import Path

from image import overlay
from image.chroot import Chroot
from image.errors import Trouble
from image.places import CHECKOUT


def lay(root: Path) -> None:
    """Folders, files and links. Raises Trouble."""
    for pattern in overlay.REMOVED:
        for path in sorted(root.glob(pattern.lstrip("/"))):
            remove(path)
    for folder in overlay.FOLDERS:
        _folder(root / folder.place.lstrip("/"), folder.mode)
    for copy in overlay.OVERLAY:
        _copy(copy, root / copy.place.lstrip("/"))
    for link in overlay.LINKS:
        _link(link, root / link.place.lstrip("/"))


def switch(inside: Chroot) -> None:
    """Users of the overlay's sysusers files, and units on, off and masked. Raises Trouble."""
    inside("systemd-sysusers")
    for verb, units in (
        ("disable", overlay.DISABLED),
        ("mask", overlay.MASKED),
        ("enable", overlay.ENABLED),
    ):
        if units:
            inside("systemctl", verb, *units)


def remove(path: Path) -> None:
    """A file, or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _folder(path: Path, mode: int) -> None:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)


def _copy(copy: overlay.Copy, place: Path) -> None:
    source = CHECKOUT / copy.source
    if not source.is_file():
        raise Trouble(f"image/overlay.py names {copy.source}, which is not in the checkout")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    shutil.copyfile(source, place)
    place.chmod(copy.mode)


def _link(link: overlay.Link, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    remove(place)
    place.symlink_to(link.target)

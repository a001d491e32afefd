"""Which build of each Debian package: `packages-ARCH.lock`, lines of name, version and the .deb's SHA-256."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from image.digest import sha256
from image.errors import Trouble
from image.places import CHECKOUT
from image.recipe import Arch

HEAD = "# Debian as it was on {day}; `make image-lock` writes this again.\n"


class Pin(NamedTuple):
    """One package; `sha256` is its file's, in hex."""

    name: str
    version: str
    sha256: str


class Pins(NamedTuple):
    """All of a card's packages by name, and the day (seconds since 1970) on which the mirror was asked."""

    packages: tuple[Pin, ...]
    asked: int


def lock(arch: Arch) -> Path:
    """The file for one architecture."""
    return CHECKOUT / f"image/packages-{arch}.lock"


def read(arch: Arch) -> Pins:
    """What is pinned. Raises Trouble."""
    try:
        return parse(lock(arch).read_text())
    except (OSError, Trouble) as error:
        raise Trouble(f"{lock(arch)}: {error}") from None


def parse(written: str) -> Pins:
    """A lock's text. Raises Trouble."""
    try:
        head, *lines = written.splitlines()
        day = datetime.strptime(head, HEAD.strip().format(day="%Y-%m-%d")).replace(tzinfo=UTC)
        return Pins(tuple(Pin(*line.split()) for line in lines), int(day.timestamp()))
    except (ValueError, TypeError) as error:
        raise Trouble(f"not understood ({error}). To write it again: make image-lock") from None


def text(pins: Pins) -> str:
    """The file's text."""
    day = datetime.fromtimestamp(pins.asked, UTC).strftime("%Y-%m-%d")
    return HEAD.format(day=day) + "".join(f"{' '.join(pin)}\n" for pin in pins.packages)


def changed(pin: Pin, deb: Path) -> bool:
    """Whether the file is another than the pin says."""
    return sha256(deb) != pin.sha256


def differences(before: Iterable[Pin], now: Iterable[Pin]) -> list[str]:
    """What changed between two locks, in words, a line each."""
    old, new = ({pin.name: pin.version for pin in pins} for pins in (before, now))
    return [
        f"{name} {old.get(name, '(none)')} -> {new.get(name, '(none)')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]

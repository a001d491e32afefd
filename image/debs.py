"""The pinned .debs, from the cache or the mirror, each looked at before it is used."""

import time
from collections.abc import Callable, Sequence
from typing import Literal

from image import pins as locks
from image.apt import Apt, file_of
from image.errors import Trouble
from image.pins import Pin, Pins
from image.recipe import Arch
from image.steps import say

Choice = Literal["locked", "newest", "either"]
"""`either`: what is locked, or the newest where the mirror has it no longer. For tests: nobody flashes it."""


class Gone(Trouble):
    """The mirror has other builds by now."""


def chosen(arch: Arch, choice: Choice) -> Pins:
    """What is locked, or what the mirror has now. Raises Trouble."""
    match choice:
        case "locked":
            return locks.read(arch)
        case "newest":
            return newest(arch)
        case "either":
            return either(locks.read(arch), lambda pins: bring(arch, pins), lambda: newest(arch))


def either(locked: Pins, bring: Callable[[Sequence[Pin]], None], newest: Callable[[], Pins]) -> Pins:
    """The locked, or the newest with a word on what is different in them. Raises Trouble."""
    try:
        bring(locked.packages)
    except Gone:
        found = newest()
        for line in locks.differences(locked.packages, found.packages):
            say(f"not as it is locked: {line}")
        return found
    return locked


def newest(arch: Arch) -> Pins:
    """Ask the mirror. Raises Trouble."""
    apt = Apt(arch)
    apt.update()
    return Pins(apt.newest(), int(time.time()) // 86400 * 86400)


def bring(arch: Arch, pins: Sequence[Pin]) -> None:
    """Have each of them in the cache, as it is pinned. Raises Trouble."""
    if absent := [pin for pin in pins if not _there(pin)]:
        apt = Apt(arch)
        apt.update()
        if lacking := apt.lacking(absent):
            raise Gone(gone(lacking))
        apt.fetch(absent)
        if wrong := [pin for pin in absent if not _there(pin)]:
            raise Trouble(
                f"not the packages that {locks.lock(arch)} names: {_names(wrong)}. Do not use them."
            )


def _there(pin: Pin) -> bool:
    file = file_of(pin)
    if file is not None and locks.changed(pin, file):
        file.unlink()
        return False
    return file is not None


def gone(pins: Sequence[Pin]) -> str:
    """What a person reads when the mirror has other builds by now."""
    return (
        f"the mirror has no longer: {_names(pins)}. Debian has replaced them, mostly by mended ones."
        " To make this image of the newest:\n\n    sudo make image PINS=newest\n\n"
        "To take them for good: make image-lock, and look at what git diff says."
    )


def _names(pins: Sequence[Pin]) -> str:
    more = f" and {len(pins) - 5} more" if len(pins) > 5 else ""  # noqa: PLR2004 - as many as are read
    return ", ".join(f"{pin.name} {pin.version}" for pin in pins[:5]) + more

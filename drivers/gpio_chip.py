"""The machine's GPIO chip, found by its label: its number changed between kernels on a Pi 5."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from drivers.reader import DriverError

KNOWN = ("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835")
"""Labels of the chip behind the header: Pi 5; Pi 4 and 400; Pi 3 and Zero 2."""

Factory = Any
"""A gpiozero pin factory; the library ships no types."""


class PanelLost(DriverError):
    """Lights, buzzer and switches cannot be had; the text says why, for a technician."""


class Chips(Protocol):
    """The module lgpio, as far as it is needed to look at chips."""

    def gpiochip_open(self, gpiochip: int, /) -> int:
        """A handle to `/dev/gpiochip<n>`."""

    def gpiochip_close(self, handle: int, /) -> int:
        """Let it go."""

    def gpio_get_chip_info(self, handle: int, /) -> list[Any]:
        """Status, number of lines, name, label."""


def usable(device: Path) -> bool:
    """Whether this user may open a device."""
    return os.access(device, os.R_OK | os.W_OK)


def find_chip(
    chips: Chips, label: str, devices: Sequence[Path], may_use: Callable[[Path], bool] = usable
) -> int:
    """The number of the chip with this label, or with the first known one if empty. Raises PanelLost."""
    if not devices:
        raise PanelLost("there is no /dev/gpiochip0 or other: this machine has no GPIO pins")
    mine = [device for device in devices if may_use(device)]
    if not mine:
        raise PanelLost(
            f"this user may not open {devices[0]}: it is not in the gpio group;"
            " `sudo usermod -aG gpio <user>`, then start anew"
        )
    found = {_label(chips, number): number for number in reversed([_number(device) for device in mine])}
    for wanted in (label,) if label else KNOWN:
        if wanted in found:
            return found[wanted]
    raise PanelLost(f"no GPIO chip is called {label or ' or '.join(KNOWN)}; there are {', '.join(found)}")


def open_pins(label: str) -> Factory:
    """The pins of the chip with this label, or of the first known chip. Raises PanelLost."""
    try:
        import lgpio  # noqa: PLC0415 - installed on a Pi only
        from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415
    except ImportError as missing:
        raise PanelLost(f"this machine's pins cannot be opened: {missing.name} is not installed") from None
    except OSError as error:  # it makes a pipe when it is imported
        raise PanelLost(
            "lgpio may not write into its working folder; LG_WD in the unit names one that it may"
            f" (docs/panel.md): {error}"
        ) from None
    number = find_chip(lgpio, label, sorted(Path("/dev").glob("gpiochip*")))
    try:
        return LGPIOFactory(chip=number)
    except Exception as error:  # lgpio raises a kind of its own
        raise PanelLost(f"/dev/gpiochip{number} cannot be opened: {error}") from error


def lost(name: str, pin: int, error: Exception) -> PanelLost:
    """Why a pin cannot be had, whatever gpiozero or lgpio raised."""
    said = str(error).strip("'\"")
    if "busy" in said.lower() or "in use" in said:
        said = "it is in use, by another program, overlay or HAT; `gpioinfo` shows by whom"
    return PanelLost(f"GPIO {pin} ({name}) cannot be had: {said}")


def _number(device: Path) -> int:
    return int(device.name.removeprefix("gpiochip"))


def _label(chips: Chips, number: int) -> str:
    try:
        handle = chips.gpiochip_open(number)
    except Exception as error:  # lgpio raises a kind of its own
        raise PanelLost(f"/dev/gpiochip{number} cannot be opened: {error}") from error
    try:
        return str(chips.gpio_get_chip_info(handle)[3])
    finally:
        chips.gpiochip_close(handle)

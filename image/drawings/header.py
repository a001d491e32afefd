"""The Pi's 40-pin header (Raspberry Pi hardware documentation, GPIO and the 40-pin header), and its map."""

from collections.abc import Mapping
from typing import Final

from image.drawings.svg import HAIRLINE, INK, MUTED, PAPER, SHADE, badge, box, persian, text

PINS: Final = (
    *("3.3V", "5V", "GPIO2", "5V", "GPIO3", "GND", "GPIO4", "GPIO14", "GND", "GPIO15"),
    *("GPIO17", "GPIO18", "GPIO27", "GND", "GPIO22", "GPIO23", "3.3V", "GPIO24", "GPIO10", "GND"),
    *("GPIO9", "GPIO25", "GPIO11", "GPIO8", "GND", "GPIO7", "GPIO0", "GPIO1", "GPIO5", "GND"),
    *("GPIO6", "GPIO12", "GPIO13", "GND", "GPIO19", "GPIO16", "GPIO26", "GPIO20", "GND", "GPIO21"),
)
"""The name of each pin; the first is pin 1."""
PITCH: Final = 22
"""Pixels from one row of the map to the next."""
WIDTH, HEIGHT = 76, 20 * PITCH + 12


def name(pin: int) -> str:
    """What a pin is called, `GPIO8` or `GND`."""
    return PINS[pin - 1]


def map_of(x: float, y: float, used: Mapping[int, tuple[int, str]]) -> str:
    """The header with pin 1 at its upper left; `used`: pin -> the wire's number and colour."""
    shapes = [box(x, y, WIDTH, HEIGHT, SHADE, HAIRLINE)]
    for pin in range(1, 41):
        row, right = divmod(pin - 1, 2)
        shapes += _pin(x + (52 if right else 24), y + 6 + PITCH * (row + 0.5), pin, used)
    shapes += [
        text(x + WIDTH / 2, y + HEIGHT + 18, "↓ USB sockets", size=12, anchor="middle", fill=MUTED),
        persian(x + WIDTH / 2, y + HEIGHT + 36, "درگاه‌های USB ↓", size=12, anchor="middle", fill=MUTED),
    ]
    return "\n".join(shapes)


def _pin(x: float, y: float, pin: int, used: Mapping[int, tuple[int, str]]) -> list[str]:
    wire, colour = used.get(pin, (0, PAPER))
    mark = PAPER if wire else INK
    # pin 1 is the square one on the board too
    shape = box(x - 10, y - 9, 20, 18, colour, INK if pin == 1 else HAIRLINE)
    shapes = [shape, text(x, y + 4, str(pin), size=11, anchor="middle", fill=mark, bold=bool(wire))]
    if wire:
        shapes.append(badge(x + (30 if pin % 2 == 0 else -30), y, wire, colour))
    return shapes

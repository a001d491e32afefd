"""What is wired to the header, a picture for each kind of thing: the tables, and how they are drawn."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from image.drawings import header
from image.drawings.svg import (
    COLOURS,
    HAIRLINE,
    INK,
    PAPER,
    SHADE,
    badge,
    box,
    disc,
    heading,
    line,
    persian,
    picture,
    text,
)

WIDTH: Final = 960
LEFT, EDGE, PILL, MAP = 24, 224, 560, 826
"""Where things begin: the device's box and its right edge, the pins' names, the header's map."""
TOP, ROW, NOTE = 112, 30, 50
"""Where the first wire is, how far the next one is below it, and how much room a note takes."""
NOTES_END: Final = 768
"""Where lines from right to left begin."""


@dataclass(frozen=True, slots=True)
class Wire:
    """From a device's terminal to a pin, through `part` (`330 Ω`), in a colour of COLOURS."""

    terminal: str
    pin: int
    colour: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A resistor between two wires of a device, by their places, on the pins' side of their own parts."""

    first: int
    second: int
    part: str


@dataclass(frozen=True, slots=True)
class Device:
    """A thing and its wires in order."""

    en: str
    fa: str
    wires: tuple[Wire, ...]
    bridges: tuple[Bridge, ...] = ()

    @property
    def pitch(self) -> int:
        """Pixels from wire to wire: a resistor between two wants room."""
        return ROW + 18 if self.bridges else ROW


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture: its title, its devices, and lines to read beneath them, in both languages."""

    file: str
    en: str
    fa: str
    devices: tuple[Device, ...]
    notes: tuple[tuple[str, str], ...]


def drawn(sheet: Sheet) -> str:
    """The picture as an SVG file's text."""
    bodies, y, first = [], float(TOP), 1
    for device in sheet.devices:
        bodies.append(_device(device, y, first))
        y += device.pitch * len(device.wires) + 34
        first += len(device.wires)
    end = y + NOTE * len(sheet.notes)
    return picture(
        WIDTH,
        int(max(end, TOP + header.HEIGHT + 36)),
        f"{sheet.en} · {sheet.fa}",
        heading(WIDTH, sheet.en, sheet.fa),
        header.map_of(MAP, TOP - 24, _used(sheet)),
        *bodies,
        *_notes(sheet, y - 20),
    )


def _used(sheet: Sheet) -> dict[int, tuple[int, str]]:
    wires = [wire for device in sheet.devices for wire in device.wires]
    return {wire.pin: (number, COLOURS[wire.colour]) for number, wire in enumerate(wires, 1)}


def _notes(sheet: Sheet, y: float) -> Iterator[str]:
    for place, (en, fa) in enumerate(sheet.notes):
        yield text(LEFT, y + NOTE * place + 16, en)
        yield persian(NOTES_END, y + NOTE * place + 38, fa)


def _device(device: Device, y: float, first: int) -> str:
    height = device.pitch * (len(device.wires) - 1) + ROW + 8
    shapes = [
        box(LEFT, y - ROW / 2 - 4, EDGE - LEFT, height, SHADE, HAIRLINE),
        text(LEFT + 2, y - ROW / 2 - 12, device.en, size=14, bold=True),
        persian(PILL - 24, y - ROW / 2 - 12, device.fa, size=14, bold=True),
    ]
    for place, wire in enumerate(device.wires):
        shapes.append(_wire(wire, y + device.pitch * place, first + place))
    shapes += [_bridge(bridge, y, device) for bridge in device.bridges]
    return "\n".join(shapes)


def _wire(wire: Wire, y: float, number: int) -> str:
    colour = COLOURS[wire.colour]
    shapes = [
        text(EDGE - 26, y + 5, wire.terminal, size=14, anchor="end"),
        line(f"M{EDGE} {y} H{PILL}", colour),
        badge(EDGE, y, number, colour),
        *_part(wire.part, y),
        box(PILL, y - 12, 208, 24, PAPER, colour),
        badge(PILL + 14, y, number, colour),
        text(PILL + 32, y + 5, f"pin {wire.pin}", size=14, bold=True),
        text(PILL + 100, y + 5, header.name(wire.pin), size=14),
    ]
    return "\n".join(shapes)


def _part(part: str, y: float) -> list[str]:
    if not part:
        return []
    return [box(296, y - 11, 96, 22, PAPER, INK), text(344, y + 5, part, size=13, anchor="middle")]


def _bridge(bridge: Bridge, y: float, device: Device) -> str:
    top, bottom = y + device.pitch * bridge.first, y + device.pitch * bridge.second
    middle = (top + bottom) / 2
    over = COLOURS[device.wires[bridge.first].colour]
    return "\n".join(
        (
            line(f"M456 {top} V{bottom}", over),
            disc(456, top, 5, over),
            disc(456, bottom, 5, COLOURS[device.wires[bridge.second].colour]),
            box(408, middle - 11, 96, 22, PAPER, INK),
            text(456, middle + 5, bridge.part, size=13, anchor="middle"),
        )
    )

"""The runbook's drawings say what the drivers do, can be read, and lie in docs/pictures as drawn."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from drivers.panel_url import parse
from drivers.simulated.chip import Chip
from drivers.simulated.rc522 import stand_in
from image.drawings import header, heights
from image.drawings.all import drawings
from image.drawings.sheets import PANEL, RC522, SERIAL, SHEETS
from image.drawings.svg import COLOURS, PAPER
from ui.colours import contrast, rgba
from ui.start import PANELS, Panel

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def pins(*words: str) -> list[int]:
    """The pins of the panel's wires whose terminal begins so."""
    wires = [wire for device in PANEL.devices for wire in device.wires]
    return [wire.pin for wire in wires if wire.terminal.startswith(words)]


def test_the_pictures_are_as_the_program_draws_them(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "image.drawings", tmp_path], cwd=ROOT, check=True)
    written = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()}
    assert written == drawings()
    stale = [name for name, svg in written.items() if (DOCS / "pictures" / name).read_text("utf-8") != svg]
    assert stale == [], "run `python -m image.drawings docs/pictures`"


@pytest.mark.parametrize("name", drawings())
def test_a_picture_is_xml_with_a_title_and_is_in_both_runbooks(name: str) -> None:
    whole = ET.fromstring(drawings()[name])
    assert whole.findtext("{http://www.w3.org/2000/svg}title")
    for file in ("runbook.md", "runbook.fa.md"):
        assert f"pictures/{name}" in (DOCS / file).read_text("utf-8")


def pin_of(gpio: int) -> int:
    """Where a GPIO (its BCM number) stands on the header."""
    return header.PINS.index(f"GPIO{gpio}") + 1


def test_the_rc522_is_wired_as_its_driver_and_its_document_say() -> None:
    stand_in(Chip())
    from drivers.rc522 import RESET_PIN  # noqa: PLC0415 - its library can be imported only now

    (device,) = RC522.devices
    drawn = {wire.terminal.split()[0]: wire.pin for wire in device.wires}
    assert drawn["RST"] == pin_of(RESET_PIN)
    rows = re.findall(
        r"^\| (?:RC522 \| SDA|header) \|.*$", (DOCS / "readers.md").read_text("utf-8"), re.MULTILINE
    )
    head, row = ([cell.strip() for cell in line.strip("|").split("|")[1:]] for line in rows)
    assert drawn == {
        name: int(cell.split()[0]) for name, cell in zip(head, row, strict=True) if cell[0] in "12"
    }


def test_the_panel_is_wired_as_the_line_in_its_document_says() -> None:
    line = re.search(r'panel = "(gpio:[^"]*)"', (DOCS / "panel.md").read_text("utf-8"))
    assert line is not None
    wiring = parse(line[1]).wiring
    for terminal in ("red", "green", "blue"):
        assert pins(terminal) == [pin_of(getattr(wiring, terminal))]
    assert pins("+") == [pin_of(wiring.buzzer)]
    assert pins("one end") == [pin_of(wiring.tamper or 0)]
    assert pins("OUT") == [pin_of(wiring.presence or 0)]
    assert pins("button") == [pin_of(button) for button in wiring.buttons]


def test_everything_can_be_wired_at_once() -> None:
    taken = [wire.pin for sheet in SHEETS for device in sheet.devices for wire in device.wires]
    assert len(taken) == len(set(taken))


def test_what_gives_five_volts_never_comes_to_a_pin_undivided() -> None:
    (device,) = SERIAL.devices
    wires = {wire.terminal.split()[0]: (place, wire) for place, wire in enumerate(device.wires)}
    (bridge,) = device.bridges
    assert wires["TX"][1].part == "1 kΩ"
    assert {bridge.first, bridge.second} == {wires["TX"][0], wires["GND"][0]}
    assert 5.0 * float(bridge.part.split()[0]) / 3 <= 3.4


@pytest.mark.parametrize("colour", COLOURS)
def test_white_numbers_on_a_wires_colour_can_be_read(colour: str) -> None:
    assert contrast(rgba(COLOURS[colour]), rgba(PAPER)) >= 4.5


@pytest.mark.parametrize("panel", [*PANELS.values(), *(panel.turned for panel in PANELS.values())])
def test_every_panel_mounted_as_drawn_is_within_reach(panel: Panel) -> None:
    assert heights.LOWEST < heights.GLASS < heights.GLASS + panel.height_mm < heights.HIGHEST
    assert heights.LOWEST < heights.READER[0] < heights.READER[1] <= heights.HIGHEST

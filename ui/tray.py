"""A window with virtual cards: `python -m ui.tray --devices SOCKET --pins SOCKET --cards cards.json`.

A touch lays a card on its simulated reader, or draws it through; the next touch, or a second, lifts it. What
is broken stays so until it is touched again. The file is a JSON list of {"label_fa", "label_en", "reader",
"card"}, the card in hex; other fields are passed over.
"""

import argparse
import logging
import threading
from pathlib import Path
from queue import SimpleQueue

from drivers.simulated.remote import Devices, DevicesError, Pins
from ui.start import MARGIN, PANELS, Panel, prepare
from ui.tray_things import Act, buttons, read_cards, things

PANEL = Panel(480, 720, 92, 138)
_log = logging.getLogger(__name__)


class Hand(threading.Thread):
    """Does things on a thread of its own, so that a device that is slow or gone never stops the window."""

    def __init__(self) -> None:
        """Start with empty fingers."""
        super().__init__(name="hand", daemon=True)
        self._wishes: SimpleQueue[Act] = SimpleQueue()

    def do(self, act: Act) -> None:
        """Do it after what was wished before."""
        self._wishes.put(act)

    def run(self) -> None:
        """One wish after the other."""
        while True:
            try:
                self._wishes.get()()
            except DevicesError as error:
                _log.warning("tray: %s", error)


def main() -> None:
    """Open the tray until its window is closed."""
    parser = argparse.ArgumentParser(prog="python -m ui.tray", description=__doc__)
    parser.add_argument("--devices", type=Path, required=True)
    parser.add_argument("--pins", type=Path, required=True)
    parser.add_argument("--cards", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    devices, pins = Devices(arguments.devices), Pins(arguments.pins)
    try:
        spread = things(read_cards(arguments.cards), devices, pins)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"{arguments.cards} is not a list of cards: {error}")
    prepare(PANEL, left=2 * MARGIN + PANELS["7"].width)
    from ui.tray_window import open_tray  # noqa: PLC0415 - imports Kivy

    hand = Hand()
    hand.start()
    open_tray(PANEL, buttons(pins), spread, hand)


if __name__ == "__main__":
    main()

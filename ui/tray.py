"""A window with virtual cards: `python -m ui.tray --devices devices.sock --cards cards.json`.

A touch lays a card on its simulated reader; the next touch, or a second, lifts it. The file is a JSON list
of {"label_fa", "label_en", "reader", "card"}, the card in hex; other fields are passed over.
"""

import argparse
import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from drivers.simulated.remote import Devices, DevicesError, ReaderName
from ui.start import MARGIN, PANELS, Panel, prepare

PANEL = Panel(480, 720, 92, 138)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrayCard:
    """A card on the tray; its identity is what the simulated reader will see."""

    label_fa: str
    label_en: str
    reader: ReaderName
    identity: bytes


def read_cards(path: Path) -> list[TrayCard]:
    """The cards of a file. Raises OSError, ValueError, KeyError."""
    rows = json.loads(path.read_bytes())
    return [
        TrayCard(row["label_fa"], row["label_en"], row["reader"], bytes.fromhex(row["card"])) for row in rows
    ]


class Hand(threading.Thread):
    """Lays and lifts on a thread of its own, so that a device that is slow or gone never stops the window."""

    def __init__(self, devices: Devices) -> None:
        """Start with empty fingers."""
        super().__init__(name="hand", daemon=True)
        self._devices = devices
        self._wishes: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def lay(self, card: TrayCard) -> None:
        """Put a card on its reader."""
        self._wishes.put(lambda: self._devices.lay(card.reader, card.identity))

    def lift(self, card: TrayCard) -> None:
        """Take it away."""
        self._wishes.put(lambda: self._devices.lift(card.reader))

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
    parser.add_argument("--cards", type=Path, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        cards = read_cards(arguments.cards)
    except (OSError, ValueError, KeyError) as error:
        parser.error(f"{arguments.cards} is not a list of cards: {error}")
    prepare(PANEL, left=2 * MARGIN + PANELS["7"].width)
    from ui.tray_window import open_tray  # noqa: PLC0415 - imports Kivy

    hand = Hand(Devices(arguments.devices))
    hand.start()
    open_tray(PANEL, cards, hand)


if __name__ == "__main__":
    main()

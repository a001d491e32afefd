"""Simulated shoppers: they lay cards on readers, look at what is drawn, and touch it.

They know nothing but what a person knows: the card in the hand and the screen. What they did and saw goes
to `$RUN/seen.jsonl`, a JSON object a line, and is compared with the cloud's database afterwards.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from drivers.simulated.remote import Devices, DevicesError, ReaderName
from tests.demo.plan import Plan
from ui.remote_client import Screen

LOOKS = (0.1, 0.2)
"""Seconds for which somebody looks at a screen before doing anything."""
READS = (1.1, 1.15)
"""Seconds for which somebody reads a question; a quicker answer is marked as not read."""
PATIENCE = 10.0
"""Seconds after which a shopper gives up waiting for the screen, and says so."""


@dataclass(frozen=True)
class Saw:
    """One thing a shopper did (laid, touched) or saw drawn (tap, answer, undone)."""

    what: Literal["laid", "touched", "tap", "answer", "undone", "stranger", "nothing"]
    reader: str
    card: str
    value: int | None = None


@dataclass(frozen=True)
class Card:
    """A card in somebody's hand."""

    reader: ReaderName
    card: str
    member: str | None


class Shoppers:
    """One after another before one screen, as long as `going` says."""

    def __init__(
        self,
        screen: Screen,
        devices: Devices,
        cards: list[Card],
        note: Callable[[Saw], None],
        dice: random.Random,
    ) -> None:
        self._screen, self._devices, self._note, self._dice = screen, devices, note, dice
        self._members = [card for card in cards if card.member]
        self._strangers = [card for card in cards if not card.member]
        self._last: Card | None = None

    def shop(self, going: Callable[[], bool]) -> None:
        """Let shoppers come until `going` is False; the last one finishes."""
        while going():
            self._one()
        self._screen.wait_for("Attract", timeout=60)

    def _one(self) -> None:
        kind = self._dice.choices(("answer", "look", "skip", "stranger"), (62, 26, 6, 6))[0]
        card = self._pick(self._strangers if kind == "stranger" and self._strangers else self._members)
        if self._tap(card) and kind != "look":
            self._go_on(card, kind)
        time.sleep(self._dice.uniform(*LOOKS))

    def _pick(self, cards: list[Card]) -> Card:
        card = self._dice.choice([card for card in cards if card != self._last] or cards)
        self._last = card
        return card

    def _tap(self, card: Card) -> bool:
        """Lay the card, wait for what the screen says to it, take the card away."""
        before = self._screen.drawn
        self._say("laid", card)
        try:
            self._devices.present(card.reader, bytes.fromhex(card.card))
        except DevicesError as error:
            print(f"shoppers: {error}", flush=True)
            return False
        seen = self._screen.wait_for("Welcome", "Sorry", timeout=PATIENCE, after=before)
        self._devices.take_away(card.reader)
        welcome = seen and self._screen.notice is not None and self._screen.notice.view == "Welcome"
        self._say("tap" if welcome else "stranger" if seen else "nothing", card)
        if seen and not welcome:
            self._touch("done")
        return welcome

    def _go_on(self, card: Card, kind: str) -> None:
        if not self._touch("continue") or not self._screen.wait_for("Ask", timeout=PATIENCE):
            return
        if kind == "skip":
            self._touch("skip")
            return
        self._answer(card)
        if self._dice.random() < 0.1 and self._touch("undo"):
            self._say("undone", card)
            if self._screen.wait_for("Ask", timeout=PATIENCE):
                self._answer(card)

    def _answer(self, card: Card) -> None:
        time.sleep(self._dice.uniform(*READS))
        values = self._values()
        value = self._dice.choices(values, [place**2 for place in range(1, len(values) + 1)])[0]
        self._say("touched", card, value)
        if self._touch(f"answer-{value}") and self._screen.wait_for("Undo", timeout=PATIENCE):
            self._say("answer", card, value)

    def _values(self) -> list[int]:
        """What the question on the screen can be answered with."""
        keys = self._screen.notice.targets if self._screen.notice else {}
        return sorted(int(key.removeprefix("answer-")) for key in keys if key.startswith("answer-")) or [1]

    def _touch(self, name: str) -> bool:
        time.sleep(self._dice.uniform(*LOOKS))
        return self._screen.touch(name)

    def _say(self, what: str, card: Card, value: int | None = None) -> None:
        self._note(Saw(what, card.reader, card.card, value))  # type: ignore[arg-type]


def read_cards(path: Path) -> list[Card]:
    """The cards that the seed wrote."""
    return [Card(row["reader"], row["card"], row.get("member")) for row in json.loads(path.read_bytes())]


def main() -> int:
    """Shop for `$DEMO_FOR` seconds from the first Attract drawn, or until stopped."""
    plan = Plan(run=Path(os.environ["RUN"]))
    seconds = float(os.environ.get("DEMO_FOR") or "inf")
    with plan.seen.open("w", buffering=1, encoding="utf-8") as notes:
        screen = Screen(plan.touches)
        screen.wait_for("Attract", timeout=120)
        print(json.dumps({"attract": time.monotonic()}), file=notes)
        end = time.monotonic() + seconds
        Shoppers(
            screen,
            Devices(plan.devices),
            read_cards(plan.run / "cards.json"),
            lambda saw: print(json.dumps(asdict(saw)), file=notes),
            random.Random(7),
        ).shop(lambda: time.monotonic() < end)
        print(json.dumps({"done": time.monotonic()}), file=notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What shoppers do in a recording: known beforehand from a seed, so that one can say what must be there."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kiosk.catalogue import CES
from kiosk.clock import Stamp
from mqtt.events import AnswerUndone, CardTapped, Event, QuestionAnswered, QuestionShown, VisitEnded
from mqtt.vocabulary import CardKey, KioskId, MemberId, StoreId, VisitId

BEGAN = 1_795_000_000.0
STORE, KIOSK = StoreId("shop"), KioskId("shop-1")
STAMP = Stamp(BEGAN, 0, "boot", synced=True)
CATALOGUE = "catalogue.json"
WORDY = 1000
"""Rows that make a catalogue several pages of the disk long."""
CATALOGUE_EVERY, COMMAND_EVERY = 20, 5
"""Visits from one catalogue to the next, and from one command to the next."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is handed to the recorder at once; with `shown`, a screen waits for it."""

    events: tuple[tuple[Event, Stamp], ...]
    shown: bool


def visits(seed: int, count: int) -> Iterator[list[Order]]:
    """The orders of each visit."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        yield list(_visit(number, chance))


def catalogue(number: int) -> dict[str, dict[str, Any]]:
    """A document that says its number from the first page of its file to the last."""
    return {"surveys": {str(row): {"wording": number} for row in range(1, WORDY + 1)}}


def _visit(number: int, chance: random.Random) -> Iterator[Order]:
    visit, who = VisitId(f"{number:016x}"), MemberId(f"m-{chance.randrange(1000):04d}")
    stamp = Stamp(BEGAN + number * 60, number * 60_000_000_000, "boot", synced=True)
    key = CardKey(f"1:{chance.getrandbits(128):032x}")

    def order(*events: Event, shown: bool) -> Order:
        return Order(tuple((event, stamp) for event in events), shown)

    def answer(attempt: int) -> QuestionAnswered:
        value = chance.randint(1, 7)
        return QuestionAnswered(visit, who, "ces", 1, "fa", CES.scale, value, attempt, chance.random() * 9)

    tapped = CardTapped(visit, "em4100", (key,), who)
    yield order(tapped, QuestionShown(visit, who, "ces", 1, "fa"), shown=False)
    yield order(answer(1), shown=True)
    if chance.random() < 0.2:
        yield order(AnswerUndone(visit, who, "ces", 1), shown=False)
        yield order(answer(2), shown=True)
    yield order(VisitEnded(visit, who, "done", chance.random() * 30), shown=chance.random() < 0.5)

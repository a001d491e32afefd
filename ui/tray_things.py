"""What the tray offers: cards for every reader, and what can go wrong with a card, a reader or the case."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from drivers.simulated.remote import Devices, Pins, PluggedName, ReaderName, SwipeReader

EACH = 8
"""Members' cards that are offered for each reader, though the file has more."""
LIES = 1.0
"""Seconds that a card lies on its reader if nobody takes it before."""
BUTTONS = 5
PAYMENT = "%B6037991234560619^TEST/NOBODY^3012101?;6037991234560619=3012101?"
"""A made-up number of a real bank's range, as its two tracks carry it (ISO/IEC 7813)."""
DAMAGED = "%E?;E?"
TWO = (bytes.fromhex("04A3C6CAE26180"), bytes.fromhex("04A3C611223380"))
"""Seven bytes each, the first three alike: what the usual library takes for one card."""

TECHNICIAN = bytes.fromhex("5ec41c0001")
"""The demo's technician's card, an EM4100."""

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class TrayCard:
    """A card on the tray; its identity is what the simulated reader will see."""

    label_fa: str
    label_en: str
    reader: ReaderName
    identity: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to do, and how it is undone: by hand, or by itself after some seconds. `place` is where."""

    label_fa: str
    label_en: str
    place: str
    do: Act
    undo: Act | None = None
    seconds: float | None = None


def read_cards(path: Path) -> list[TrayCard]:
    """The cards of a file. Raises OSError, ValueError, KeyError."""
    rows = json.loads(path.read_bytes())
    return [
        TrayCard(row["label_fa"], row["label_en"], row["reader"], bytes.fromhex(row["card"])) for row in rows
    ]


def offered(cards: Iterable[TrayCard]) -> Iterator[TrayCard]:
    """The first of each reader's cards, and its last, which is nobody's: one for each reader in turn."""
    by_reader: dict[ReaderName, list[TrayCard]] = {}
    for card in cards:
        by_reader.setdefault(card.reader, []).append(card)
    chosen = [[*held[: EACH - 1], *held[EACH - 1 :][-1:]] for held in by_reader.values()]
    for turn in zip_longest(*chosen):
        yield from (card for card in turn if card)


def things(cards: Sequence[TrayCard], devices: Devices, pins: Pins) -> list[Thing]:
    """Everything on the tray: a card for each reader, what can go wrong, the other cards."""
    spread = [laid(card, devices) for card in offered(cards)]
    first = len({card.reader for card in cards})
    return [*spread[:first], *troubles(devices, pins), *spread[first:]]


def laid(card: TrayCard, devices: Devices) -> Thing:
    """Laying a card on its reader, or drawing it through."""
    return Thing(
        card.label_fa,
        card.label_en,
        f"{card.reader} · {len(card.identity)} B",
        lambda: devices.present(card.reader, card.identity),
        lambda: devices.take_away(card.reader),
        LIES,
    )


def troubles(devices: Devices, pins: Pins) -> list[Thing]:
    """What a shop sees now and then, and a kiosk must bear."""
    return [
        _swiped("کارت بانکی", "Payment card", "magstripe", PAYMENT, devices),
        _swiped("کارت بانکی", "Payment card", "wedge", PAYMENT, devices),
        _swiped("نوار آسیب‌دیده", "Damaged stripe", "magstripe", DAMAGED, devices),
        _two(devices),
        Thing("کسی تایپ می‌کند", "Somebody types", "wedge", lambda: devices.type("12345\r")),
        _unplugged("کشیدن سیم کارت‌خوان", "Pull the plug", "em4100", devices),
        _unplugged("کشیدن سیم کارت‌خوان", "Pull the plug", "magstripe", devices),
        _unplugged("کشیدن سیم کارت‌خوان", "Pull the plug", "wedge", devices),
        laid(TrayCard("تکنسین", "Technician", "em4100", TECHNICIAN), devices),
        Thing("باز کردن جعبه", "Open the case", "panel", pins.open_case, pins.close_case),
    ]


def buttons(pins: Pins) -> list[Thing]:
    """The buttons under the screen, from the worst to the best."""
    return [
        Thing(f"{number}", f"{number}", "panel", lambda number=number: pins.press(number))  # type: ignore[misc]
        for number in range(1, BUTTONS + 1)
    ]


def _swiped(label_fa: str, label_en: str, reader: SwipeReader, tracks: str, devices: Devices) -> Thing:
    return Thing(label_fa, label_en, reader, lambda: devices.swipe(reader, tracks))


def _two(devices: Devices) -> Thing:
    def lay() -> None:
        for uid in TWO:
            devices.lay("rc522", uid)

    return Thing("دو کارت با هم", "Two cards at once", "rc522", lay, lambda: devices.lift("rc522"), LIES)


def _unplugged(label_fa: str, label_en: str, reader: PluggedName, devices: Devices) -> Thing:
    return Thing(label_fa, label_en, reader, lambda: devices.unplug(reader), lambda: devices.plug(reader))

"""The cards that the demo lays on its readers: the only place where numbers of cards are written down."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TypedDict

from cloud.club.demo.people import RawCard, Regular, raw_card
from mqtt.vocabulary import CardKind, ClubKey

EACH = 30
"""Members' cards for each kind of reader."""
KINDS: dict[str, CardKind] = {
    "em4100": "em4100",
    "rc522": "iso14443",
    "magstripe": "magstripe",
    "wedge": "magstripe",
}
"""What kind of card each reader reads."""


class DemoCard(TypedDict):
    """A card as the tray shows it; `card` is its number in hex, `member` null for a card that is nobody's."""

    label_fa: str
    label_en: str
    reader: str
    card: str
    member: str | None


def demo_cards(regulars: Sequence[Regular], key: ClubKey) -> list[DemoCard]:
    """Cards of members who come often, one a member, and one stranger's, for each reader."""
    dice = Random("tray")  # noqa: S311 - the same tray every time
    cards: list[DemoCard] = []
    often = sorted((one for one in regulars if one.named), key=lambda one: -one.weight)
    for reader, kind in KINDS.items():
        cards += list(_members(often, reader, {card["member"] for card in cards}))
        cards.append(_card("ناشناس", "Unknown", reader, raw_card(dice, kind, key), None))
    return cards


def write_cards(path: Path, cards: Iterable[DemoCard]) -> None:
    """Write them as JSON, for the owner's eyes only."""
    path.touch(mode=0o600)
    path.write_text(json.dumps(list(cards), ensure_ascii=False, indent=1), encoding="utf-8")


def _members(often: Iterable[Regular], reader: str, taken: set[str | None]) -> Iterator[DemoCard]:
    left = EACH
    for one in often:
        card = next((card for card in one.cards if card.kind == KINDS[reader]), None)
        if card is not None and one.member not in taken and left:
            left -= 1
            yield _card(*one.given, reader, card, one.member)


def _card(label_fa: str, label_en: str, reader: str, card: RawCard, member: str | None) -> DemoCard:
    return DemoCard(
        label_fa=label_fa,
        label_en=label_en,
        reader=reader,
        card=card.identity.hex(),
        member=member,
    )

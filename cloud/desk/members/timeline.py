"""A member's timeline: all that is known, over all channels, the newest first and a page at a time.

Each stream keeps its own order, so that the balance beside the ledger's entries adds up from line to line; a
page takes of the streams whichever has the newest next.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Final, NamedTuple

import msgspec
from django.db.models import Model, Sum
from django.utils.translation import gettext as _

from cloud.club.models import Entry
from cloud.desk.members.sayings import Said, Teller
from cloud.desk.members.streams import STREAMS, Position, Stream
from mqtt.shapes import decode
from mqtt.vocabulary import BadMessage

PAGE: Final = 30
_LONGEST: Final = 4000
_KEYS: Final = {stream.name: stream for stream in STREAMS}


class Cursor(msgspec.Struct, frozen=True):
    """Where each stream goes on; one that is not named, from its first row."""

    behind: dict[str, Position] = {}

    def __post_init__(self) -> None:
        """Refuse what no page said. Raises ValueError."""
        if not all(name in _KEYS and _KEYS[name].can_be_at(place) for name, place in self.behind.items()):
            raise ValueError("no position")


class Item(NamedTuple):
    """Something that happened, in words, in the time of its store; of an entry also the balance behind it."""

    kind: str
    said: Said
    at: datetime
    points: int | None = None
    balance: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a timeline, and where the next one begins; empty at its end."""

    items: Sequence[Item] = field(default_factory=tuple)
    next: str = ""


def kinds() -> dict[str, str]:
    """What a timeline can be narrowed to, by name."""
    return {
        "points": _("Points"),
        "purchases": _("Purchases and returns"),
        "answers": _("Answers"),
        "coupons": _("Coupons"),
        "tickets": _("Tickets"),
        "cards": _("Cards"),
        "consents": _("Consents"),
        "membership": _("Joining and merging"),
    }


def page(members: Sequence[str], cursor: Cursor, kind: str, most: int = PAGE) -> Page:
    """The next part of what there is of members who are one, of one kind or of all (an empty `kind`)."""
    streams = [stream for stream in STREAMS if kind in ("", stream.kind)]
    rows = {one.name: one.part(members, cursor.behind.get(one.name), most + 1) for one in streams}
    chosen = _newest(rows, most + 1)
    shown, behind = chosen[:most], dict(cursor.behind)
    for stream, row in shown:
        behind[stream.name] = stream.position(row)
    return Page(_told(members, shown), _written(Cursor(behind)) if len(chosen) > most else "")


def read(text: str) -> Cursor:
    """A cursor that a page gave; the beginning for any other text."""
    try:
        return decode(urlsafe_b64decode(text[:_LONGEST].encode()), Cursor) if text else Cursor()
    except (ValueError, BadMessage):
        return Cursor()


def _written(cursor: Cursor) -> str:
    return urlsafe_b64encode(msgspec.json.encode(cursor)).decode()


def _newest(rows: Mapping[str, list[Any]], most: int) -> list[tuple[Stream, Model]]:
    """The newest of all, taking of each stream one row after the other."""
    chosen: list[tuple[Stream, Model]] = []
    next_of = dict.fromkeys(rows, 0)
    for _turn in range(most):
        heads = [
            (_KEYS[name].moment(rows[name][place]), -order, name)
            for (name, place), order in zip(next_of.items(), count())
            if place < len(rows[name])
        ]
        if not heads:
            break
        name = max(heads)[2]
        chosen.append((_KEYS[name], rows[name][next_of[name]]))
        next_of[name] += 1
    return chosen


def _told(members: Sequence[str], shown: Sequence[tuple[Stream, Model]]) -> list[Item]:
    tell, balances = Teller(members), _balances(members, [row for _, row in shown if isinstance(row, Entry)])
    items = []
    for stream, row in shown:
        said = tell(stream.name, row)
        at = stream.moment(row).astimezone(said.zone)
        points = row.points if isinstance(row, Entry) else None
        items.append(
            Item(stream.kind, said, at, points, balances.get(row.pk) if points is not None else None)
        )
    return items


def _balances(members: Sequence[str], entries: Sequence[Entry]) -> dict[int, int]:
    """By entry, what the members had together behind it; the entries are neighbours, the newest first."""
    if not entries:
        return {}
    until = Entry.objects.filter(member__in=members, id__lte=entries[0].id)
    balance = until.aggregate(sum=Sum("points"))["sum"]
    found = {}
    for entry in entries:
        found[entry.id] = balance
        balance -= entry.points
    return found

"""The ledger beside what the stored events give: each entry found, or told.

Of several visits that share a limit the first one posted is credited, and in which order streams were posted
nobody knows any more. So an entry of another of these visits, for the same member and points, is found too.
"""

# ruff: noqa: S608 - the statements hold names of this code and of its tables, never what a kiosk sent

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cloud.collector.facts import Reader, stored_events
from cloud.collector.models import Closing
from cloud.collector.poster import holders_of
from cloud.collector.posting import credits_of
from cloud.collector.rebuild_tables import Scratch, ask, json_part
from mqtt.events import CardTapped

_ONE = "s.kiosk = %s AND s.epoch = %s AND e.sequence = %s"
_SOURCE = re.compile("^([a-z0-9-]+)/([0-9a-f]{16})-([0-9]{1,18})/")


class Line(NamedTuple):
    """What makes two entries the same; moments and order follow from the event."""

    limit_key: str | None
    member_id: str
    points: int
    kind: str
    reason: str
    source_key: str
    store_id: str


@dataclass(frozen=True)
class Entries:
    """How many entries there are; which of them no event gives, and which the events give and are not there.

    `reordered` were found as another visit's under the same limit.
    """

    found: int
    reordered: int
    missing: Sequence[Line]
    extra: Sequence[Line]

    @property
    def equal(self) -> bool:
        """Whether the ledger is what the events say."""
        return not self.missing and not self.extra


def compare_entries(tables: Scratch) -> Entries:
    """Compare the live ledger with scratch, and with the closing figures of months that were dropped."""
    live, made = tables.live_entries, tables.scratch_entries
    missing, extra = _beyond(made, live), _beyond(live, made)
    swapped = Counter(_place(line) for line in extra if _earned(line)) & Counter(map(_place, missing))
    [(number,)] = ask(f"SELECT COUNT(*) FROM {live}")
    return Entries(
        found=number,
        reordered=swapped.total(),
        missing=[line for line in missing if _place(line) not in swapped] + list(_closed_and_gone(tables)),
        extra=[line for line in extra if _place(line) not in swapped],
    )


def _beyond(one: str, other: str) -> list[Line]:
    columns = ", ".join(Line._fields)
    query = f"SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other} ORDER BY source_key"
    return [Line(*row) for row in ask(query)]


def _place(line: Line) -> tuple[str | None, str, int, str, str]:
    """What an entry of another visit under the same limit shares."""
    return line[:5]


def _earned(line: Line) -> bool:
    """Whether the entry's own event earns just this."""
    named = _SOURCE.match(line.source_key)
    if named is None or line.limit_key is None:
        return False
    kiosk, epoch, sequence = named.groups()
    facts = list(Reader({CardTapped}).facts(stored_events(_ONE, (kiosk, epoch, int(sequence)))))
    holders = holders_of(facts)
    earned = [
        credit
        for fact in facts
        if isinstance(fact.event, CardTapped)
        for credit in credits_of(fact, fact.event, holders)
    ]
    return [(c.limit_key, c.member, c.points, c.source_key) for c in earned] == [
        (line.limit_key, line.member_id, line.points, line.source_key)
    ]


def _closed_and_gone(tables: Scratch) -> Iterator[Line]:
    """Entries that a closing names and the ledger has not, or has with other points or for another."""
    columns = ", ".join(f"{json_part(number, 'c.key')}" for number in range(3))
    gone = ask(
        f"SELECT {columns}, c.points FROM {tables.live_name(Closing)} c WHERE c.kind = 'entry' AND NOT EXISTS"
        f" (SELECT 1 FROM {tables.live_entries} e WHERE e.source_key = {json_part(2, 'c.key')}"
        f" AND e.member_id = {json_part(0, 'c.key')} AND e.points = c.points)"
    )
    for member, limit, source, points in gone:
        yield Line(str(limit), str(member), points, "earn", "closed", str(source), "")

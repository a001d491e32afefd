"""The ledger beside what the stored events give: each entry found, or told.

Of several visits that share a limit the first one posted is credited, and in which order streams were posted
nobody knows any more. So an entry of another of these visits, for the same member and points, is found too.
Where a rule's credit hangs on more than one place under one limit, it is one of the same rule; where it hangs
on a budget, it may be another member's.

What kiosks tell of points spent there is not posted again: that hangs on holds, and on what operators did
with them. It is only looked for.
"""

# ruff: noqa: S608 - the statements hold names of this code and of its tables, never what a kiosk sent

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cloud.club.earning import possible
from cloud.club.grants import judged
from cloud.club.rule_sets import RuleSets
from cloud.club.rules import Versions
from cloud.collector.facts import Reader, stored_events
from cloud.collector.models import Closing, Parked, Stream
from cloud.collector.occasions import EARNING, holders_of, occasions_of
from cloud.collector.rebuild_tables import Scratch, ask, json_part
from mqtt.events import NAMES, RedemptionConfirmed, RedemptionGrantedOffline

_ONE = "s.kiosk = %s AND s.epoch = %s AND e.sequence = %s"
_SOURCE = re.compile("^([a-z0-9-]+)/([0-9a-f]{16})-([0-9]{1,18})/")

_GIVEN = NAMES[RedemptionConfirmed], NAMES[RedemptionGrantedOffline]


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
    alike = _Alike(RuleSets().look())
    swapped = Counter(map(alike.place, filter(alike.earned, extra))) & Counter(map(alike.place, missing))
    [(number,)] = ask(f"SELECT COUNT(*) FROM {live}")
    return Entries(
        found=number,
        reordered=swapped.total(),
        missing=[line for line in missing if alike.place(line) not in swapped]
        + list(_closed_and_gone(tables))
        + list(_given_and_not_spent(tables)),
        extra=[line for line in extra if alike.place(line) not in swapped],
    )


def _beyond(one: str, other: str) -> list[Line]:
    columns = ", ".join(Line._fields)
    query = f"SELECT {columns} FROM {one} EXCEPT SELECT {columns} FROM {other} ORDER BY source_key"
    return [Line(*row) for row in ask(query)]


class _Alike:
    """Which entries stand for each other where streams were posted in another order."""

    def __init__(self, versions: Versions) -> None:
        self._versions = versions
        self._loose, self._budgeted = versions.loose(), versions.budgeted()

    def place(self, line: Line) -> tuple[str | None, str, int, str, str]:
        """What an entry of another occasion that took the same place shares."""
        rule = _rule_of(line)
        limit = rule if rule in self._loose else line.limit_key
        member = "" if rule in self._budgeted else line.member_id
        return limit, member, line.points, line.kind, line.reason

    def earned(self, line: Line) -> bool:
        """Whether the entry's own event can earn just this."""
        named = _SOURCE.match(line.source_key)
        if named is None or line.limit_key is None:
            return False
        kiosk, epoch, sequence = named.groups()
        facts = list(Reader(EARNING).facts(stored_events(_ONE, (kiosk, epoch, int(sequence)))))
        decided = judged(self._versions, occasions_of(facts, holders_of(facts)))
        return (_limit(line.limit_key), line.member_id, line.points, line.source_key) in {
            (_limit(credit.limit_key), credit.member, credit.points, credit.source_key)
            for rules, occasion in decided
            for credit in possible(rules, occasion)
        }


def _rule_of(line: Line) -> str:
    return line.source_key.rsplit("/", 2)[-2] if line.source_key.count("/") > 1 else ""


def _limit(key: str) -> str:
    """The limit under which a key names one place."""
    return key.partition("#")[0]


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


def _given_and_not_spent(tables: Scratch) -> Iterator[Line]:
    """Redemptions of which a posted event tells and the ledger does not."""
    visit, member, points = (json_part(name, "e.data") for name in ("visit", "member", "points"))
    source = f"'spent:' || s.kiosk || '/' || {visit}"
    gone = ask(
        f"SELECT {source}, {member}, {points}, e.store FROM collector_storedevent e"
        f" JOIN {tables.live_name(Stream)} s ON s.id = e.stream_id"
        f" WHERE e.type IN ({', '.join(repr(name) for name in _GIVEN)}) AND e.sequence <= s.posted"
        f" AND NOT EXISTS (SELECT 1 FROM {tables.live_name(Parked)} p WHERE p.event_id = e.id)"
        f" AND NOT EXISTS (SELECT 1 FROM {tables.live_entries} l WHERE l.source_key = {source})"
    )
    for name, who, number, store in gone:
        yield Line(None, str(who), -int(number), "redeem", "redeem", str(name), str(store))

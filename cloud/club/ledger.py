"""The arithmetic of points: which lots a debit takes, what lapses, what a return brings back; pure.

Points are whole numbers. Money is whole Rial. Moments know their zone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from mqtt.vocabulary import Points

_NEVER = datetime.max.replace(tzinfo=UTC)
_ZERO = Points(0)


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one credit, by that credit's number in the ledger.

    It can be spent from `active_from` until before `expires_at`; without one for ever.
    """

    entry: int
    remaining: Points
    active_from: datetime
    expires_at: datetime | None = None

    def pending(self, at: datetime) -> bool:
        """Whether it cannot be spent yet."""
        return at < self.active_from

    def lapsed(self, at: datetime) -> bool:
        """Whether it cannot be spent any more."""
        return self.expires_at is not None and self.expires_at <= at


@dataclass(frozen=True, slots=True)
class Owed:
    """Points of a debit, by its number, for which there was no lot."""

    entry: int
    points: Points


class Allocation(NamedTuple):
    """So many points of a debit that were taken from a lot."""

    lot: int
    points: Points


def spendable(lots: Iterable[Lot], at: datetime) -> Points:
    """What can be spent of these lots at a moment, before holds."""
    return Points(sum(lot.remaining for lot in lots if not (lot.pending(at) or lot.lapsed(at))))


def pending(lots: Iterable[Lot], at: datetime) -> Points:
    """What can be spent later."""
    return Points(sum(lot.remaining for lot in lots if lot.pending(at)))


def available(lots: Collection[Lot], held: Points, at: datetime) -> Points:
    """What can be spent beside `held` points that are on hold; below 0 where these are more than there is.

    What is past its day and stays for a hold is that hold's: it takes nothing else away.
    """
    left = spent(lots, expire(lots, at, held))
    return Points(sum(lot.remaining for lot in left if not lot.pending(at)) - held)


def unheld(lots: Collection[Lot], held: Points, at: datetime) -> list[Lot]:
    """The lots without what is on hold: the points that would be spent first, past their day or not."""
    there = (lot for lot in lots if not lot.pending(at))
    return spent(lots, _take(there, held)) if held else list(lots)


def allocate(lots: Iterable[Lot], points: Points, at: datetime) -> tuple[Allocation, ...]:
    """Take points from what can be spent then: soonest expiry first, without expiry last, then older first.

    It sums to less than `points` where there is not as much. Raises ValueError for less than 1 point.
    """
    return _take((lot for lot in lots if not (lot.pending(at) or lot.lapsed(at))), points)


def claw(lots: Iterable[Lot], points: Points, at: datetime, own: int) -> tuple[Allocation, ...]:
    """Take points back that were earned: from their own lot, then from what is pending, then as any debit.

    What is not there is a debt. Raises ValueError for less than 1 point.
    """
    there = [lot for lot in lots if not lot.lapsed(at)]
    return _in_turn(
        sorted(there, key=lambda lot: (lot.entry != own, not lot.pending(at), *_order(lot))), points
    )


def expire(lots: Iterable[Lot], at: datetime, kept: Points = _ZERO) -> tuple[Allocation, ...]:
    """What lapses by `at`, each lot for itself; `kept` points on hold stay, of what would be spent first."""
    lapsing = []
    for lot in sorted(lots, key=_order):
        spared = Points(min(kept, lot.remaining)) if not lot.pending(at) else _ZERO
        kept = Points(kept - spared)
        if lot.lapsed(at) and lot.remaining > spared:
            lapsing.append(Allocation(lot.entry, Points(lot.remaining - spared)))
    return tuple(lapsing)


def pay(debts: Iterable[Owed], lots: Iterable[Lot]) -> dict[int, tuple[Allocation, ...]]:
    """What each debt takes of what is there, oldest debt first: of what is pending too, soonest first."""
    left, paid = sorted(lots, key=_order), {}
    for owed in sorted(debts, key=lambda owed: owed.entry):
        taken = _in_turn(left, owed.points)
        left = spent(left, taken)
        if taken:
            paid[owed.entry] = taken
    return paid


def move(
    lots: Iterable[Lot], points: Points, at: datetime, first: Collection[int] = ()
) -> tuple[Allocation, ...]:
    """Take points for another account, where they stay what they are: of what is pending too.

    From the lots `first` that came that way before, then as any debit.
    """
    there = [lot for lot in lots if not lot.lapsed(at)]
    return _in_turn(sorted(there, key=lambda lot: (lot.entry not in first, *_order(lot))), points)


def spent(lots: Iterable[Lot], allocations: Iterable[Allocation]) -> list[Lot]:
    """The lots after a debit. Raises ValueError if one would have less than nothing."""
    left = {lot.entry: lot for lot in lots}
    for lot, points in allocations:
        if not 0 < points <= left[lot].remaining:
            raise ValueError(f"lot {lot} has {left[lot].remaining} points, not {points}")
        left[lot] = replace(left[lot], remaining=Points(left[lot].remaining - points))
    return list(left.values())


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of a sale: what was paid for it, and how much of that earlier returns undid, in Rial."""

    line: str
    amount: int
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry that a sale brought about: for one line, or, without one, for the whole.

    `points` as they were then, above 0; `reversed` of them were taken back or given back since, and `lapsed`
    expired before anybody spent them: those are not asked for again.
    """

    entry: int
    points: Points
    line: str = ""
    reversed: Points = _ZERO
    lapsed: Points = _ZERO


@dataclass(frozen=True, slots=True)
class Sale:
    """What a sale was: frozen, so that the rule in force then decides, not today's."""

    lines: Sequence[SaleLine]
    earned: Sequence[Moved] = ()
    redeemed: Sequence[Moved] = ()


class Reversal(NamedTuple):
    """What a return undoes: points to take back by what was earned, to give back by what was spent."""

    claw: Mapping[int, Points]
    give: Mapping[int, Points]


class ReturnRefused(ValueError):
    """A return that cannot be: what it says tells what to do."""


def reverse(sale: Sale, returned_lines: Mapping[str, int]) -> Reversal:
    """What one return undoes of a sale: pro rata by line, never more than there was, all of it at the end.

    `returned_lines` are the amounts that come back by this document, in Rial. Raises ReturnRefused.
    """
    lines = {line.line: line for line in sale.lines}
    for name, amount in returned_lines.items():
        lines[name] = _returned(lines.get(name), name, amount)
    return Reversal(_due(sale.earned, lines), _due(sale.redeemed, lines))


def _returned(line: SaleLine | None, name: str, amount: int) -> SaleLine:
    if line is None:
        raise ReturnRefused(f"the sale has no line {name!r}: name one of its lines")
    left = line.amount - line.returned
    if not 0 < amount <= left:
        raise ReturnRefused(f"line {name!r} has {left} Rial left to return, not {amount}")
    return replace(line, returned=line.returned + amount)


def _due(moved: Iterable[Moved], lines: Mapping[str, SaleLine]) -> dict[int, Points]:
    due = {one.entry: Points(_share(one, lines) - one.lapsed - one.reversed) for one in moved}
    return {entry: points for entry, points in due.items() if points > 0}


def _share(moved: Moved, lines: Mapping[str, SaleLine]) -> int:
    """How many of its points the returns so far undo: rounded down, so all with the last Rial only."""
    of = [lines[moved.line]] if moved.line else list(lines.values())
    whole, back = sum(line.amount for line in of), sum(line.returned for line in of)
    return moved.points * back // whole if whole else 0


def _order(lot: Lot) -> tuple[datetime, int]:
    return lot.expires_at or _NEVER, lot.entry


def _take(lots: Iterable[Lot], points: Points) -> tuple[Allocation, ...]:
    return _in_turn(sorted(lots, key=_order), points)


def _in_turn(lots: Iterable[Lot], points: Points) -> tuple[Allocation, ...]:
    if points < 1:
        raise ValueError(f"a debit has at least 1 point, not {points}")
    taken = []
    for lot in lots:
        part = Points(min(points, lot.remaining))
        if part:
            taken.append(Allocation(lot.entry, part))
            points = Points(points - part)
    return tuple(taken)

"""What a stream takes next: pure rules over the rows of one message and the mark up to which it is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from mqtt.envelope import START, Envelope, Unreadable, next_chain
from mqtt.vocabulary import BadMessage, Chain, KioskId, StoreId

Row = Envelope | Unreadable
Why = Literal["gap", "fork", "row"]
Held = Callable[[int, int], Mapping[int, Chain]]
"""The chains that are stored of the rows between two sequences, both included."""


class Refusal(Exception):
    """A message that cannot follow what is stored; `why` goes back to the kiosk."""

    def __init__(self, why: Why) -> None:
        """Say whether rows before it are missing or its chain is another's."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where a stream is stored, and the chain there."""

    upto: int = 0
    chain: Chain = START


def in_order(rows: Sequence[Row]) -> Sequence[Row]:
    """A message's rows; BadMessage unless they follow each other in one epoch."""
    for before, row in pairwise(rows):
        if row.epoch != before.epoch:
            raise BadMessage("rows of two epochs in one message")
        if row.sequence != before.sequence + 1:
            raise BadMessage("rows that do not follow each other")
    return rows


def check_source(rows: Sequence[Row], store: StoreId, kiosk: KioskId) -> None:
    """Raise BadMessage unless a message's rows are the kiosk's own."""
    if any(isinstance(row, Envelope) and (row.store != store or row.kiosk != kiosk) for row in rows):
        raise BadMessage("the source is not the kiosk that sent it")


def new_rows(mark: Mark, rows: Sequence[Row], held: Held) -> Sequence[Row]:
    """The rows that lie beyond the mark; those before it must be the ones that are stored.

    Raises Refusal: nothing of such a message is taken.
    """
    first = rows[0].sequence
    if first > mark.upto + 1:
        raise Refusal("gap")
    known, fresh = rows[: mark.upto + 1 - first], rows[mark.upto + 1 - first :]
    if known and not _same(known, held(first, known[-1].sequence)):
        raise Refusal("fork")
    if not _follow(mark.chain, fresh):
        raise Refusal("fork")
    return fresh


def _same(rows: Sequence[Row], chains: Mapping[int, Chain]) -> bool:
    # in a hole, and where rows were retired, no chain is kept, but the rows after it depend on it
    return all(chains.get(row.sequence, row.chain) == row.chain for row in rows)


def _follow(chain: Chain, rows: Sequence[Row]) -> bool:
    for row in rows:
        # what the chain of an unreadable row is over cannot be read
        if isinstance(row, Envelope) and row.chain != next_chain(chain, row.id, row.type, row.data):
            return False
        chain = row.chain
    return True

"""Rows that neither side has, declared so that a stream goes on; and which rows of a probe are held."""

import logging
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.backends.utils import CursorWrapper

from cloud.collector.streams import Mark
from mqtt.down import Hello
from mqtt.vocabulary import Chain, KioskId, Sequence

PROBES = 500
"""Pairs of a probe that are looked at, the first ones."""

_DECLARE = (
    "INSERT INTO collector_hole (stream_id, first, last, reason, at) VALUES (%s, %s, %s, 'not-held', %s)"
)
_HELD = (
    "SELECT sequence, chain FROM collector_storedevent WHERE stream_id = %s AND sequence IN ({places})"
    " UNION ALL SELECT sequence, chain FROM collector_parked"
    " WHERE stream_id = %s AND sequence IN ({places}) AND event_id IS NULL"
)

log = logging.getLogger("cloud.collector")


def behind(mark: Mark, hello: Hello) -> Mark | None:
    """The mark from which a stream goes on where its kiosk has no longer what comes next; None if it has.

    A kiosk that probes is about to leave the stream, and a journal whose bounds contradict each other says
    nothing.
    """
    if hello.probe or not mark.upto + 1 < hello.lowest <= hello.highest + 1:
        return None
    return Mark(Sequence(hello.lowest - 1), hello.chain_below)


def declare(cursor: CursorWrapper, stream: int, rows: range, stamp: str, kiosk: KioskId) -> None:
    """Write down that `rows` of a stream will never come, and raise the alarm once that is committed."""
    cursor.execute(_DECLARE, (stream, rows[0], rows[-1], stamp))
    said = partial(log.warning, "%s has lost its rows %d to %d; going on behind them")
    transaction.on_commit(partial(said, kiosk, rows[0], rows[-1]))


def matched(cursor: CursorWrapper, stream: int | None, mark: Mark, probe: Iterable[tuple[int, Chain]]) -> int:
    """The highest sequence of a probe that is held with that chain; 0 if none is.

    The mark's own chain is known even where the events below it were retired.
    """
    pairs = list(probe)[:PROBES]
    held = {(mark.upto, mark.chain)}
    if stream is not None and pairs:
        held |= _held(cursor, stream, [sequence for sequence, _ in pairs])
    return max((sequence for sequence, chain in pairs if (sequence, chain) in held), default=0)


def _held(cursor: CursorWrapper, stream: int, places: list[int]) -> set[tuple[int, Chain]]:
    marks = ", ".join(["%s"] * len(places))
    cursor.execute(_HELD.format(places=marks), (stream, *places, stream, *places))
    return set(cursor.fetchall())

"""Closing figures: what dropped events had brought about, added up, and put right by what comes late."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from django.db import connection

from cloud.voice.rolling import Cell

Kind = Literal["tap", "answer", "shown", "entry"]
Figure = tuple[str, Kind, str]
"""Month, kind and key of a closing figure."""

_CLOSE = (
    "INSERT INTO collector_closing (month, kind, key, count, points) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (month, kind, key) DO UPDATE"
    " SET count = collector_closing.count + excluded.count,"
    " points = collector_closing.points + excluded.points"
)
_IS_THERE = (
    "SELECT EXISTS (SELECT 1 FROM collector_storedevent e JOIN collector_stream s ON s.id = e.stream_id"
    " WHERE s.kiosk = %s AND s.epoch = %s AND e.sequence = %s)"
)


class Figures:
    """Figures on their way into the table."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: defaultdict[Figure, list[int]] = defaultdict(lambda: [0, 0])

    def add(self, month: str, kind: Kind, key: Sequence[object], count: int = 1, points: int = 0) -> None:
        """Add to a figure."""
        numbers = self._found[month, kind, json.dumps(key, ensure_ascii=False)]
        numbers[0] += count
        numbers[1] += points

    def write(self) -> None:
        """Add them to those in the table, in the caller's transaction."""
        with connection.cursor() as cursor:
            cursor.executemany(_CLOSE, [(*figure, *numbers) for figure, numbers in self._found.items()])


def take_back(answers: Iterable[tuple[str, Cell]], month: str) -> None:
    """Take answers, by source key, out of the closing figures that have them: their events are dropped.

    Nothing but a figure is left of such an answer's event, so that a rebuild could not undo it again.
    """
    dropped = [cell for source_key, cell in answers if not _is_there(source_key)]
    if dropped:
        figures = Figures()
        for cell in dropped:
            figures.add(month, "answer", cell, count=-1)
        figures.write()


def _is_there(source_key: str) -> bool:
    kiosk, _, name = source_key.partition("/")
    epoch, _, sequence = name.partition("-")
    with connection.cursor() as cursor:
        cursor.execute(_IS_THERE, (kiosk, epoch, int(sequence)))
        return bool(cursor.fetchone()[0])

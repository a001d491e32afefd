"""Up to where the stored events are decided: behind it nothing becomes visible any more.

PostgreSQL gives out an event's id before the event is committed, and several collectors commit in any order:
the newest that is visible says nothing of those before it. But who took an id holds a lock on the table until
the end of the transaction, and commits before letting go of it. So: read the newest visible id, then who has
such a lock; once all of those are gone, every id up to it is there or never will be. SQLite has one writer.
"""

import time
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Final

from django.db import connection

from cloud.collector.models import StoredEvent

PATIENCE: Final = 0.05
"""Seconds that a look waits for transactions to end: a collector's takes a few thousandths."""
AT_FIRST: Final = 1.0
"""Seconds that the first look of a process waits: until then it knows of nothing."""
STEP: Final = 0.005
_WRITERS: Final = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
AND pid IS DISTINCT FROM pg_backend_pid()
AND (relation = 'collector_storedevent'::regclass
     OR relation IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'collector_storedevent'::regclass))
"""


@dataclass
class Horizon:
    """What one process knows of it; asked by any thread, and never told backwards."""

    safe: int = 0
    _told: bool = False
    _newest: int = 0
    _writers: frozenset[str] = frozenset()
    _lock: Lock = field(default_factory=Lock)

    def reach(self) -> int:
        """The newest id of an event behind which none comes any more; 0 if there is none."""
        if connection.vendor != "postgresql":
            return newest()
        with self._lock:
            self._look()
            return self.safe

    def _look(self) -> None:
        until = time.monotonic() + (PATIENCE if self._told else AT_FIRST)
        # in this order: whoever has yet to commit an id below this one is among the writers
        found, writers = newest(), _writing()
        self._settle(writers)
        while writers and time.monotonic() < until:
            time.sleep(STEP)
            writers &= _writing()
        if not writers:
            self._is_safe(found)
        elif not self._writers:
            self._newest, self._writers = found, writers

    def _settle(self, writing: frozenset[str]) -> None:
        """What an earlier look had to wait for; that of others who came since need not be."""
        if self._writers and not (self._writers & writing):
            self._is_safe(self._newest)
        self._writers &= writing

    def _is_safe(self, upto: int) -> None:
        self.safe, self._told = max(self.safe, upto), True


@cache
def the_horizon() -> Horizon:
    """The one of this process: a page and its stream go by the same."""
    return Horizon()


def newest() -> int:
    """The newest visible event's id; 0 if there is none."""
    return StoredEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _writing() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return frozenset(row[0] for row in cursor.fetchall())

"""The files of the screen's process: the journal with its recorder, and sync's eyes on it."""

import queue
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.journal import Journal, JournalReader
from kiosk.recorder import Recorder
from tests.powercuts import story

JOURNAL = "journal.db"


class Screen:
    """The journal and its recorder, as the kiosk's process has them, and a reader, as sync's has."""

    def __init__(self, path: Path, chore: Callable[[Journal], None], *, loose: bool) -> None:
        """`chore` is done before events come. `loose`: nothing is flushed, for the counter-proof."""
        self._journal = Journal(path)
        if loose:
            self._journal._db.execute("PRAGMA synchronous = OFF")  # noqa: SLF001 - the break to be seen
        chore(self._journal)
        self._reader = JournalReader(path)
        self._read = self._reader.bounds()[1]
        self._recorder = Recorder(self._journal, lambda: None)
        self._kept: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def take(self, order: story.Order, confirmed: Callable[[], None]) -> None:
        """Record an order; if a screen waits for it, until it may be shown."""
        if not order.shown:
            self._recorder.record(order.events)
            return
        self._recorder.record(order.events, partial(self._done, confirmed))
        assert self._kept.get(), "the recorder could not keep an event"
        for row in self._reader.after(self._read, 100):
            self._read = row.sequence

    def _done(self, confirmed: Callable[[], None], kept: bool) -> None:  # noqa: FBT001 - the recorder's word
        if kept:
            confirmed()
        self._kept.put(kept)

    def close(self, *, reader_first: bool) -> None:
        """Stop. Whoever closes last checkpoints the journal and removes its -wal."""
        if reader_first:
            self._reader.close()
        self._recorder.close()
        self._journal.close()
        if not reader_first:
            self._reader.close()

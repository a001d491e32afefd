"""One stream on its way up: what may be sent of it, and what the collector's word means for it.

It touches no network; times are seconds of a monotonic clock, handed in.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.restart import Reason
from kiosk.search import Search
from kiosk.streams import Stream
from kiosk.window import LAST_WAIT, Window
from mqtt.down import Ack
from mqtt.vocabulary import Chain

log = logging.getLogger(__name__)

TRIES = 3
"""Refusals of the same row, or of what follows a row, before the kiosk gives up that name for it."""
AGAIN = 1.0
"""Seconds after which the collector is asked what it holds when its word makes no sense."""

Probe = tuple[tuple[int, Chain], ...]


@dataclass
class Lane:
    """A stream, its window, and a search for the last common row while one goes on.

    `remember` is told how far the collector holds it; `restart` up to where, and why the rows after that
    need a new epoch. From then on nothing is sent.
    """

    stream: Stream
    window: Window
    remember: Callable[[int, Chain], None]
    restart: Callable[[int, Reason], None]
    held: bool = False
    """A new epoch has been asked for, and the journal's writer has not made it yet."""
    _search: Search | None = None
    _asked: tuple[int, ...] = ()
    _refusals: tuple[int, int] = (-1, 0)
    """After which row something was refused, and how often."""

    def start(self, now: float) -> None:
        """A new connection."""
        self.window.start(now)
        self._search = None

    def probe(self) -> Probe:
        """The rows to ask for in the hello that is being made; none while there is nothing to search."""
        self._asked = tuple(self._search.places()) if self._search else ()
        pairs = [(place, self.stream.chain_at(place)) for place in self._asked]
        return tuple((place, chain) for place, chain in pairs if chain is not None)

    def take(self, ack: Ack, now: float) -> None:
        """Take the collector's word about this stream."""
        if ack.nonce is not None:
            if ack.nonce == self.window.nonce:
                self._answered(ack, now)
            return
        if not self.window.greeted:
            return
        if not self._agrees(ack):
            self.window.want_hello(now + AGAIN)
            return
        if self.window.acknowledged(ack.upto, now):
            self.remember(ack.upto, ack.chain)
        if ack.refused:
            self._refused(ack, now)

    def _agrees(self, ack: Ack) -> bool:
        """Whether the collector speaks of this very journal; of a row that was pruned it is believed."""
        own = self.stream.chain_at(ack.upto)
        return ack.upto < self.stream.below or own == ack.chain

    def _answered(self, ack: Ack, now: float) -> None:
        if self._agrees(ack):
            self._settle(ack.upto, now)
        elif self._search is None:
            # the collector speaks of another journal: nothing is sent until it is known where the two part
            self._search = Search(self.stream.below, min(self.stream.highest(), ack.upto) + 1)
            self._go_on(self._search, now)
        elif ack.matched is None:
            self.window.doubted(now + LAST_WAIT)
        else:
            self._search.answered(self._asked, ack.matched)
            self._go_on(self._search, now)

    def _go_on(self, search: Search, now: float) -> None:
        highest = self.stream.highest()
        if not search.exact:
            self.window.doubted(now)
        elif self.stream.closed and search.low == highest:
            self._settle(highest, now)
        else:
            log.warning("sync: the journal %s went backwards after row %d", self.stream.epoch, search.low)
            self._leave(search.low, "went-backwards")

    def _settle(self, upto: int, now: float) -> None:
        self._search = None
        chain = self.stream.chain_at(upto)
        self.window.answered(upto, now)
        if chain is not None:
            self.remember(upto, chain)

    def _leave(self, upto: int, reason: Reason) -> None:
        self.held = True
        self.restart(upto, reason)

    def _refused(self, ack: Ack, now: float) -> None:
        if ack.upto < self.window.acked:
            self.window.want_hello(now + AGAIN)
        if ack.refused == "gap":
            self.window.refused(now)
        elif ack.upto == self.window.acked:
            self._refused_after(ack, now)

    def _refused_after(self, ack: Ack, now: float) -> None:
        """The row after the last acknowledged one was refused, or another of its message.

        Which of several it was cannot be told, so they are sent one by one, each when the one before is
        answered; then it is clear.
        """
        if not self.window.narrow(now):
            return
        place, times = self._refusals
        times = times + 1 if place == ack.upto else 1
        self._refusals = (ack.upto, times)
        if times >= TRIES:
            log.warning("sync: row %d of %s is refused (%s)", ack.upto + 1, self.stream.epoch, ack.refused)
            self._leave(ack.upto, "row-refused" if ack.refused == "row" else "went-backwards")

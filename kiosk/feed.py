"""Batches of member rows on their way into the replica; what is missing is asked for with a hello."""

import logging
import time
from collections.abc import Callable

from kiosk.members import Replica
from mqtt import down
from mqtt.vocabulary import AllowanceId

log = logging.getLogger(__name__)

GAP_WAIT = 1.0
"""Seconds that missing member rows may still come before they are asked for."""
HELD_FOR = 5.0
"""Seconds without another page after which those that are held are written."""
STEPS = 20
"""How often progress is said on the way to being level."""


class Feed:
    """Takes what comes on `down/members` and the store group's topic."""

    def __init__(
        self,
        replica: Replica,
        want_hello: Callable[[float], None],
        now: Callable[[], float] = time.monotonic,
        recalled: Callable[[], object] = lambda: None,
    ) -> None:
        """`want_hello` sees to it that a hello is said at a moment of `now` or before.

        `recalled` is called when allowances are wanted back.
        """
        self._replica, self._want_hello, self._now, self._recalled = replica, want_hello, now, recalled
        self._came = 0.0
        self._step: int | None = None

    def take(self, payload: bytes) -> None:
        """Apply a batch, or hold it for the next. Raises BadMessage."""
        batch = down.decode(payload, down.MembersBatch)
        self._replica.heard_from(batch.generation)
        if batch.recalled is not None:
            self._call_back(batch.recalled)
        before, self._came = self._reached(), self._now()
        if not (self._replica.hold(batch) or self._replica.apply(batch)):
            self._want_hello(self._came + GAP_WAIT)
        elif before != self._reached():
            if self._replica.version == batch.to:
                self._progress(batch)
            if batch.to < batch.head:
                self._want_hello(self._came)

    def turn(self) -> None:
        """Write what is held if the next page does not come; then let nothing be left of who is gone."""
        if self._now() - self._came >= HELD_FOR:
            self._replica.settle()
        self._replica.erase()

    def _call_back(self, allowances: tuple[AllowanceId, ...]) -> None:
        self._replica.call_back(allowances)
        if allowances:
            self._recalled()

    def _reached(self) -> tuple[int, str]:
        return self._replica.reached, self._replica.generation

    def _progress(self, batch: down.MembersBatch) -> None:
        """Say how far a long way is; a single page is not worth a word."""
        level = batch.to >= batch.head
        step = STEPS * batch.to // max(1, batch.head)
        if self._step != step and (self._step is not None or not level):
            log.info("members: %d %%, version %d of %d", 100 * step // STEPS, batch.to, batch.head)
        self._step = None if level else step

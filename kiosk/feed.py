"""Batches of member rows on their way into the replica; what is missing is asked for with a hello."""

import logging
import time
from collections.abc import Callable

from kiosk.members import Replica
from mqtt import down

log = logging.getLogger(__name__)

GAP_WAIT = 1.0
"""Seconds that missing member rows may still come before they are asked for."""
STEPS = 20
"""How often progress is said on the way to being level."""


class Feed:
    """Takes what comes on `down/members` and the store group's topic."""

    def __init__(self, replica: Replica, want_hello: Callable[[float], None]) -> None:
        """`want_hello` sees to it that a hello is said at a moment of `time.monotonic()` or before."""
        self._replica, self._want_hello = replica, want_hello
        self._step: int | None = None

    def take(self, payload: bytes) -> None:
        """Apply a batch. Raises BadMessage."""
        batch = down.decode(payload, down.MembersBatch)
        before = self._replica.version, self._replica.generation
        if not self._replica.apply(batch):
            self._want_hello(time.monotonic() + GAP_WAIT)
        elif before != (self._replica.version, self._replica.generation):
            self._progress(batch)
            if batch.to < batch.head:
                self._want_hello(time.monotonic())

    def _progress(self, batch: down.MembersBatch) -> None:
        """Say how far a long way is; a single page is not worth a word."""
        level = batch.to >= batch.head
        step = STEPS * batch.to // max(1, batch.head)
        if self._step != step and (self._step is not None or not level):
            log.info("members: %d %%, version %d of %d", 100 * step // STEPS, batch.to, batch.head)
        self._step = None if level else step

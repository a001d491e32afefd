"""Batches of member rows on their way into the replica; what is missing is asked for with a hello."""

import time
from collections.abc import Callable

from kiosk.members import Replica
from mqtt import down

GAP_WAIT = 1.0
"""Seconds that missing member rows may still come before they are asked for."""


class Feed:
    """Takes what comes on `down/members` and the store group's topic."""

    def __init__(self, replica: Replica, want_hello: Callable[[float], None]) -> None:
        """`want_hello` sees to it that a hello is said at a moment of `time.monotonic()` or before."""
        self._replica, self._want_hello = replica, want_hello

    def take(self, payload: bytes) -> None:
        """Apply a batch. Raises BadMessage."""
        batch = down.decode(payload, down.MembersBatch)
        before = self._replica.version, self._replica.generation
        if not self._replica.apply(batch):
            self._want_hello(time.monotonic() + GAP_WAIT)
        elif batch.to < batch.head and before != (self._replica.version, self._replica.generation):
            self._want_hello(time.monotonic())

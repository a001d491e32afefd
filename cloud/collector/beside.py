"""Work beside a loop that must not wait: one thread at a time, begun again and again."""

import threading
import time
from collections.abc import Callable


class Beside:
    """A job that is done every so many seconds, in a thread of its own."""

    def __init__(
        self, job: Callable[[], object], every: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """The first time is at the first turn. A process that ends does not wait for the job."""
        self._job, self._every, self._clock = job, every, clock
        self._next = clock()
        self._thread: threading.Thread | None = None

    def turn(self) -> bool:
        """Begin the job if it is due and not being done; whether it was begun."""
        if self._clock() < self._next or (self._thread and self._thread.is_alive()):
            return False
        self._next = self._clock() + self._every
        self._thread = threading.Thread(target=self._job, daemon=True)
        self._thread.start()
        return True

    def wait(self, patience: float) -> None:
        """Wait for a job that is being done, but no longer than so many seconds."""
        if self._thread:
            self._thread.join(patience)

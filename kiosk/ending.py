"""That a process is to end, as a signal says it."""

import contextlib
from queue import Empty, SimpleQueue


class Ending:
    """What a signal's handler may set whatever it interrupts.

    The lock of a `threading.Event` may be held by the very thread in which the handler runs, which then waits
    for itself; a SimpleQueue can be put to from a handler (Python's library reference, `queue`).
    """

    def __init__(self) -> None:
        """It is not to end yet."""
        self._is_set, self._woken = False, SimpleQueue[None]()

    def set(self) -> None:
        """It is to end; whoever waits goes on."""
        self._is_set = True
        self._woken.put(None)

    def is_set(self) -> bool:
        """Whether it is to end."""
        return self._is_set

    def wait(self, seconds: float) -> bool:
        """Whether it is to end, known within that many seconds.

        There is no wait without an end: the handler of a signal that came just before the wait began is run
        when the wait is over.
        """
        with contextlib.suppress(Empty):
            self._woken.put(self._woken.get(timeout=seconds))
        return self._is_set

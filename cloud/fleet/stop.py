"""How a process of the cloud is told to stop: SIGTERM or SIGINT, seen at once by a loop that waits."""

import os
import signal


class Stop:
    """False until the process is asked to stop; `wake` is readable from then on."""

    def __init__(self) -> None:
        """Take over SIGTERM and SIGINT."""
        self.wake, self._write = os.pipe()
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def __bool__(self) -> bool:
        """Whether the process was asked to stop."""
        return self._asked

    def _ask(self, *_: object) -> None:
        if not self._asked:
            self._asked = True
            os.write(self._write, b"!")

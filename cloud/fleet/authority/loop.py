"""The authority's process: it answers what the gate was asked, and keeps everybody's files right."""

import logging
import select
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.db import DatabaseError, InterfaceError, connection

from cloud.fleet.authority import queue
from cloud.fleet.authority.answering import Answers
from cloud.fleet.authority.keyfiles import BadKeyFile
from cloud.fleet.authority.registry import NoAuthority
from cloud.fleet.authority.upkeep import Upkeep
from cloud.fleet.brokering.checking import BadMaterial
from cloud.fleet.stop import Stop

POLL: Final = 0.2
"""Seconds between two looks while nothing happens; a revocation waits no longer."""
RETRY: Final = 1.0
"""Seconds before the next try where something cannot be read or written."""
TOGETHER: Final = 20
"""Requests that are answered before the files are seen to again."""
log = logging.getLogger("cloud.authority")


def now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


class Loop:
    """Turns until it is asked to stop."""

    def __init__(self, answers: Answers, upkeep: Upkeep, clock: Callable[[], datetime] = now) -> None:
        """Wire."""
        self._answers, self._upkeep, self._clock = answers, upkeep, clock

    def run(self, stop: Stop) -> None:
        """Work until asked to stop."""
        while not stop:
            wait = self.turn()
            if wait:
                select.select((stop.wake,), (), (), wait)

    def turn(self) -> float:
        """Do what is due; seconds to wait then. What fails is told, and holds up nothing else."""
        kept, busy = self._tried(self._keep), self._tried(self._answer)
        if None in {kept, busy}:
            return RETRY
        return 0.0 if busy else POLL

    def _keep(self) -> bool:
        self._upkeep.turn(self._clock())
        return True

    def _answer(self) -> bool:
        busy = all(self._answers.turn(self._clock()) for _ in range(TOGETHER))
        queue.forget(self._clock())
        return busy

    def _tried(self, do: Callable[[], bool]) -> bool | None:
        try:
            return do()
        except (DatabaseError, InterfaceError, BadKeyFile, BadMaterial, NoAuthority, OSError) as error:
            log.error("trying again: %s", error)  # noqa: TRY400 - the text says all
            connection.close_if_unusable_or_obsolete()
            return None

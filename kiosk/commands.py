"""What head office tells this kiosk to do: each command once, and one event for what became of it.

A command's id is on the disk before it is begun, so a crash never makes it be done twice: what was begun
and not finished is said to have failed, or, where a crash does the same as the command, to be done.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.clock import Clock
from kiosk.sharing import shared
from mqtt.down import Command, CommandKind, decode
from mqtt.events import CommandDone

log = logging.getLogger(__name__)

KEPT = 1000
"""Commands that are remembered; the cloud sends none again that it knows the result of."""
DETAIL = 200
"""Characters of a detail."""
RESTARTS = ("restart",)
"""What a crash does as well as the command."""

_TABLES = """
CREATE TABLE IF NOT EXISTS command (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    result TEXT NOT NULL DEFAULT '', detail TEXT NOT NULL DEFAULT '', told INTEGER NOT NULL DEFAULT 0
) STRICT;
"""

Action = Callable[[], str]
"""Does it; gives a detail, or raises OSError with the reason why it cannot be done."""


class Commands:
    """Does what comes on `down/command`. One thread calls it."""

    def __init__(
        self,
        path: Path,
        actions: Mapping[CommandKind, Action],
        record: Callable[[CommandDone], object],
        clock: Clock,
    ) -> None:
        """Open the file of ids, or make it, and tell of what a crash interrupted.

        `record` makes an event durable; where it raises OSError, it is tried again with the next command or
        at the next start. `actions` are by a command's kind.
        """
        self._actions: dict[str, Action] = {str(kind): action for kind, action in actions.items()}
        self._record, self._clock = record, clock
        self._db = sqlite3.connect(shared(path), isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_TABLES)
        self._settle()

    def take(self, payload: bytes) -> None:
        """Do a command, unless it came before. Raises BadMessage."""
        command = decode(payload, Command)
        if not self._begin(command):
            return
        result, detail = self._do(command)
        log.info("command %s %s: %s %s", command.kind, command.id, result, detail)
        self._finish(command.id, result, detail)
        self._tell()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def _begin(self, command: Command) -> bool:
        begun = self._db.execute(
            "INSERT INTO command (id, kind) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
            (command.id, command.kind),
        )
        return begun.rowcount == 1

    def _do(self, command: Command) -> tuple[str, str]:
        action = self._actions.get(command.kind)
        if action is None:
            return "unknown", "this release does not know it"
        now = self._clock.stamp()
        # a clock that nobody set cannot say that it is too late
        if now.synced and now.time > command.deadline:
            return "late", f"since {command.deadline.isoformat(timespec='seconds')}"
        try:
            return "done", action()
        except OSError as error:
            return "failed", str(error)

    def _finish(self, command: str, result: str, detail: str) -> None:
        self._db.execute(
            "UPDATE command SET result = ?, detail = ? WHERE id = ?", (result, detail[:DETAIL], command)
        )

    def _tell(self) -> None:
        """Record an event for what became of each command; between the two commits a crash says it twice."""
        untold = self._db.execute(
            "SELECT id, kind, result, detail FROM command WHERE told = 0 AND result <> '' ORDER BY place"
        )
        for event in [CommandDone(*row) for row in untold]:
            try:
                self._record(event)
            except OSError as error:
                log.error("command %s: not recorded: %s", event.command, error)  # noqa: TRY400 - it says all
                return
            self._db.execute("UPDATE command SET told = 1 WHERE id = ?", (event.command,))
        self._db.execute(
            "DELETE FROM command WHERE told = 1 AND place <= (SELECT max(place) FROM command) - ?", (KEPT,)
        )

    def _settle(self) -> None:
        begun = self._db.execute("SELECT id, kind FROM command WHERE result = ''").fetchall()
        for command, kind in begun:
            self._finish(command, "done" if kind in RESTARTS else "failed", "interrupted")
        self._tell()

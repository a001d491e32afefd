"""The files of sync's process: ids of commands, marks of little weight beside them, and its own journal."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from kiosk.clock import Clock, Stamp
from kiosk.commands import Commands
from kiosk.journal import Journal
from kiosk.members import Replica
from mqtt.down import Command, encode
from mqtt.events import CommandDone
from tests.powercuts import chores, story

JOURNAL, REPLICA, COMMANDS = "sync.db", "replica.db", "commands.db"
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


class Standing(Clock):
    """A clock that stands still."""

    def __init__(self) -> None:
        pass

    def stamp(self) -> Stamp:
        return story.STAMP


class Network:
    """Takes commands as sync does."""

    def __init__(self, folder: Path, act: Callable[[], None]) -> None:
        """`act` is what a command does."""
        self._replica = Replica(folder / REPLICA)
        self.journal = Journal(folder / JOURNAL)

        def action() -> str:
            act()
            return ""

        self._commands = Commands(folder / COMMANDS, {"identify": action}, self._record, Standing())

    def command(self, number: int) -> None:
        """Take a command by its number, for the first time or again."""
        self._replica.set_heard_at(float(number))
        self._commands.take(encode(Command(f"{number:016x}", "identify", FOREVER)))

    def told(self) -> list[int]:
        """The numbers of the commands whose result is told in the journal."""
        events = (row.envelope(story.STORE, story.KIOSK).event() for row in chores.rows(self.journal))
        return [int(event.command, 16) for event in events if isinstance(event, CommandDone)]

    def close(self) -> None:
        """Let the files go."""
        self._commands.close()
        self.journal.close()
        self._replica.close()

    def _record(self, event: CommandDone) -> None:
        self.journal.append([(event, story.STAMP)])

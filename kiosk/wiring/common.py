"""What both processes are wired with: the names of their files, their clock, how they end."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.clock import Clock, always_synced, kernel_is_synced
from kiosk.config import Config
from kiosk.ending import Ending
from kiosk.errors import ConfigError
from kiosk.journal import Journal
from kiosk.keeper import Keeper, Limits, free_bytes
from kiosk.marks import Marks

JOURNAL, REPLICA, CATALOGUE = "journal.db", "replica.db", "catalogue.json"
POKE, SCREEN_POKE = "sync.sock", "screen.sock"
COMMANDS, LOGS = "commands.db", "logs"
WRONG_PINS = "wrong-pins"
OWN_JOURNAL = "sync.db"
"""Of events that sync itself records, which has so an epoch of its own."""
RESTART: Final = 75
"""How a process ends that is to be started again (EX_TEMPFAIL, sysexits.h)."""


def stopping(also: Callable[[], None] = lambda: None, earlier: Ending | None = None) -> Ending:
    """What SIGTERM and Ctrl-C set, and `also` is called.

    `earlier` is that of a call before, from when there was nothing to call yet: it goes on being the one.
    """
    stop = earlier or Ending()

    def stopped(*_: object) -> None:
        stop.set()
        also()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stopped)
    if stop.is_set():
        also()
    return stop


def make_folder(data: Path) -> None:
    """Make the data folder. Raises ConfigError."""
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{data}: the data folder cannot be made ({error.strerror})") from None


def complain(error: Exception) -> None:
    """Say what is wrong before anything else is there to say it."""
    print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201 - likewise


def clock_of(config: Config) -> Clock:
    """The clock that kiosk.toml trusts."""
    return Clock(always_synced if config.clock == "trusted" else kernel_is_synced)


def limits_of(config: Config) -> Limits:
    """How much a journal may take."""
    return Limits(config.keep_days, config.journal_bytes, config.free_low, config.free_least)


def keeper_of(config: Config, journal: Journal, marks: Marks, clock: Clock) -> Keeper:
    """What keeps a journal in its bounds."""
    return Keeper(journal, marks, clock, limits_of(config), lambda: free_bytes(Path(config.data)))

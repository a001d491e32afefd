"""Looks, in kiosk.toml and the data folder, how far this kiosk is with becoming one of the club's."""

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from kiosk import identity, progress
from kiosk.config import Config, ToEnrol
from kiosk.errors import ConfigError, IdentityError
from kiosk.marks import Marks
from kiosk.progress import Progress
from kiosk.setting_up import Found, Standing, mistake


class Onlooker:
    """Changes nothing but that it makes the data folder. Any thread, one at a time."""

    def __init__(self, read: Callable[[], Config | ToEnrol], replica: str) -> None:
        """`read` gives kiosk.toml as it is now, or raises ConfigError; `replica` is a file's name."""
        self._read, self._replica = read, replica

    def look(self) -> Found | None:
        """How it stands; None where kiosk.toml is written by hand and right: there is nothing to do."""
        try:
            setup = self._read()
        except ConfigError as error:
            return mistake(str(error))
        data = Path(setup.data)
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Standing(Progress("making-key", 0.0, "disk", str(error)))
        return None if isinstance(setup, Config) else self._standing(data)

    def _standing(self, data: Path) -> Standing:
        told = progress.read(data)
        try:
            found = identity.load(data)
        except IdentityError as error:
            return Standing(told or Progress("making-key", 0.0, "bad-identity", str(error)))
        return Standing(told) if found is None else Standing(told, found.kiosk, self._hears(data))

    def _hears(self, data: Path) -> bool:
        """Whether sync has heard the cloud; it makes the replica when it begins."""
        path = data / self._replica
        with contextlib.suppress(sqlite3.Error):
            if path.exists():
                with closing(Marks(path)) as marks:
                    return marks.heard_at() > 0
        return False

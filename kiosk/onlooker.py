"""Looks, in kiosk.toml and the data folder, how far this kiosk is with becoming one of the club's.

And at what root said of the card: without its data nothing else matters.
"""

import contextlib
import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from kiosk import identity, progress
from kiosk.config import Config, ToEnrol
from kiosk.device.report import Data, Report
from kiosk.errors import ConfigError, IdentityError
from kiosk.marks import Marks
from kiosk.progress import Progress
from kiosk.setting_up import Found, Standing, mistake
from kiosk.views import DeviceReason, SetupReason

log = logging.getLogger(__name__)

CARDS: Final[dict[Data, DeviceReason]] = {"too-small": "card-too-small", "broken": "card-broken"}
"""What of root's words keeps this kiosk from serving anybody."""


class Onlooker:
    """Changes nothing but that it makes the data folder. Any thread, one at a time."""

    def __init__(
        self,
        read: Callable[[], Config | ToEnrol],
        replica: str,
        report: Callable[[], Report | None] = lambda: None,
        held: SetupReason | None = None,
    ) -> None:
        """`read` gives kiosk.toml as it is now, or raises ConfigError; `replica` is a file's name.

        `report` is root's word on the machine; `held` is why the screen could not serve shoppers.
        """
        self._read, self._replica, self._report, self._held = read, replica, report, held
        self._said = ""

    def look(self) -> Found | None:
        """How it stands; None where kiosk.toml is written by hand and right: there is nothing to do."""
        report = self._report()
        held = CARDS.get(report.data) if report else None
        if reason := held or self._held:
            self._say(f"the screen serves nobody: {reason}")
            return Standing(held=reason)
        found = self._found()
        return (
            replace(found, remade=True) if isinstance(found, Standing) and report and report.remade else found
        )

    def _found(self) -> Found | None:
        try:
            setup = self._read()
        except ConfigError as error:
            self._say(str(error))
            return mistake(str(error))
        data = Path(setup.data)
        try:
            data.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Standing(Progress("making-key", 0.0, "disk", str(error)))
        return None if isinstance(setup, Config) else self._standing(data)

    def _say(self, what: str) -> None:
        """Log what is wrong once, not every second."""
        if what != self._said:
            self._said = what
            log.warning("kiosk: %s", what)

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

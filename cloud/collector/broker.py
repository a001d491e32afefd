"""What a process says of its connection to the broker: once when it is lost, once when it is back."""

import logging
import time

from mqtt.client import Link

PATIENCE = 1.0
"""Seconds without a broker before it is said; a start is not worth a warning."""

log = logging.getLogger("cloud.broker")


class Watch:
    """Looks at a link after each of its steps."""

    def __init__(self, link: Link, broker: str) -> None:
        """Watch `link`; `broker` is its URL."""
        self._link, self._broker = link, broker
        self._session = link.session
        self._away_since: float | None = time.monotonic()
        self._said = False

    def new_session(self) -> bool:
        """Whether the connection is a new one since the last look."""
        if self._link.connected:
            self._back()
        else:
            self._away()
        new = self._link.connected and self._link.session != self._session
        self._session = self._link.session if new else self._session
        return new

    def _away(self) -> None:
        now = time.monotonic()
        if self._away_since is None:
            self._away_since = now
        if not self._said and now - self._away_since >= PATIENCE:
            log.warning("no broker at %s; trying again", self._broker)
            self._said = True

    def _back(self) -> None:
        if self._away_since is not None:
            log.info("connected to %s", self._broker)
        self._away_since, self._said = None, False

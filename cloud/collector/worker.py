"""The worker: poster and dispatcher in one loop, which waits only where there is nothing to do."""

import logging
import select

from django.db import InterfaceError, OperationalError, connection

from cloud.collector.beside import Beside
from cloud.collector.broker import Watch
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.leases import HEARTBEAT, Role
from cloud.collector.persons import Persons
from cloud.collector.poster import PostedElsewhere, Poster
from cloud.fleet.stop import Stop
from mqtt.client import Link

POLL = 0.05
"""Seconds between two looks into the database while nothing happens."""
RETRY = 0.5
"""Seconds before the next try where the database gave none."""

log = logging.getLogger("cloud.worker")


class Worker:
    """Posts, makes persons of who joined, gives out versions, answers hellos."""

    def __init__(self, link: Link, watch: Watch, poster: Poster, dispatcher: Dispatcher, role: Role) -> None:
        """Wire; `link` is the dispatcher's. Nothing is done but while the `role` is this process's."""
        self._link, self._watch, self._role = link, watch, role
        self._poster, self._dispatcher, self._persons = poster, dispatcher, Persons()
        self._beside: list[Beside] = []

    def also(self, beside: Beside) -> "Worker":
        """Do this too, beside the loop."""
        self._beside.append(beside)
        return self

    def run(self, stop: Stop) -> None:
        """Work until asked to stop."""
        while not stop:
            self.turn((stop.wake,))

    def turn(self, wakes: tuple[int, ...] = ()) -> bool:
        """Do what is to be done, or wait a moment for more; whether anything was."""
        try:
            if not self._role.mine():
                select.select(wakes, [], [], HEARTBEAT)
                return False
            for beside in self._beside:
                beside.turn()
            busy = bool(self._poster.turn() + self._persons.turn() + self._dispatcher.turn())
            self._speak(0.0 if busy else POLL, wakes)
        except (OperationalError, InterfaceError, PostedElsewhere) as error:
            log.error("not posted, trying again: %s", error)  # noqa: TRY400 - the text says all
            connection.close_if_unusable_or_obsolete()
            select.select(wakes, [], [], RETRY)
            return False
        return busy

    def _speak(self, wait: float, wakes: tuple[int, ...]) -> None:
        for message in self._link.step(wait, wakes):
            self._dispatcher.answer(message)
            self._link.done(message)
        self._dispatcher.announce(now=self._watch.new_session())

"""The broker, the gate and the cloud's processes always have what they need: written anew when it changes."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from cloud.fleet.authority.identities import Process, identity, keep
from cloud.fleet.authority.lists import Glance, Gone, glance, gone, lists, rules, signed_at
from cloud.fleet.authority.registry import Registry, chain
from cloud.fleet.brokering import files
from cloud.fleet.brokering.checking import BadMaterial, check_lists
from cloud.fleet.brokering.files import REVOKED, SERVER, Material
from cloud.fleet.brokering.reloading import reload
from cloud.fleet.brokering.telling import Telling
from mqtt.identity import CLOUD

LOOK: Final = timedelta(seconds=5)
"""After which all is looked at again, whatever a glance shows: a kiosk may stand in another store."""
TOLD: Final = "told"
"""A file that changes whenever the broker is to read its files again (systemd.path(5))."""
ANEW: Final = timedelta(days=1)
"""After which certificate lists are signed again, though nobody was revoked."""
log = logging.getLogger("cloud.authority")


@dataclass(frozen=True, slots=True)
class Places:
    """Where each finds its files, and the hosts of the two servers; None for a process that needs none.

    `pid` is the file with the broker's process id, where it is this process that has it read them again.
    """

    broker: Path
    gate: Path
    broker_hosts: tuple[str, ...]
    gate_hosts: tuple[str, ...]
    cloud: Path | None = None
    pid: Path | None = None


class Listed(NamedTuple):
    """Certificate lists: of whom, under which authorities, signed when."""

    of: Gone | None
    trusted: str
    at: datetime
    text: str


class Upkeep:
    """Writes files as the tables change."""

    def __init__(self, registry: Registry, places: Places) -> None:
        """Begin without knowing what the broker has read: it is told once in any case."""
        self._registry, self._places = registry, places
        self._seen: tuple[Glance, datetime] | None = None
        self._listed: Listed | None = None
        self._telling, self._began, self._trouble = Telling(), False, ""

    def turn(self, now: datetime) -> None:
        """Do what is due. Raises NoAuthority, BadKeyFile, DatabaseError, OSError."""
        seen = glance()
        if self._is_new(seen, now):
            self._seen = (seen, now) if self._write(now) else None
        if not self._began:
            self._telling.changed(now)
            self._began = True
        if self._telling.is_due(now):
            self._tell(now)

    def _is_new(self, seen: Glance, now: datetime) -> bool:
        return self._seen is None or self._seen[0] != seen or not timedelta() <= now - self._seen[1] < LOOK

    def _write(self, now: datetime) -> bool:
        places, registry = self._places, self._registry
        fresh = self._write_broker(now)  # first: a fault in the others' folders holds up no revocation
        keep(registry, Process("gate", "gate.club", places.gate_hosts), places.gate, now)
        if places.cloud:
            keep(registry, Process("cloud", CLOUD), places.cloud, now)
        return fresh

    def _write_broker(self, now: datetime) -> bool:
        places = self._places
        places.broker.mkdir(mode=0o750, parents=True, exist_ok=True)
        process = Process("broker", "broker.club", places.broker_hosts)
        row, key = identity(self._registry, process, places.broker / SERVER, now)
        fresh, listed = self._lists(now)
        if files.write(places.broker, Material(rules(now), chain(), listed, row.pem, key)):
            log.info("the broker's files are new")
            self._telling.changed(now)
        return fresh

    def _lists(self, now: datetime) -> tuple[bool, str]:
        """The lists, and whether they are as the tables are.

        A verifier takes a list only if it was signed in a later second than the one that it has.
        """
        last, of, trusted = self._listed or _read(self._places.broker / REVOKED), gone(now), chain()
        if last and last.trusted == trusted:
            if last.of == of and timedelta() <= now - last.at < ANEW:
                return True, last.text
            if last.at.replace(microsecond=0) == now.replace(microsecond=0):
                return False, last.text
        self._listed = Listed(of, trusted, now, lists(self._registry, of, now))
        return True, self._listed.text

    def _tell(self, now: datetime) -> None:
        """Have the broker read its files again; where that is another's to do, who watches their folder."""
        try:
            if self._places.pid:
                reload(self._places.pid)
            else:
                files.put(self._places.broker / TOLD, now.isoformat().encode())
        except (OSError, ValueError) as error:
            if str(error) != self._trouble:  # a broker may be away for days
                log.warning("the broker cannot be told to read its files again: %s", error)
            self._trouble = str(error)
        else:
            self._telling.told(now)
            self._trouble = ""


def _read(path: Path) -> Listed | None:
    """What another run of this program has signed; of whom, it has not said."""
    text, trusted = path.read_text("ascii", "replace") if path.exists() else "", chain()
    at = signed_at(text)
    try:
        check_lists(trusted, text)
    except BadMaterial:  # of an authority of another life of the database, perhaps
        return None
    return Listed(None, trusted, at, text) if at else None

"""The process that talks to the cloud."""

import contextlib
import logging
import os
import threading
import time
from pathlib import Path

from kiosk import catalogue, identity, poke, token_line
from kiosk.addresses import parse_gate
from kiosk.asks import Asks
from kiosk.clock import TIMESYNC, ClockWatch, is_believable, newest_seen
from kiosk.commands import Action, Commands
from kiosk.config import Config, ToEnrol, load
from kiosk.ending import Ending
from kiosk.enrolment import Enrolment
from kiosk.errors import ConfigError, JournalError
from kiosk.feed import Feed
from kiosk.health import Pulse, Vitals, will
from kiosk.journal import Journal
from kiosk.loglines import LogLines
from kiosk.members import Replica
from kiosk.notify import Systemd
from kiosk.poke import Poked, Poker
from kiosk.renewal import Renewal
from kiosk.silence import Silence
from kiosk.sync import Handler, Sync, subscriptions
from kiosk.upstream import Upstream
from kiosk.wiring.common import (
    CATALOGUE,
    COMMANDS,
    JOURNAL,
    LOGS,
    OWN_JOURNAL,
    POKE,
    REPLICA,
    RESTART,
    SCREEN_POKE,
    clock_of,
    keeper_of,
)
from mqtt import topics
from mqtt.client import Link
from mqtt.down import CommandKind
from mqtt.events import ClockStepped, Event


def enrol(path: Path, stop: Ending, systemd: Systemd) -> Config | None:
    """What sync does before all else; None where it is stopped before this kiosk is one of the club's."""

    def read() -> ToEnrol:
        setup = load(path, os.environ)
        if isinstance(setup, Config):
            raise ConfigError(f"{path}: written by hand meanwhile; start it again")
        return setup

    enrolment = Enrolment(read, lambda: token_line.erase(path))
    systemd.status("becoming one of the club's")
    found = enrolment.run(stop, systemd.alive)
    if found is None:
        return None
    config = identity.completed(enrolment.setup, found)
    if enrolment.setup.token:
        with contextlib.closing(Poker(config.path(SCREEN_POKE))) as screen:
            screen.tell(poke.RESTART)  # it may show the setup, or who this kiosk was before
    return config


def sync(config: Config, stop: Ending, systemd: Systemd) -> int:  # noqa: C901 - as above
    """The process that talks to the cloud."""
    restart = threading.Event()
    floor = newest_seen(TIMESYNC, Path(config.data), config.path(identity.FOLDER), Path(__file__))
    lines = LogLines()
    logging.root.addHandler(lines)
    kiosk, store, group = config.place
    # where the broker knows a kiosk by its certificate, that name is the only client id it takes from it
    client = kiosk if config.tls else f"{kiosk}-sync"
    link = Link(config.broker, client, subscriptions(kiosk, group), will(kiosk), tls=config.tls)
    clock, screen = clock_of(config), Poker(config.path(SCREEN_POKE))
    intake = catalogue.Intake(
        config.path(CATALOGUE), config.catalogue_key, lambda: screen.tell(poke.CATALOGUE)
    )
    replica = Replica(config.path(REPLICA))
    own = Journal(config.path(OWN_JOURNAL))
    screens, syncs = (
        Upstream(
            kiosk=kiosk,
            store=store,
            link=link,
            journal=config.path(name),
            replica=replica,
            clock=clock,
            catalogue=lambda: intake.version,
        )
        for name in (JOURNAL, OWN_JOURNAL)
    )
    # by sync's own journal, for the screen may not have made its yet
    members = Feed(replica, syncs.want_hello, recalled=lambda: screen.tell(poke.RECALL))
    asks = Asks(kiosk, link, replica, lambda: screen.tell(poke.REPLY))

    keeper = keeper_of(config, own, replica, clock)

    def note(event: Event) -> None:
        if keeper.takes(event):
            own.append([(event, clock.stamp())])

    def stepped(seconds: float) -> None:
        with contextlib.suppress(JournalError):
            note(ClockStepped(seconds))

    watch = ClockWatch(clock, replica.add_boot, stepped)

    def resync() -> str:
        replica.forget()
        syncs.want_hello(time.monotonic())
        return ""

    def leave() -> str:
        restart.set()
        return "" if screen.tell(poke.RESTART) else "without a screen"

    def tell(word: bytes) -> str:
        if not screen.tell(word):
            raise ConnectionError("there is no screen")
        return ""

    actions: dict[CommandKind, Action] = {
        "restart": leave,
        "resync": resync,
        "identify": lambda: tell(poke.IDENTIFY),
        "logs": lambda: lines.save(config.path(LOGS)),
        "reload": lambda: tell(poke.RESTART),
    }
    found = identity.own(Path(config.data)) if config.cloud else None
    renewal = Renewal(found, parse_gate(config.cloud), reconnect=link.renew, restart=leave) if found else None

    silence = Silence(lambda: (link.session, replica.heard_at()) if link.connected else None, link.renew)

    def renew() -> str:
        if renewal is None:
            raise ConnectionError("this kiosk is not enrolled: its kiosk.toml is written by hand")
        renewal.want()
        return "begun"

    actions["renew"] = renew
    pulse = Pulse(
        kiosk,
        link,
        Vitals(config.path(JOURNAL), replica, clock, renewal.days if renewal else None),
    )
    commands = Commands(config.path(COMMANDS), actions, note, clock)
    handlers: dict[str, Handler] = {
        topics.down(kiosk, "members"): members.take,
        topics.group_members(group): members.take,
        topics.CATALOGUE: intake.take,
        topics.down(kiosk, "catalogue"): intake.take,
        topics.down(kiosk, "command"): commands.take,
        topics.down(kiosk, "reply"): asks.take,
    }
    systemd.status(f"keeps {kiosk} and the cloud level")
    Sync(
        kiosk=kiosk,
        link=link,
        ups=(screens, syncs),
        handlers=handlers,
        replica=replica,
        poked=Poked(config.path(POKE)),
        clock=clock,
        datagram=asks.said,
        turns=(
            members.turn,
            pulse.turn,
            asks.turn,
            watch.turn,
            keeper.turn,
            *([renewal.turn, silence.turn] if renewal else []),
        ),
        may_connect=lambda: is_believable(clock.stamp(), floor),
    ).run(lambda: stop.is_set() or restart.is_set(), systemd.alive)
    if renewal:
        renewal.close()
    commands.close()
    own.close()
    return RESTART if restart.is_set() else 0

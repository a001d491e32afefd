"""The only wiring: `python -m kiosk screen` and `python -m kiosk sync`, each with `--config kiosk.toml`.

`python -m kiosk card` and `python -m kiosk pin` print what belongs into its `[technician]`;
`python -m kiosk erase` takes a used token out of it, as root, where sync may not write it.
"""

import argparse
import contextlib
import getpass
import logging
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from datetime import time as wall_time
from pathlib import Path
from typing import NamedTuple

from drivers.reader import DriverError, ReaderEvent, reader_name
from kiosk import catalogue, drawing, identity, poke, spent, token_line
from kiosk.addresses import parse_gate
from kiosk.asked import Asked
from kiosk.clock import (
    TIMESYNC,
    Clock,
    ClockWatch,
    always_synced,
    is_believable,
    kernel_is_synced,
    newest_seen,
)
from kiosk.comings import Comings
from kiosk.config import Config, Screen, ToEnrol, load
from kiosk.config import screen as configured_screen
from kiosk.device import report
from kiosk.errors import ConfigError, DrawingError, IdentityError, JournalError, KioskError
from kiosk.journal import Journal, JournalReader
from kiosk.keeper import Keeper, Limits, free_bytes
from kiosk.marks import Marks
from kiosk.members import Members, Replica
from kiosk.notify import Systemd
from kiosk.poke import Ear, Poked, Poker
from kiosk.technicians import make_pin, next_card
from kiosk.views import Attract, SetupReason, Touch, View
from kiosk.wiped import wipe_what_is_freed
from mqtt import topics
from mqtt.events import ClockStepped, Event, QuestionShown

JOURNAL, REPLICA, CATALOGUE = "journal.db", "replica.db", "catalogue.json"
POKE, SCREEN_POKE = "sync.sock", "screen.sock"
COMMANDS, LOGS = "commands.db", "logs"
WRONG_PINS = "wrong-pins"
OWN_JOURNAL = "sync.db"
"""Of events that sync itself records, which has so an epoch of its own."""


RESTART = 75
"""How a process ends that is to be started again (EX_TEMPFAIL, sysexits.h)."""


def main() -> int:
    """Run one of the processes; 2 with a message when it cannot start, 75 to be started again."""
    parser = argparse.ArgumentParser(prog="python -m kiosk", description=__doc__)
    parser.add_argument("process", choices=("screen", "sync", "card", "pin", "erase"))
    parser.add_argument("--config", type=Path, default=Path("/etc/bashgah/kiosk.toml"))
    arguments = parser.parse_args()
    if arguments.process == "screen":
        wipe_what_is_freed()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.root.handlers[0].addFilter(_worth_saying)
    if arguments.process == "pin":
        return make_pin(getpass.getpass, print)
    systemd = Systemd(os.environ)
    try:
        if arguments.process == "screen":
            return _screen(arguments.config, systemd)
        if arguments.process == "erase":
            return spent.erase(arguments.config, os.environ)
        setup = load(arguments.config, os.environ)
        if arguments.process == "card":
            config = setup if isinstance(setup, Config) else _enrolled(setup)
            return next_card(config.readers, config.key, print)
        _make(Path(setup.data))
        stop = _stopping()
        found = setup if isinstance(setup, Config) else _enrol(arguments.config, stop, systemd)
        return 0 if found is None else sync(found, stop, systemd)
    except (KioskError, DriverError, OSError) as error:
        _complain(error)
        return 2


def _screen(path: Path, systemd: Systemd) -> int:
    """Serve shoppers; whatever keeps the screen from it is shown on it, for a dark one helps nobody."""
    held: SetupReason | None = None
    try:
        setup = load(path, os.environ)
        drawing.check(_renderer(setup.screen))
        _make(Path(setup.data))
        config = setup if isinstance(setup, Config) else _enrolled(setup)
        stores = _open(config)
    except ConfigError:
        pass  # who looks on says it, now and whenever it changes
    except IdentityError as error:
        _complain(error)
    except DrawingError as error:
        _complain(error)
        held = "no-graphics"
    except (JournalError, OSError, sqlite3.Error) as error:
        _complain(error)
        held = "disk"
    else:
        return screen(config, stores, systemd)
    return set_up(path, systemd, held)


class _Stores(NamedTuple):
    """What the screen cannot serve anybody without; all open."""

    journal: Journal
    members: Members
    marks: Marks


def _open(config: Config) -> _Stores:
    """Raises JournalError, OSError, sqlite3.Error where the disk does not let it."""
    journal, replica = Journal(config.path(JOURNAL)), config.path(REPLICA)
    return _Stores(journal, Members(replica), Marks(replica))


def _renderer(glass: Screen) -> str:
    from ui.app import PANELS, renderer  # noqa: PLC0415 - each process loads its own half

    return renderer(PANELS[str(glass.inches)], fullscreen=not glass.window)


def _make(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"{data}: the data folder cannot be made ({error.strerror})") from None


def _complain(error: Exception) -> None:
    print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201 - before anything else is there to say it


def _enrolled(setup: ToEnrol) -> Config:
    found = identity.load(Path(setup.data))
    if found is None:
        raise IdentityError("this kiosk is not one of the club's yet: `python -m kiosk sync` enrols it")
    return identity.completed(setup, found)


def _enrol(path: Path, stop: threading.Event, systemd: Systemd) -> Config | None:
    """What sync does before all else; None where it is stopped before this kiosk is one of the club's."""
    from kiosk.enrolment import Enrolment  # noqa: PLC0415 - each process loads its own half

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


def set_up(path: Path, systemd: Systemd, held: SetupReason | None = None) -> int:
    """The screen while kiosk.toml is wrong, this kiosk is not the club's, or it is `held` up otherwise.

    75 once it can serve shoppers, or may try again whether it can.
    """
    from kiosk.onlooker import Onlooker  # noqa: PLC0415 - each process loads its own half
    from kiosk.setting_up import LOOK, SettingUp, Standing  # noqa: PLC0415
    from ui.app import PANELS, KioskApp  # noqa: PLC0415

    stop, restart = _stopping(lambda: app.stop()), threading.Event()  # noqa: PLW0108 - it is made further down
    glass = configured_screen(path, os.environ)
    app = KioskApp(
        lambda touch: setting.touch(touch),  # noqa: PLW0108 - likewise
        remote=glass.touches or None,
        panel=PANELS[str(glass.inches)],
        fullscreen=not glass.window,
    )

    def leave() -> None:
        restart.set()
        app.stop()

    onlooker = Onlooker(lambda: load(path, os.environ), REPLICA, report.read, held)
    setting = SettingUp(onlooker.look() or Standing(), "fa", app.show, leave)
    systemd.status("shows what is missing before this kiosk can serve shoppers")
    app.beat(systemd.alive, systemd.every)
    app.show(setting.view)

    def look_on() -> None:
        while not (stop.wait(LOOK) or restart.is_set()):
            found = onlooker.look()
            app.post(lambda found=found: setting.take(found, time.monotonic()))  # type: ignore[misc]

    watcher = threading.Thread(target=look_on, name="setup")
    watcher.start()
    app.run()
    stop.set()
    watcher.join()
    return RESTART if restart.is_set() else 0


def screen(config: Config, stores: _Stores, systemd: Systemd) -> int:  # noqa: C901, PLR0915 - a line for each thing that is wired
    """The process with the screen, the readers and the lights."""
    from drivers.panel import NoPanel, panel_or_none  # noqa: PLC0415 - each process loads its own half
    from drivers.watch import watch  # noqa: PLC0415
    from kiosk.allowances import Allowances  # noqa: PLC0415
    from kiosk.asks import asker  # noqa: PLC0415
    from kiosk.lookout import Lookout  # noqa: PLC0415
    from kiosk.pin import Tries  # noqa: PLC0415
    from kiosk.recorder import Recorder  # noqa: PLC0415
    from kiosk.session import Session  # noqa: PLC0415
    from kiosk.technician import FREE  # noqa: PLC0415
    from kiosk.ticker import Ticker  # noqa: PLC0415
    from kiosk.workbench import Hands, Workbench  # noqa: PLC0415
    from ui.app import PANELS, KioskApp  # noqa: PLC0415

    stop = _stopping(lambda: app.stop())  # noqa: PLW0108 - it is made further down
    poker = Poker(config.path(POKE))
    clock, journal, members = _clock(config), stores.journal, stores.members
    keeper = _keeper(config, journal, stores.marks, clock)
    panel = panel_or_none(config.panel, lambda event: app.post(lambda: session.panel(event)), _time_of_day)
    undecided = journal.unsettled.abandoned()
    recorder, past = Recorder(journal, poker.poke, keeper), JournalReader(config.path(JOURNAL))
    for fact in undecided:
        recorder.record(((fact, clock.stamp()),))

    def changed(_view: View | None = None) -> None:
        view = bench.view or session.view
        app.show(view)
        ticker.set(min(session.ends_at, bench.ends_at))
        if isinstance(view, Attract):
            app.post(members.forget)  # after its frame: nobody waits for it

    def touched(touch: Touch) -> None:
        if not bench.touch(touch):
            session.touch(touch)

    def read(event: ReaderEvent) -> None:
        bench.reader(event)
        session.reader(event)

    def tick() -> None:
        session.tick()
        bench.tick()
        ticker.set(min(session.ends_at, bench.ends_at))

    app = KioskApp(
        touched,
        remote=config.screen.touches or None,
        panel=PANELS[str(config.screen.inches)],
        fullscreen=not config.screen.window,
        speech=config.screen.speech,
    )
    session = Session(
        keys=config.keys,
        catalogue=catalogue.load_or_default(config.path(CATALOGUE)),
        language=config.language,
        members=members,
        recorder=recorder,
        panel=panel,
        clock=clock,
        changed=changed,
        post=app.post,
        ask=asker(poker.tell),
        asked=Asked(past.facts(QuestionShown)),
        comings=Comings(past.comings()),
        technician=lambda cards: bench.card(cards, session.view.look),
        allowances=Allowances(members, past),
    )
    restart = threading.Event()

    def leave() -> None:
        restart.set()
        app.stop()

    aside = ThreadPoolExecutor(1, "technician")
    lookout = Lookout(
        journal=config.path(JOURNAL),
        replica=config.path(REPLICA),
        catalogue=config.path(CATALOGUE),
        limits=_limits(config),
        clock=clock,
        takes=recorder.accepts,
        panel="mock" if config.panel.startswith("mock:") else "lost" if type(panel) is NoPanel else "wired",
        enrolled=bool(config.technician.cards),
        identity_in=Path(config.data) if config.tls else None,
    )
    bench = Workbench(
        kiosk=config.kiosk,
        store=config.store,
        readers=tuple(reader_name(url) for url in config.readers),
        setup=config.technician,
        language=config.language,
        clock=clock,
        hands=Hands(
            work=aside.submit,
            post=app.post,
            look=lookout.look,
            record=recorder,
            panel=panel,
            tries=Tries(config.path(WRONG_PINS), unreadable=FREE),
            restart=leave,
            changed=changed,
            idle=session.between_visits,
        ),
    )
    ticker = Ticker(lambda: app.post(tick))
    systemd.status("serves shoppers")
    app.beat(systemd.alive, systemd.every)
    app.show(session.view)
    app.post(session.recalled)  # it may have been said while nobody heard it

    def renew() -> None:
        session.renew(catalogue.load_or_default(config.path(CATALOGUE)))

    said: dict[bytes, Callable[[], None]] = {
        poke.REPLY: session.replied,
        poke.RECALL: session.recalled,
        poke.IDENTIFY: session.identify,
        poke.CATALOGUE: lambda: session.between_visits(renew),
        poke.RESTART: lambda: session.between_visits(leave),
    }
    ear = Ear(config.path(SCREEN_POKE), lambda word: app.post(said[word]) if word in said else None)
    watchers = [
        threading.Thread(
            target=watch, args=(url, lambda event: app.post(lambda: read(event)), stop), name=url
        )
        for url in config.readers
    ]
    for watcher in watchers:
        watcher.start()
    app.run()
    stop.set()
    for watcher in watchers:
        watcher.join(2)
    ear.close()
    aside.shutdown()
    lookout.close()
    recorder.close()
    past.close()
    panel.close()
    poker.close()
    return RESTART if restart.is_set() else 0


def sync(config: Config, stop: threading.Event, systemd: Systemd) -> int:  # noqa: C901, PLR0915 - as above
    """The process that talks to the cloud."""
    from kiosk.asks import Asks  # noqa: PLC0415 - each process loads its own half
    from kiosk.commands import Action, Commands  # noqa: PLC0415
    from kiosk.feed import Feed  # noqa: PLC0415
    from kiosk.health import Pulse, Vitals, will  # noqa: PLC0415
    from kiosk.loglines import LogLines  # noqa: PLC0415
    from kiosk.renewal import Renewal  # noqa: PLC0415
    from kiosk.silence import Silence  # noqa: PLC0415
    from kiosk.sync import Handler, Sync, subscriptions  # noqa: PLC0415
    from kiosk.upstream import Upstream  # noqa: PLC0415
    from mqtt.client import Link  # noqa: PLC0415
    from mqtt.down import CommandKind  # noqa: PLC0415

    restart = threading.Event()
    floor = newest_seen(TIMESYNC, Path(config.data), config.path(identity.FOLDER), Path(__file__))
    lines = LogLines()
    logging.root.addHandler(lines)
    kiosk, store, group = config.place
    # where the broker knows a kiosk by its certificate, that name is the only client id it takes from it
    client = kiosk if config.tls else f"{kiosk}-sync"
    link = Link(config.broker, client, subscriptions(kiosk, group), will(kiosk), tls=config.tls)
    clock, screen = _clock(config), Poker(config.path(SCREEN_POKE))
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

    keeper = _keeper(config, own, replica, clock)

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
    found = identity.load(Path(config.data)) if config.cloud else None
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


def _keeper(config: Config, journal: Journal, marks: Marks, clock: Clock) -> Keeper:
    return Keeper(journal, marks, clock, _limits(config), lambda: free_bytes(Path(config.data)))


def _limits(config: Config) -> Limits:
    return Limits(config.keep_days, config.journal_bytes, config.free_low, config.free_least)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Everything of ours, and the warnings of the libraries."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in {"kiosk", "drivers", "ui"}


def _time_of_day() -> wall_time:
    return datetime.now().astimezone().time()


def _stopping(also: Callable[[], None] = lambda: None) -> threading.Event:
    """An event that SIGTERM and Ctrl-C set."""
    stop = threading.Event()

    def stopped(*_: object) -> None:
        stop.set()
        also()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stopped)
    return stop


def _clock(config: Config) -> Clock:
    return Clock(always_synced if config.clock == "trusted" else kernel_is_synced)


if __name__ == "__main__":
    sys.exit(main())

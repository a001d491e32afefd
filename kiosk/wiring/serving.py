"""The process with the screen, the readers and the lights."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from datetime import time as wall_time
from pathlib import Path
from typing import NamedTuple

from drivers.panel import NoPanel, panel_or_none
from drivers.reader import ReaderEvent, reader_name
from drivers.watch import watch
from kiosk import catalogue, poke
from kiosk.allowances import Allowances
from kiosk.asked import Asked
from kiosk.asks import asker
from kiosk.comings import Comings
from kiosk.config import Config
from kiosk.journal import Journal, JournalReader
from kiosk.lookout import Lookout
from kiosk.marks import Marks
from kiosk.members import Members
from kiosk.notify import Systemd
from kiosk.pin import Tries
from kiosk.poke import Ear, Poked, Poker
from kiosk.recorder import Recorder
from kiosk.session import Session
from kiosk.technician import FREE
from kiosk.ticker import Ticker
from kiosk.views import Attract, Touch, View
from kiosk.wiring.common import (
    CATALOGUE,
    JOURNAL,
    POKE,
    REPLICA,
    RESTART,
    WRONG_PINS,
    clock_of,
    keeper_of,
    limits_of,
    stopping,
)
from kiosk.workbench import Hands, Workbench
from mqtt.events import QuestionShown
from ui.app import PANELS, KioskApp


class Stores(NamedTuple):
    """What the screen cannot serve anybody without; all open."""

    journal: Journal
    members: Members
    marks: Marks


def open_stores(config: Config) -> Stores:
    """Raises JournalError, OSError, sqlite3.Error where the disk does not let it."""
    journal, replica = Journal(config.path(JOURNAL)), config.path(REPLICA)
    return Stores(journal, Members(replica), Marks(replica))


def screen(config: Config, stores: Stores, poked: Poked, systemd: Systemd) -> int:  # noqa: C901, PLR0915 - a line for each thing that is wired
    """The process with the screen, the readers and the lights; `poked` since before `config` was read."""
    stop = stopping()
    poker = Poker(config.path(POKE))
    clock, journal, members = clock_of(config), stores.journal, stores.members
    keeper = keeper_of(config, journal, stores.marks, clock)
    panel = panel_or_none(config.panel, lambda event: app.post(lambda: session.panel(event)), _time_of_day)
    undecided = journal.unsettled.abandoned()
    recorder, past = Recorder(journal, poker.poke, keeper), JournalReader(config.path(JOURNAL))
    for fact in undecided:
        recorder.record(((fact, clock.stamp()),))

    def wait() -> None:
        ticker.set(min(session.ends_at, bench.ends_at))

    def changed(_view: View | None = None) -> None:
        view = bench.view or session.view
        app.show(view)
        wait()
        if isinstance(view, Attract):
            app.post(members.forget)  # after its frame: nobody waits for it

    def touched(touch: Touch) -> None:
        if not bench.touch(touch):
            session.touch(touch)

    def read(event: ReaderEvent) -> None:
        bench.reader(event)
        session.reader(event)
        wait()  # while the cloud is asked who that is, the view is as it was

    def tick() -> None:
        session.tick()
        bench.tick()
        wait()

    app = KioskApp(
        touched,
        remote=config.screen.touches or None,
        panel=PANELS[str(config.screen.inches)],
        fullscreen=not config.screen.window,
        speech=config.screen.speech,
    )
    stopping(app.stop, stop)
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
        limits=limits_of(config),
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
    ear = Ear(poked, lambda word: app.post(said[word]) if word in said else None)
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


def _time_of_day() -> wall_time:
    return datetime.now().astimezone().time()

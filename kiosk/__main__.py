"""The only wiring: `python -m kiosk screen` and `python -m kiosk sync`, each with `--config kiosk.toml`."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk import catalogue
from kiosk.clock import Clock, always_synced, kernel_is_synced
from kiosk.config import Config, load
from kiosk.errors import KioskError
from kiosk.journal import Journal
from kiosk.members import Members, Replica
from kiosk.poke import Poked, Poker
from kiosk.views import View
from mqtt import topics

JOURNAL, REPLICA, CATALOGUE, POKE = "journal.db", "replica.db", "catalogue.json", "sync.sock"
OWN_JOURNAL = "sync.db"
"""Of events that sync itself records, which has so an epoch of its own."""


def main() -> int:
    """Run one of the two processes; 2 with a message when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m kiosk", description=__doc__)
    parser.add_argument("process", choices=("screen", "sync"))
    parser.add_argument("--config", type=Path, default=Path("/etc/bashgah/kiosk.toml"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.root.handlers[0].addFilter(_worth_saying)
    try:
        config = load(arguments.config, os.environ)
        Path(config.data).mkdir(parents=True, exist_ok=True)
        return {"screen": screen, "sync": sync}[arguments.process](config)
    except (KioskError, OSError) as error:
        print(f"kiosk: {error}", file=sys.stderr)  # noqa: T201 - before anything else is there to say it
        return 2


def screen(config: Config) -> int:
    """The process with the screen, the readers and the lights."""
    from drivers.panel import open_panel  # noqa: PLC0415 - each process loads its own half
    from drivers.watch import watch  # noqa: PLC0415
    from kiosk.recorder import Recorder  # noqa: PLC0415
    from kiosk.session import Session  # noqa: PLC0415
    from kiosk.ticker import Ticker  # noqa: PLC0415
    from ui.app import PANELS, KioskApp  # noqa: PLC0415

    stop = _stopping(lambda: app.stop())  # noqa: PLW0108 - it is made further down
    poker = Poker(config.path(POKE))
    recorder = Recorder(Journal(config.path(JOURNAL)), poker.poke)

    def changed(view: View) -> None:
        app.show(view)
        ticker.set(session.ends_at)

    app = KioskApp(
        lambda touch: session.touch(touch),  # noqa: PLW0108 - likewise
        remote=config.screen.touches or None,
        panel=PANELS[str(config.screen.inches)],
        fullscreen=not config.screen.window,
    )
    session = Session(
        keys=(config.key,),
        catalogue=catalogue.load_or_default(config.path(CATALOGUE)),
        language=config.language,
        members=Members(config.path(REPLICA)),
        recorder=recorder,
        panel=open_panel(config.panel),
        clock=_clock(config),
        changed=changed,
        post=app.post,
    )
    ticker = Ticker(lambda: app.post(session.tick))
    app.show(session.view)
    watchers = [
        threading.Thread(
            target=watch, args=(url, lambda event: app.post(lambda: session.reader(event)), stop), name=url
        )
        for url in config.readers
    ]
    for watcher in watchers:
        watcher.start()
    app.run()
    stop.set()
    for watcher in watchers:
        watcher.join(2)
    recorder.close()
    poker.close()
    return 0


def sync(config: Config) -> int:
    """The process that talks to the cloud."""
    from kiosk.feed import Feed  # noqa: PLC0415 - each process loads its own half
    from kiosk.sync import Handler, Sync, subscriptions  # noqa: PLC0415
    from kiosk.upstream import Upstream  # noqa: PLC0415
    from mqtt.client import Link  # noqa: PLC0415

    stop = _stopping()
    kiosk, store, group = config.place
    link = Link(config.broker, f"{kiosk}-sync", subscriptions(kiosk, group))
    replica = Replica(config.path(REPLICA))
    own = Journal(config.path(OWN_JOURNAL))
    screens, syncs = (
        Upstream(kiosk=kiosk, store=store, link=link, journal=config.path(name), replica=replica)
        for name in (JOURNAL, OWN_JOURNAL)
    )
    members = Feed(replica, screens.want_hello)
    handlers: dict[str, Handler] = {
        topics.down(kiosk, "members"): members.take,
        topics.group_members(group): members.take,
    }
    Sync(
        kiosk=kiosk,
        link=link,
        ups=(screens, syncs),
        handlers=handlers,
        replica=replica,
        poked=Poked(config.path(POKE)),
        clock=_clock(config),
    ).run(stop.is_set)
    own.close()
    return 0


def _worth_saying(record: logging.LogRecord) -> bool:
    """Everything of ours, and the warnings of the libraries."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in {"kiosk", "drivers", "ui"}


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

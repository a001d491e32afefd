"""`python -m kiosk screen` and `python -m kiosk sync`, each with `--config kiosk.toml`.

`python -m kiosk card` and `python -m kiosk pin` print what belongs into its `[technician]`;
`python -m kiosk erase` takes a used token out of it, as root, where sync may not write it; with `--check` it
only says by its status whether there is one to take out: 0, or 1 for none.
"""

import argparse
import getpass
import logging
import os
import sqlite3
import sys
from pathlib import Path

from drivers.reader import DriverError
from kiosk import drawing, identity, spent
from kiosk.config import Config, Screen, ToEnrol, load
from kiosk.errors import ConfigError, DrawingError, IdentityError, JournalError, KioskError
from kiosk.notify import Systemd
from kiosk.poke import Poked
from kiosk.technicians import make_pin, next_card
from kiosk.views import SetupReason
from kiosk.wiped import wipe_what_is_freed
from kiosk.wiring.common import SCREEN_POKE, complain, make_folder, stopping
from ui.app import NoPanelError


def main() -> int:
    """Run one of the processes; 2 with a message when it cannot start, 75 to be started again."""
    parser = argparse.ArgumentParser(prog="python -m kiosk", description=__doc__)
    parser.add_argument("process", choices=("screen", "sync", "card", "pin", "erase"))
    parser.add_argument("--config", type=Path, default=Path("/etc/bashgah/kiosk.toml"))
    parser.add_argument("--check", action="store_true", help="with erase: write nothing")
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
            return (spent.check if arguments.check else spent.erase)(arguments.config, os.environ)
        setup = load(arguments.config, os.environ)
        if arguments.process == "card":
            config = setup if isinstance(setup, Config) else _enrolled(setup)
            return next_card(config.readers, config.key, print)
        return _sync(arguments.config, setup, systemd)
    except (KioskError, DriverError, NoPanelError, OSError) as error:
        complain(error)
        return 2


def _screen(path: Path, systemd: Systemd) -> int:
    """Serve shoppers; whatever keeps the screen from it is shown on it, for a dark one helps nobody."""
    from kiosk.wiring.serving import open_stores, screen  # noqa: PLC0415 - each process loads its own half
    from kiosk.wiring.set_up import set_up  # noqa: PLC0415

    held: SetupReason | None = None
    poked: Poked | None = None
    try:
        setup = load(path, os.environ)
        drawing.check(_renderer(setup.screen))
        make_folder(Path(setup.data))
        poked = Poked(Path(setup.data) / SCREEN_POKE)  # what changes from now on is heard of
        config = setup if isinstance(setup, Config) else _enrolled(setup)
        stores = open_stores(config)
    except ConfigError:
        pass  # who looks on says it, now and whenever it changes
    except IdentityError as error:
        complain(error)
    except DrawingError as error:
        complain(error)
        held = "no-graphics"
    except (JournalError, OSError, sqlite3.Error) as error:
        complain(error)
        held = "disk"
    else:
        return screen(config, stores, poked, systemd)
    if poked is not None:
        poked.close()
    return set_up(path, systemd, held)


def _sync(path: Path, setup: Config | ToEnrol, systemd: Systemd) -> int:
    from kiosk.wiring.syncing import enrol, sync  # noqa: PLC0415 - each process loads its own half

    make_folder(Path(setup.data))
    stop = stopping()
    found = setup if isinstance(setup, Config) else enrol(path, stop, systemd)
    return 0 if found is None else sync(found, stop, systemd)


def _renderer(glass: Screen) -> str:
    from ui.app import PANELS, renderer  # noqa: PLC0415 - each process loads its own half

    return renderer(PANELS[str(glass.inches)], fullscreen=not glass.window)


def _enrolled(setup: ToEnrol) -> Config:
    found = identity.load(Path(setup.data))
    if found is None:
        raise IdentityError("this kiosk is not one of the club's yet: `python -m kiosk sync` enrols it")
    return identity.completed(setup, found)


def _worth_saying(record: logging.LogRecord) -> bool:
    """Everything of ours, and the warnings of the libraries."""
    return record.levelno >= logging.WARNING or record.name.split(".")[0] in {"kiosk", "drivers", "ui"}


if __name__ == "__main__":
    sys.exit(main())

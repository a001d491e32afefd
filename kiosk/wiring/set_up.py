"""The screen before this kiosk can serve shoppers."""

import os
import threading
import time
from pathlib import Path

from kiosk.config import load
from kiosk.config import screen as configured_screen
from kiosk.device import report
from kiosk.notify import Systemd
from kiosk.onlooker import Onlooker
from kiosk.setting_up import LOOK, SettingUp, Standing
from kiosk.views import SetupReason
from kiosk.wiring.common import (
    REPLICA,
    RESTART,
    stopping,
)
from ui.app import PANELS, KioskApp


def set_up(path: Path, systemd: Systemd, held: SetupReason | None = None) -> int:
    """The screen while kiosk.toml is wrong, this kiosk is not the club's, or it is `held` up otherwise.

    75 once it can serve shoppers, or may try again whether it can.
    """
    stop, restart = stopping(), threading.Event()
    glass = configured_screen(path, os.environ)
    app = KioskApp(
        lambda touch: setting.touch(touch),  # noqa: PLW0108 - likewise
        remote=glass.touches or None,
        panel=PANELS[str(glass.inches)],
        fullscreen=not glass.window,
    )
    stopping(app.stop, stop)

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

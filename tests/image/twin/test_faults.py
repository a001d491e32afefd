"""What befalls a kiosk in a shop, done to a twin: whatever it is, a shopper can lay a card again after it."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.image.twin.machine import SCREEN, SYNC, Twin, booted
from tests.kiosk.enrolling import until
from ui.remote_client import Screen

WATCHED = 30
"""Seconds after which systemd restarts a screen that draws no frames."""
KILLED = WATCHED + 10 + 20.0
"""By then it is back: TimeoutAbortSec more for what does not die of SIGABRT, and its start."""

IMPATIENT = "[Service]\nWatchdogSec=5\nTimeoutAbortSec=1\n"
"""For sync alone, which has three minutes: nobody stands before it."""


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    with booted(drop_ins={SYNC: IMPATIENT}) as twin:
        yield twin


@pytest.fixture
def screen(twin: Twin) -> Iterator[Screen]:
    with twin.screen() as screen:
        assert screen.wait_for("Attract", timeout=60)
        yield screen


def hit(twin: Twin, unit: str, number: signal.Signals) -> int:
    """Send a signal to a unit's main process; which one it was."""
    process = twin.pid(unit)
    assert process
    os.kill(process, number)
    return process


def is_back(twin: Twin, unit: str, process: int) -> bool:
    """Whether another process has come in the place of this one, and says that it is ready."""
    return twin.pid(unit) not in {0, process} and twin.shown(unit, "ActiveState") == "active"


def test_a_frozen_screen_is_restarted_and_serves_again(twin: Twin, screen: Screen) -> None:
    assert twin.shown(SCREEN, "WatchdogUSec") == f"{WATCHED}s"
    process = hit(twin, SCREEN, signal.SIGSTOP)
    until(lambda: is_back(twin, SCREEN, process), "systemd has started another", KILLED)
    assert "Watchdog timeout" in twin.said(SCREEN)
    twin.tap(screen, "Sorry")


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_sync_frozen_or_killed_comes_back_while_the_screen_serves(
    twin: Twin, screen: Screen, number: signal.Signals
) -> None:
    serving = twin.pid(SCREEN)
    process = hit(twin, SYNC, number)
    twin.tap(screen, "Sorry")
    until(lambda: is_back(twin, SYNC, process), "another sync")
    assert twin.pid(SCREEN) == serving


def test_a_screen_killed_in_a_visit_has_lost_nothing_that_it_confirmed(twin: Twin, screen: Screen) -> None:
    twin.tap(screen, "Sorry")
    twin.devices.present("em4100", b"\xee" * 5)
    assert screen.wait_for("Sorry", timeout=20, after=screen.drawn - 0.001)
    process = hit(twin, SCREEN, signal.SIGKILL)
    kept = twin.journalled()
    twin.devices.take_away("em4100")
    until(lambda: is_back(twin, SCREEN, process), "another screen")
    assert screen.wait_for("Attract", timeout=60, after=screen.drawn - 0.001)
    twin.tap(screen, "Sorry")
    assert twin.journalled() > kept


def test_a_reader_that_was_not_there_is_taken_when_it_comes(twin: Twin, screen: Screen) -> None:
    twin.devices.unplug("em4100")
    twin.run(f"systemctl restart {SCREEN}")
    assert screen.wait_for("Attract", timeout=60, after=screen.drawn)
    twin.devices.plug("em4100")
    twin.tap(screen, "Sorry")


def test_on_a_full_card_it_greets_and_keeps_what_it_had_and_goes_on_when_there_is_room() -> None:
    with booted(mib=64) as twin, twin.screen() as screen:
        assert screen.wait_for("Attract", timeout=60)
        twin.tap(screen, "Sorry")
        kept = twin.journalled()
        filling = ["dd", "if=/dev/zero", f"of={twin.data}/filling", "bs=64k"]
        assert subprocess.run(filling, capture_output=True, check=False).returncode
        serving = twin.pid(SCREEN)
        twin.tap(screen, "Sorry")
        assert twin.journalled() >= kept
        assert twin.pid(SCREEN) == serving
        (twin.data / "filling").unlink()
        full = twin.journalled()
        twin.tap(screen, "Sorry")
        until(lambda: twin.journalled() >= full + 2, "tap and end are journalled again")


def test_a_backup_that_root_put_back_is_the_kiosks_again_at_the_next_start() -> None:
    with booted() as twin:
        with twin.screen() as screen:
            assert screen.wait_for("Attract", timeout=60)
            twin.tap(screen, "Sorry")
        twin.pull()
        kept = twin.journalled()
        subprocess.run(["chown", "-R", "0:0", str(twin.data)], check=True)
        subprocess.run(["chmod", "-R", "go=", str(twin.data / "kiosk")], check=True)
        twin.boot()
        with twin.screen() as screen:
            assert screen.wait_for("Attract", timeout=60), twin.said(SCREEN)
            twin.tap(screen, "Sorry")
        assert twin.journalled() > kept
        assert twin.run("find /data/kiosk -mindepth 1 -user root") == ""

"""systemd hears that a process is up and goes on, and hears nothing of one that stands still."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import poke
from kiosk.notify import Systemd
from kiosk.poke import Poker
from kiosk.progress import FILE
from kiosk.wiring.common import CATALOGUE, SCREEN_POKE
from tests.kiosk.enrolling import until
from tests.kiosk.supervisor import Supervisor
from tests.kiosk.test_setting_up import BY_HAND, TO_ENROL
from tests.mqtt.broker import ROOT
from tests.mqtt.ports import free_port

WITHIN = 60.0
PATIENCE = 4.0


@pytest.fixture(params=["file", "abstract"])
def supervisor(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Supervisor]:
    path = tmp_path / "notify" if request.param == "file" else f"@bashgah-test-{os.getpid()}"
    with closing(Supervisor(path, PATIENCE)) as supervisor:
        yield supervisor


def test_the_first_sign_of_life_says_that_it_is_up(supervisor: Supervisor) -> None:
    now = 0.0
    systemd = Systemd(supervisor.environment, lambda: now)
    assert systemd.every == PATIENCE / 2
    systemd.alive()
    assert supervisor.hear(1.0)
    assert supervisor.said == ["READY=1", "WATCHDOG=1"]
    systemd.status("two\nlines")
    assert supervisor.hear(1.0)
    assert supervisor.said[2:] == ["STATUS=two lines"]
    systemd.alive()
    assert not supervisor.hear(0.0)
    now = PATIENCE / 2
    systemd.alive()
    assert supervisor.hear(1.0)
    assert supervisor.said[3:] == ["WATCHDOG=1"]


def test_systemd_that_is_too_busy_to_hear_is_told_again_and_not_waited_for(tmp_path: Path) -> None:
    environment = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "4000000"}
    systemd = Systemd(environment, lambda: 0.0)
    systemd.alive()
    with closing(Supervisor(tmp_path / "notify", PATIENCE)) as late:
        systemd.alive()
        assert late.hear(1.0)
        for _ in range(1000):
            systemd.status("enough to fill the socket's queue")
        assert late.said == ["READY=1", "WATCHDOG=1"]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"NOTIFY_SOCKET": ""},
        {"NOTIFY_SOCKET": "vsock:2:1234", "WATCHDOG_USEC": "1"},
        {"WATCHDOG_USEC": "30000000"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "0"},
        {"NOTIFY_SOCKET": "/nowhere", "WATCHDOG_USEC": "soon"},
    ],
)
def test_where_nobody_asked_nothing_is_told_and_nothing_fails(environment: dict[str, str]) -> None:
    systemd = Systemd(environment)
    systemd.status("so")
    systemd.alive()
    systemd.alive()
    assert systemd.every is None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.toml"


@pytest.fixture
def service(path: Path) -> Iterator[Supervisor]:
    with closing(Supervisor(path.with_name("notify"), PATIENCE)) as supervisor:
        yield supervisor


def start(service: Supervisor, process: str, path: Path, text: str) -> None:
    path.write_text(text.replace("DATA", str(path.parent / "data")), "utf-8")
    command = [sys.executable, "-m", "kiosk", process, "--config", str(path)]
    service.start(command, ROOT, {"SDL_VIDEODRIVER": "offscreen", "BASHGAH_KIOSK_SCREEN_WINDOW": "true"})


def lives(service: Supervisor) -> None:
    """For longer than the watchdog has patience for."""
    service.hear_until("READY=1", WITHIN)
    end = time.monotonic() + 1.5 * PATIENCE
    while time.monotonic() < end:
        assert service.hear(WITHIN), "it was not fed"


def test_a_screen_whose_main_loop_is_stuck_is_ended_by_the_watchdog(service: Supervisor, path: Path) -> None:
    start(service, "screen", path, BY_HAND)
    lives(service)
    data = path.parent / "data"
    os.mkfifo(data / CATALOGUE)  # a read that never ends, as of a card that has gone
    with closing(Poker(data / SCREEN_POKE)) as poker:
        poker.tell(poke.CATALOGUE)
        assert service.ends_the_silent(WITHIN) == -signal.SIGABRT


def test_the_screen_lives_while_kiosk_toml_is_wrong(service: Supervisor, path: Path) -> None:
    start(service, "screen", path, "kiosk =\n")
    lives(service)
    assert "STATUS=shows what is missing before this kiosk can serve shoppers" in service.said


def test_sync_lives_while_it_waits_for_the_network_to_enrol(service: Supervisor, path: Path) -> None:
    here = f"https://127.0.0.1:{free_port()}"
    start(service, "sync", path, TO_ENROL.replace("https://club.example:8443", here))
    lives(service)


def test_a_sync_that_is_stuck_while_it_enrols_is_ended_by_the_watchdog(
    service: Supervisor, path: Path
) -> None:
    (path.parent / "data").mkdir()
    here = f"https://127.0.0.1:{free_port()}"
    start(service, "sync", path, TO_ENROL.replace("https://club.example:8443", here))
    service.hear_until("READY=1", WITHIN)
    told = path.parent / "data" / FILE
    until(told.exists, "it tells how it stands")
    os.mkfifo(told.with_name(f"{FILE}.new"))  # a write that never ends
    path.write_text(path.read_text("utf-8").replace('token = "q5wz2-', 'token = "q5wz3-'), "utf-8")
    assert service.ends_the_silent(WITHIN) == -signal.SIGABRT


def test_sync_lives_while_there_is_no_network_for_days(service: Supervisor, path: Path) -> None:
    start(service, "sync", path, BY_HAND.replace("127.0.0.1", f"127.0.0.1:{free_port()}"))
    lives(service)
    assert "STATUS=keeps tajrish-1 and the cloud level" in service.said

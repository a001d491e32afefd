"""From a token to an event at head office over mutual TLS, against the real authority, gate and broker."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import identity
from tests.cloud.processes import ROOT
from tests.flow.certified import KIOSK, SECRETS, Club, happen, kiosk, running
from tests.flow.sockets import Found, sockets
from tests.kiosk.enrolling import until
from ui.remote_client import Screen


@pytest.fixture(scope="module")
def club() -> Iterator[Club]:
    with running() as club:
        yield club


def serial(path: Path) -> str:
    """Of the certificate that a device has."""
    found = identity.load(path.parent / "data")
    assert found is not None
    return f"{found.certificate.serial_number:x}"


def said(path: Path) -> str:
    return path.with_name("sync.log").read_text("utf-8")


def enrol(path: Path, cut: str = "") -> int:
    command = [sys.executable, "-m", "tests.kiosk.enrolling_child", str(path), cut]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=False).returncode


def test_a_token_becomes_a_connection_and_an_event_at_head_office(club: Club) -> None:
    path = club.device("whole")
    token = path.read_text("utf-8").split('token = "')[1][:29]
    happen(path)
    with kiosk("sync", path):
        until(lambda: len(club.stored()) == 1, "the event is stored")
        happen(path)
        until(lambda: len(club.stored()) == 2, "so is the next")
        until(lambda: "connected to the broker" in said(path), "it says so")
    assert club.live() == [serial(path)]
    assert token not in path.read_text("utf-8")
    key = (path.parent / "data" / "identity" / "key.pem").read_text("ascii").splitlines()[1]
    for secret in (token, key, SECRETS["BASHGAH_CLUB_KEY"][2:]):
        assert secret not in said(path)


@pytest.mark.parametrize(
    "cut", ["after key", "before asking", "after asking", "after answer", "after place", "after erasing"]
)
def test_cut_where_gate_and_kiosk_may_differ_one_certificate_is_live_in_the_end(club: Club, cut: str) -> None:
    path = club.device(cut.replace(" ", "-"))
    assert enrol(path, cut) == -signal.SIGKILL
    assert enrol(path) == 0
    assert club.live() == [serial(path)]
    assert "token" not in path.read_text("utf-8")
    assert sorted(file.name for file in path.parent.rglob("key.pem*")) == ["key.pem"]


def test_neither_of_a_kiosks_processes_can_be_called_from_outside(club: Club) -> None:
    path = club.device("scanned")
    assert enrol(path) == 0
    with (
        kiosk("sync", path) as sync,
        kiosk("screen", path) as screen,
        Screen(path.with_name("touches.sock")) as eyes,
    ):
        assert eyes.wait_for("Attract", timeout=60)
        until(lambda: "connected to the broker" in said(path), "sync is connected")
        found = {"sync": sockets(sync.pid), "screen": sockets(screen.pid)}
    folder = str(path.parent)
    for one in (one for both in found.values() for one in both):
        assert one.family in {"unix", "netlink", "tcp"}, one
        assert not one.listens or (one.family == "unix" and one.own.startswith(folder)), one
    assert [one.other for one in found["sync"] if one.family == "tcp"] == [str(club.broker_port)]
    assert [one for one in found["screen"] if one.family == "tcp"] == []


def test_the_scan_sees_what_listens() -> None:
    before = sockets(os.getpid())
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        found = [one for one in sockets(os.getpid()) if one not in before]
        assert sorted(found) == [
            Found("tcp", str(tcp.getsockname()[1]), "0", listens=True),
            Found("udp", str(udp.getsockname()[1]), "0", listens=True),
        ]


def test_on_command_a_kiosk_renews_and_loses_nothing(club: Club) -> None:
    path = club.device("renewed")
    before = len(club.stored())
    with kiosk("sync", path):
        until(lambda: "connected to the broker" in said(path), "it is connected")
        first, connections = serial(path), club.connections()
        # it would be given the same again that it was given a moment ago
        club.run(
            f"UPDATE fleet_certificate SET issued_at = '2026-01-01 00:00:00+00:00' WHERE serial = '{first}'"
        )
        happen(path)
        club.say("command", KIOSK, "renew")
        until(lambda: serial(path) != first, "another certificate")
        happen(path)
        until(lambda: club.connections() == connections + 1, "it connects with it")
        until(lambda: len(club.stored()) == before + 3, "two of the screen's and what became of the command")
    assert club.live() == [serial(path)]


def test_a_revoked_kiosk_goes_on_trying_and_keeps_its_events_until_it_is_admitted(club: Club) -> None:
    path = club.device("revoked")
    before = len(club.stored())
    with kiosk("sync", path):
        until(lambda: "connected to the broker" in said(path), "it is connected")
        held = serial(path)
        club.say("revoke", KIOSK)
        until(lambda: club.lists(held), "the broker is told")
        happen(path)
        club.broker_process.kill()
        club.broker_process.start()
        until(lambda: "revoked" in said(path), "it is shut out, and says so")
        happen(path)
    assert len(club.stored()) == before
    club.say("admit", KIOSK)
    token = club.say("enrol", KIOSK).strip()
    path.write_text(f'token = "{token}"\n' + path.read_text("utf-8"), "utf-8")
    with kiosk("sync", path):
        until(lambda: len(club.stored()) == before + 2, "what it kept is stored")

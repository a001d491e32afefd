"""`python -m drivers.simulated`: what its sockets answer, what it survives, how it starts and ends."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.reader import Card, CardPresented, CardRemoved, ReaderLost, open_reader
from drivers.simulated.remote import Devices, DevicesError, LineName
from tests.drivers.conftest import PATIENCE, Eventually

IDENTITY = bytes.fromhex("0a1b2c3d4e")
SERVED = ["devices.sock", "em4100", "magstripe", "rc522.sock", "wedge.sock"]


def start(folder: Path, eventually: Eventually) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "drivers.simulated", "--run", str(folder)], stderr=subprocess.PIPE, text=True
    )
    eventually(lambda: answers(folder) or process.poll() is not None)
    return process


def answers(folder: Path) -> bool:
    try:
        Devices(folder / "devices.sock").lift("em4100")
    except DevicesError:
        return False
    return True


def end(process: subprocess.Popen[str], how: int = signal.SIGTERM) -> str:
    process.send_signal(how)
    _, said = process.communicate(timeout=PATIENCE)
    return said


@pytest.fixture
def process(tmp_path: Path, eventually: Eventually) -> Iterator[subprocess.Popen[str]]:
    started = start(tmp_path, eventually)
    yield started
    assert end(started) == ""


@pytest.fixture
def control(process: subprocess.Popen[str], tmp_path: Path) -> Iterator[socket.socket]:
    assert process.poll() is None
    with socket.socket(socket.AF_UNIX) as connected:
        connected.settimeout(5)
        connected.connect(str(tmp_path / "devices.sock"))
        yield connected


def said(control: socket.socket, line: bytes) -> bytes:
    control.sendall(line + b"\n")
    return control.recv(4096)


@pytest.mark.usefixtures("process")
def test_a_card_is_timed_when_its_bytes_are_complete(tmp_path: Path) -> None:
    reader = open_reader(f"em4100://{tmp_path}/em4100")
    before = time.monotonic()
    at = Devices(tmp_path / "devices.sock").lay("em4100", IDENTITY)
    assert before + 0.0145 < at < time.monotonic()
    assert reader.poll(1.0) == [CardPresented("em4100", Card("em4100", IDENTITY))]
    reader.close()


@pytest.mark.usefixtures("process")
def test_a_card_in_the_field_is_timed_and_seen(tmp_path: Path) -> None:
    reader = open_reader(f"rc522+sim://{tmp_path}/rc522.sock")
    before = time.monotonic()
    at = Devices(tmp_path / "devices.sock").lay("rc522", b"abcdefg")
    assert before < at < time.monotonic()
    assert reader.poll(1.0) == [CardPresented("rc522", Card("iso14443", b"abcdefg"))]
    reader.close()


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\xff\xfe",
        b"[" * 5000,
        b"[]",
        b"{}",
        b'{"do": ["lay"], "reader": {}}',
        b'{"do": "lay", "reader": "magstripe", "card": "00"}',
        b'{"do": "lay", "reader": "em4100", "card": "0a1b"}',
        b'{"do": "lay", "reader": "em4100", "card": 5}',
        b'{"do": "lay", "reader": "rc522", "card": "xyz"}',
        b'{"do": "noise", "reader": "em4100"}',
        b'{"do": "swipe", "reader": "magstripe"}',
        b'{"do": "swipe", "reader": "magstripe", "text": 5}',
        b'{"do": "swipe", "reader": "magstripe", "text": "1234567"}',
        b'{"do": "swipe", "reader": "magstripe", "text": ";12A?"}',
        b'{"do": "swipe", "reader": "wedge", "text": "\\u06f1"}',
        b'{"do": "type", "reader": "wedge", "text": "x", "gap": 0}',
        b'{"do": "type", "reader": "wedge", "text": "x", "gap": NaN}',
        b'{"do": "type", "reader": "wedge", "text": "x", "gap": "1"}',
        b'{"do": "type", "reader": "magstripe", "text": "x"}',
        b'{"do": "swipe", "reader": "em4100", "text": ";12?"}',
        b'{"do": "unplug", "reader": "rc522"}',
    ],
)
def test_a_line_that_cannot_be_done_is_answered_and_the_next_is_done(
    control: socket.socket, line: bytes
) -> None:
    assert said(control, line).startswith(b'{"error": ')
    assert said(control, b'{"do": "lift", "reader": "rc522"}') == b'{"ok": true}\n'


def test_a_client_that_leaves_or_never_ends_its_line_harms_nobody(
    control: socket.socket, tmp_path: Path
) -> None:
    control.sendall(b'{"do": "lay", "reader": "em4100", "card": "0a1b2c3d4e"}\n')
    control.close()
    with socket.socket(socket.AF_UNIX) as endless:
        endless.settimeout(5)
        endless.connect(str(tmp_path / "devices.sock"))
        endless.sendall(b"x" * 65_536)
        assert endless.recv(1) == b""
    assert answers(tmp_path)


@pytest.mark.usefixtures("process")
def test_a_swipe_is_timed_when_its_bytes_are_complete(tmp_path: Path) -> None:
    reader = open_reader(f"magstripe://{tmp_path}/magstripe")
    before = time.monotonic()
    at = Devices(tmp_path / "devices.sock").swipe("magstripe", ";1234567?")
    assert before + 0.01 < at < time.monotonic()
    card = Card("magstripe", b"1234567")
    assert reader.poll(1.0) == [CardPresented("magstripe", card), CardRemoved("magstripe", card)]
    reader.close()


@pytest.mark.usefixtures("process")
def test_a_wedge_types_a_swipe_and_a_person_types_nothing(tmp_path: Path) -> None:
    devices = Devices(tmp_path / "devices.sock")
    reader = open_reader(f"wedge+sim://{tmp_path}/wedge.sock")
    before = time.monotonic()
    devices.type(";1234567?\r", gap=0.12)
    assert reader.poll(0.5) == []
    at = devices.swipe("wedge", ";1234567?")
    assert before + 11 * 0.12 < at < time.monotonic()
    card = Card("magstripe", b"1234567")
    assert reader.poll(1.0) == [CardPresented("wedge", card), CardRemoved("wedge", card)]
    reader.close()


@pytest.mark.usefixtures("process")
def test_a_wedge_can_be_unplugged_and_plugged_in_again(tmp_path: Path) -> None:
    devices = Devices(tmp_path / "devices.sock")
    reader = open_reader(f"wedge+sim://{tmp_path}/wedge.sock")
    devices.unplug("wedge")
    devices.unplug("wedge")
    with pytest.raises(ReaderLost, match="unplugged"):
        reader.poll(1.0)
    reader.close()
    with pytest.raises(DevicesError, match="unplugged"):
        devices.swipe("wedge", ";1234567?")
    devices.plug("wedge")
    devices.plug("wedge")
    open_reader(f"wedge+sim://{tmp_path}/wedge.sock").close()


@pytest.mark.usefixtures("process")
@pytest.mark.parametrize("name", ["em4100", "magstripe"])
def test_a_line_can_be_unplugged_and_plugged_in_again(name: LineName, tmp_path: Path) -> None:
    devices = Devices(tmp_path / "devices.sock")
    reader = open_reader(f"{name}://{tmp_path}/{name}")
    devices.unplug(name)
    devices.unplug(name)
    with pytest.raises(ReaderLost, match="unplugged"):
        reader.poll(1.0)
    reader.close()
    with pytest.raises(ReaderLost, match="no-device"):
        open_reader(f"{name}://{tmp_path}/{name}")
    with pytest.raises(DevicesError, match="unplugged"):
        devices.noise(b"x", name)
    devices.plug(name)
    devices.plug(name)
    open_reader(f"{name}://{tmp_path}/{name}").close()


@pytest.mark.usefixtures("process")
def test_a_card_on_a_coil_stays_there_while_it_is_unplugged(tmp_path: Path) -> None:
    devices = Devices(tmp_path / "devices.sock")
    devices.lay("em4100", IDENTITY)
    devices.unplug("em4100")
    devices.plug("em4100")
    reader = open_reader(f"em4100://{tmp_path}/em4100")
    assert reader.poll(1.0) == [CardPresented("em4100", Card("em4100", IDENTITY))]
    reader.close()


@pytest.mark.usefixtures("process")
def test_a_refusal_tells_no_digit_of_a_swipe(tmp_path: Path) -> None:
    with pytest.raises(DevicesError, match="tracks are such as") as refused:
        Devices(tmp_path / "devices.sock").swipe("magstripe", ";98765432x?")
    assert "98765432" not in str(refused.value)


@pytest.mark.usefixtures("process")
def test_a_refusal_reaches_the_caller(tmp_path: Path) -> None:
    with pytest.raises(DevicesError, match="5 bytes"):
        Devices(tmp_path / "devices.sock").lay("em4100", b"1234")


def test_nobody_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DevicesError, match="no simulated devices answer"):
        Devices(tmp_path / "devices.sock").lift("em4100")


def test_what_a_killed_one_left_behind_does_not_hinder_the_next(
    tmp_path: Path, eventually: Eventually
) -> None:
    end(start(tmp_path, eventually), signal.SIGKILL)
    assert sorted(os.listdir(tmp_path)) == SERVED  # noqa: PTH208
    second = start(tmp_path, eventually)
    assert answers(tmp_path)
    assert end(second, signal.SIGINT) == ""
    assert second.returncode == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("process")
def test_a_second_one_in_the_same_folder_gives_way(tmp_path: Path, eventually: Eventually) -> None:
    second = start(tmp_path, eventually)
    _, said = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert "already serves" in said
    assert answers(tmp_path)

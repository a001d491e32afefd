"""Each way in which a serial line cannot be opened, or dies, is a lost reader, in a technician's words."""

import errno
import os
import socket
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.em4100 import Coil
from drivers.reader import CardPresented, ReaderEvent, ReaderLost, open_reader
from drivers.serial_line import SerialReader, open_line, refused
from drivers.simulated.em4100 import Unit, frame
from drivers.simulated.magstripe import sent

FAMILIES = ["em4100", "magstripe"]


def reason(url: str) -> str:
    with pytest.raises(ReaderLost) as lost:
        open_reader(url)
    return lost.value.reason


def named_pipe(path: Path) -> None:
    os.mkfifo(path)


def in_a_file(path: Path) -> None:
    path.parent.joinpath("file").touch()
    path.symlink_to("file/tty")


def nowhere(path: Path) -> None:
    path.symlink_to("gone")


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (nowhere, "no-device"),
        (in_a_file, "no-device"),
        (Path.touch, "wrong-device"),
        (Path.mkdir, "wrong-device"),
        (named_pipe, "wrong-device"),
    ],
)
def test_what_is_no_serial_line_is_told_apart(
    family: str, make: Callable[[Path], None], told: str, tmp_path: Path
) -> None:
    make(tmp_path / "tty")
    assert reason(f"{family}://{tmp_path}/tty") == told


@pytest.mark.parametrize("family", FAMILIES)
def test_a_line_that_is_open_already_is_in_use(family: str, unit: Unit) -> None:
    reader = open_reader(f"{family}://{unit.path}")
    assert reason(f"{family}://{unit.path}") == "in-use"
    reader.close()
    open_reader(f"{family}://{unit.path}").close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_a_line_that_this_user_may_not_open_names_the_group(unit: Unit) -> None:
    Path(unit.path).chmod(0o600)
    program = (
        "import os, sys; from drivers.serial_line import open_line\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: open_line(sys.argv[1], 9600)\n"
        "except OSError as lost: print(lost)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, unit.path], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("permission-denied: ")
    assert "dialout" in ran.stdout


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EBUSY, "Device or resource busy"), "in-use"),
        (OSError(errno.ENXIO, "No such device or address"), "no-device"),
        (OSError(errno.EPERM, "Operation not permitted"), "permission-denied"),
        (termios.error(errno.ENOTTY, "Inappropriate ioctl for device"), "wrong-device"),
        (termios.error(errno.EIO, "Input/output error"), "no-device"),
        (OSError("could not configure"), "no-device"),
    ],
)
def test_what_the_kernel_says_has_a_code(error: Exception, told: str) -> None:
    assert refused("/dev/ttyUSB0", error).reason == told


class Deaf:
    """Hears nothing, and says whether it was told to forget."""

    def __init__(self) -> None:
        self.forgot = False

    def until(self, deadline: float) -> float:
        return deadline

    def hear(self, _data: bytearray, _now: float) -> list[ReaderEvent]:
        return []

    def forget(self) -> None:
        self.forgot = True


@pytest.mark.parametrize("how", ["unplugged", "closed"])
def test_a_line_that_dies_is_forgotten_and_lost(how: str, unit: Unit) -> None:
    ear = Deaf()
    port = open_line(unit.path, 9600)
    reader = SerialReader("deaf", port, ear)
    assert reader.poll(0) == []
    unit.unplug() if how == "unplugged" else port.close()
    with pytest.raises(ReaderLost, match="unplugged"):
        reader.poll(1.0)
    assert ear.forgot
    reader.close()


def test_a_line_at_its_end_is_lost() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    reader = SerialReader("deaf", ours, Deaf())  # type: ignore[arg-type]
    with pytest.raises(ReaderLost, match="unplugged"):
        reader.poll(1.0)
    reader.close()


def test_a_reader_that_is_closed_forgets_what_it_heard(unit: Unit) -> None:
    ear = Deaf()
    SerialReader("deaf", open_line(unit.path, 9600), ear).close()
    assert ear.forgot


class Keeps(Deaf):
    """Keeps the buffers that it was given, against the rule."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[bytearray] = []
        self.heard = b""

    def hear(self, data: bytearray, _now: float) -> list[ReaderEvent]:
        self.kept.append(data)
        self.heard += bytes(data)
        return []


def test_what_was_read_is_wiped_once_it_is_judged(unit: Unit) -> None:
    ear = Keeps()
    reader = SerialReader("keeps", open_line(unit.path, 9600), ear)
    unit.send(b"1234567").result()
    while ear.heard != b"1234567":
        reader.poll(0.1)
    assert not any(ear.kept)
    reader.close()


def test_a_magstripe_reader_where_an_em4100_reader_should_be_is_the_wrong_device() -> None:
    coil = Coil()
    swipe = sent("%C7654321?;7654321?")
    assert coil.hear(bytearray(swipe * 2), 0.0) == []
    [presented] = coil.hear(bytearray(frame(b"\x01\x02\x03\x04\x05")), 1.0)
    assert isinstance(presented, CardPresented)
    with pytest.raises(ReaderLost) as lost:
        coil.hear(bytearray(swipe), 2.0)
    assert lost.value.reason == "wrong-device"
    assert "7654321" not in str(lost.value)

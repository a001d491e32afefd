"""A relay leads to a socket that only a program elsewhere can reach; `sh -c` stands for ssh here."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.image.qemu.relay import Relay

WORDS = ("sh", "-c")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(20.0)
        door.bind(str(tmp_path / "there"))
        door.listen()
        yield door


@pytest.fixture
def here(tmp_path: Path, there: socket.socket) -> Iterator[Path]:
    path = tmp_path / "here"
    with closing(Relay(path, there.getsockname(), WORDS)):
        yield path


def connected(path: Path) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(20.0)
    link.connect(str(path))
    return link


def test_bytes_go_both_ways_and_the_end_is_told(here: Path, there: socket.socket) -> None:
    with connected(here) as link, there.accept()[0] as kiosk:
        link.sendall(b"touch\n")
        assert kiosk.recv(100) == b"touch\n"
        kiosk.sendall(b"Attract\n")
        assert link.recv(100) == b"Attract\n"
        kiosk.close()
        assert link.recv(100) == b""


def test_who_is_turned_away_may_come_again(here: Path, there: socket.socket, tmp_path: Path) -> None:
    (tmp_path / "there").rename(tmp_path / "gone")
    with connected(here) as link:
        assert link.recv(100) == b"", "there is nobody"
    (tmp_path / "gone").rename(tmp_path / "there")
    with connected(here) as link, there.accept()[0] as kiosk:
        link.sendall(b"1")
        assert kiosk.recv(1) == b"1"

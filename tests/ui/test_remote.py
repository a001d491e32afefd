"""Simulated shoppers: what they are told, what they touch, and what they cannot break."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.views import Touch
from tests.ui.conftest import Kiosk, ask, attract, welcome
from ui.remote import Remote
from ui.remote_client import Screen

WITHIN = 20.0
"""Seconds in which what was said is heard, however busy the machine is."""


class Eyes:
    """A client that does not wait: the kiosk is pumped in the same thread."""

    def __init__(self, kiosk: Kiosk) -> None:
        self._kiosk = kiosk
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(kiosk.remote))
        self.socket.settimeout(0)
        self._buffer = b""

    def see(self) -> dict[str, Any]:
        self._kiosk.until(self._line)
        line, self._buffer = self._buffer.split(b"\n", 1)
        notice: dict[str, Any] = json.loads(line)
        return notice

    def _line(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self._buffer += self.socket.recv(65536)
        return b"\n" in self._buffer

    def say(self, line: bytes) -> None:
        rest = [line + b"\n"]
        self._kiosk.until(lambda: self._sent(rest))

    def _sent(self, rest: list[bytes]) -> bool:
        with contextlib.suppress(BlockingIOError):
            rest[0] = rest[0][self.socket.send(rest[0]) :]
        return not rest[0]


@pytest.fixture
def look(watched: Kiosk) -> Iterator[Callable[[], Eyes]]:
    with contextlib.ExitStack() as open_eyes:

        def look() -> Eyes:
            eyes = Eyes(watched)
            open_eyes.callback(eyes.socket.close)
            return eyes

        yield look


def test_a_client_is_told_what_is_on_the_screen_when_it_comes(
    watched: Kiosk, look: Callable[[], Eyes]
) -> None:
    watched.show(attract())
    for _ in range(3):
        eyes = look()
        assert eyes.see()["view"] == "Attract"


def test_each_flip_is_told_with_its_time_and_its_targets(watched: Kiosk, look: Callable[[], Eyes]) -> None:
    eyes = look()
    watched.camera.frames(2)
    before = time.monotonic()
    watched.show(ask("en"))
    notice = eyes.see()
    assert (notice["view"], notice["language"]) == ("Ask", "en")
    assert before <= notice["at"] <= time.monotonic()
    key = watched.keys()["answer-6"]
    assert notice["targets"]["answer-6"] == pytest.approx(key.to_window(*key.center), abs=0.1)
    assert set(notice["targets"]) == {"language", "large", "skip"} | {
        f"answer-{value}" for value in range(1, 8)
    }


def test_while_an_answer_is_kept_there_is_nothing_to_touch(watched: Kiosk, look: Callable[[], Eyes]) -> None:
    eyes = look()
    watched.show(ask(saving=3))
    assert eyes.see()["targets"] == {}


def test_nothing_personal_is_told(watched: Kiosk, look: Callable[[], Eyes]) -> None:
    eyes = look()
    watched.show(welcome("en", "Zarathustra", 98_765))
    told = json.dumps(eyes.see())
    assert "Zarathustra" not in told
    assert "98" not in told.split('"at"')[0]


def test_a_touch_is_a_finger_down_and_then_up(watched: Kiosk, look: Callable[[], Eyes]) -> None:
    eyes = look()
    watched.show(ask())
    key = watched.keys()["answer-6"]
    eyes.say(json.dumps({"touch": key.to_window(*key.center)}).encode())
    watched.until(lambda: key.pressed)
    assert watched.touches == []
    watched.until(lambda: bool(watched.touches))
    assert watched.touches == [Touch("answer", 6)]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"{}",
        b"[]",
        b"null",
        b'{"touch": 5}',
        b'{"touch": [1]}',
        b'{"touch": ["a", "b"]}',
        b'{"touch": [1e9, 5]}',
        b'{"touch": [NaN, 5]}',
        b'{"touch": {"x": 1, "y": 2}}',
        b"\xff\xfe",
        b"[" * 3000,
        b"x" * 100_000,
    ],
)
def test_other_lines_are_passed_over(watched: Kiosk, look: Callable[[], Eyes], line: bytes) -> None:
    eyes = look()
    watched.show(welcome())
    eyes.say(line)
    key = watched.keys()["continue"]
    eyes.say(json.dumps({"touch": key.to_window(*key.center)}).encode())
    watched.until(lambda: bool(watched.touches))
    assert watched.touches == [Touch("continue")]


def test_a_client_that_goes_away_harms_nobody(watched: Kiosk, look: Callable[[], Eyes]) -> None:
    gone, stays = look(), look()
    watched.show(attract())
    gone.socket.close()
    stays.see()
    watched.show(welcome())
    assert stays.see()["view"] == "Welcome"


def test_a_client_that_never_reads_stops_nobody(watched: Kiosk, look: Callable[[], Eyes]) -> None:
    deaf, eyes = look(), look()
    deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    watched.show(ask())
    for _ in range(1000):
        watched.app.stage.watchers[-1](ask())
        eyes.see()


def test_a_socket_left_by_a_killed_kiosk_is_replaced(watched: Kiosk, tmp_path: Path) -> None:
    assert watched.remote == str(tmp_path / "touches.sock")
    old = socket.socket(socket.AF_UNIX)
    old.bind(str(tmp_path / "other.sock"))
    old.close()
    Remote(str(tmp_path / "other.sock"), watched.app.stage).stop()
    assert not (tmp_path / "other.sock").exists()


def notice(view: str, at: float, **targets: list[int]) -> bytes:
    return json.dumps({"view": view, "at": at, "language": "fa", "targets": targets}).encode() + b"\n"


def test_a_shopper_misses_no_view_however_short_it_stood(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, Screen(tmp_path / "s") as screen:
        server.bind(str(tmp_path / "s"))
        server.listen()
        assert not screen.wait_for("Attract", timeout=0.01)
        link, _ = server.accept()
        with link:
            link.sendall(notice("Attract", 1) + notice("Welcome", 2) + notice("Attract", 3))
            assert screen.wait_for("Welcome", timeout=WITHIN)
            assert screen.wait_for("Attract", timeout=WITHIN, after=2)
            assert screen.drawn == 3
            assert not screen.wait_for("Welcome", timeout=0.01, after=2)


def test_a_shopper_touches_only_what_is_there(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, Screen(tmp_path / "s") as screen:
        server.bind(str(tmp_path / "s"))
        server.listen()
        assert not screen.touch("skip")
        link, _ = server.accept()
        with link:
            link.sendall(notice("Ask", 1, skip=[4, 5]))
            assert screen.wait_for("Ask", timeout=WITHIN)
            assert not screen.touch("undo")
            assert screen.touch("skip")
            assert json.loads(link.recv(100)) == {"touch": [4.0, 5.0]}


def test_a_shopper_waits_for_a_kiosk_that_is_not_there_and_finds_one_that_came_back(tmp_path: Path) -> None:
    path = tmp_path / "s"
    with Screen(path) as screen:
        assert screen.drawn == 0
        assert not screen.wait_for("Attract", timeout=0.01)
        for at in (1.0, 2.0):
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(str(path))
                server.listen()
                assert not screen.wait_for("Attract", timeout=0.3, after=at - 0.5)
                link, _ = server.accept()
                link.sendall(notice("Attract", at))
                assert screen.wait_for("Attract", timeout=WITHIN, after=at - 0.5)
                link.close()
            path.unlink()

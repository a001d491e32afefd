"""Why a broker with TLS is not reached: in the words of the real one, as this kiosk's codes."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.trouble import Trouble, trouble
from mqtt.client import Link, Tls
from tests.mqtt.broker import Broker, free_port
from tests.mqtt.certificates import DAY, Signer

WITHIN = 20.0


class Scene:
    """A broker that wants certificates, and who signs them."""

    def __init__(self, folder: Path, stack: ExitStack, ends: timedelta = 90 * DAY) -> None:
        self.club, self.other = Signer(folder / "club"), Signer(folder / "other", "another")
        self._folder, self._stack = folder, stack
        self.start(self.club.issue("broker", ends=ends, begins=-2 * DAY))

    def start(self, server: Tls) -> None:
        self.broker = Broker(self._folder, **self.club.broker(server))
        self._stack.callback(self.broker.kill)
        self.broker.start()

    def said(self, tls: Tls, host: str = "127.0.0.1") -> Trouble:
        """What is wrong with a connection as this one; empty if it comes about."""
        with closing(Link(f"mqtts://{host}:{self.broker.port}", "kiosk", [], tls=tls)) as link:
            end = time.monotonic() + WITHIN
            while not (link.connected or link.trouble):
                assert time.monotonic() < end
                link.step(0.05)
            return "" if link.connected else trouble(link.trouble)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        yield Scene(tmp_path, stack)


def test_a_good_certificate_connects(scene: Scene) -> None:
    assert scene.said(scene.club.issue("vanak-1")) == ""


def _revoked(scene: Scene) -> Tls:
    tls = scene.club.issue("vanak-1")
    scene.club.revoke("vanak-1")
    scene.start(scene.club.issue("broker"))
    return tls


def _of_another(scene: Scene) -> Tls:
    return replace(scene.other.issue("vanak-1"), authorities=scene.club.folder / "authorities.pem")


def _trusting_another(scene: Scene) -> Tls:
    return replace(scene.club.issue("vanak-1"), authorities=scene.other.folder / "authorities.pem")


def _without_its_key(scene: Scene) -> Tls:
    tls = scene.club.issue("vanak-1")
    tls.key.unlink()
    return tls


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (lambda scene: scene.club.issue("vanak-1", ends=-DAY, begins=-2 * DAY), "ended"),
        (lambda scene: scene.club.issue("vanak-1", begins=DAY), "refused"),
        (_revoked, "revoked"),
        (_of_another, "refused"),
        (_trusting_another, "wrong-authority"),
        (_without_its_key, "refused"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_told(
    scene: Scene, made: Callable[[Scene], Tls], kind: Trouble
) -> None:
    assert scene.said(made(scene)) == kind


def test_a_server_whose_certificate_is_another_hosts_is_told(scene: Scene) -> None:
    assert scene.said(scene.club.issue("vanak-1"), "localhost") == "wrong-name"


@pytest.mark.parametrize("when", [(-2 * DAY, -DAY), (DAY, 2 * DAY)])
def test_a_server_whose_certificate_is_not_of_this_time_speaks_of_the_clock(
    scene: Scene, when: tuple[timedelta, timedelta]
) -> None:
    scene.start(scene.club.issue("broker", *when))
    assert scene.said(scene.club.issue("vanak-1")) == "clock"


def test_a_server_that_is_away_is_no_fault_of_the_identity(scene: Scene) -> None:
    scene.broker.port = free_port()
    assert scene.said(scene.club.issue("vanak-1")) == "away"
    assert trouble("") == "away"

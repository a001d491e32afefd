"""Why a broker with TLS is not reached: in the words of the real one, as this kiosk's codes."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from kiosk.trouble import Trouble, trouble
from mqtt.client import Link
from mqtt.tls import Tls
from tests.kiosk.enrolled import secure
from tests.mqtt.broker import Broker
from tests.mqtt.pki import DAY, NAMES, SERVER, Authority, Issued, now
from tests.mqtt.ports import free_port

WITHIN = 20.0


class Scene:
    """A broker that wants certificates, and who signs them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.club, self.other = Authority(), Authority("Another's authority")
        self._folder, self._stack = folder, stack
        self.start(self.club.server())

    def start(self, server: Issued, *revoked: Issued) -> None:
        tls = server.files(self._folder / "broker", self.club.pem)
        (self._folder / "revoked.pem").write_text(self.club.revoking(*revoked))
        self.broker = Broker(self._folder, **secure(tls), crlfile=self._folder / "revoked.pem")
        self._stack.callback(self.broker.kill)
        self.broker.start()

    def identity(self, issued: Issued, trusted: Authority | None = None) -> Tls:
        return issued.files(self._folder / "kiosk", (trusted or self.club).pem)

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
    assert scene.said(scene.identity(scene.club.issue("vanak-1"))) == ""


def _ended(scene: Scene) -> Tls:
    return scene.identity(scene.club.issue("vanak-1", begins=now() - 2 * DAY, ends=now() - DAY))


def _to_come(scene: Scene) -> Tls:
    return scene.identity(scene.club.issue("vanak-1", begins=now() + DAY))


def _revoked(scene: Scene) -> Tls:
    issued = scene.club.issue("vanak-1")
    scene.start(scene.club.server(), issued)
    return scene.identity(issued)


def _of_another(scene: Scene) -> Tls:
    return scene.identity(scene.other.issue("vanak-1"))


def _trusting_another(scene: Scene) -> Tls:
    return scene.identity(scene.club.issue("vanak-1"), scene.other)


def _without_its_key(scene: Scene) -> Tls:
    tls = scene.identity(scene.club.issue("vanak-1"))
    tls.key.unlink()
    return tls


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (_ended, "ended"),
        (_to_come, "refused"),
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
    scene.start(scene.club.server(["club.example"]))
    assert scene.said(scene.identity(scene.club.issue("vanak-1"))) == "wrong-name"


@pytest.mark.parametrize("days", [(-2, -1), (1, 2)])
def test_a_server_whose_certificate_is_not_of_this_time_speaks_of_the_clock(
    scene: Scene, days: tuple[int, int]
) -> None:
    begins, ends = (now() + number * DAY for number in days)
    server = scene.club.issue("broker.club", use=SERVER, names=NAMES, begins=begins, ends=ends)
    scene.start(server)
    assert scene.said(scene.identity(scene.club.issue("vanak-1"))) == "clock"


def test_a_server_that_is_away_is_no_fault_of_the_identity(scene: Scene) -> None:
    scene.broker.port = free_port()
    assert scene.said(scene.identity(scene.club.issue("vanak-1"))) == "away"
    assert trouble("") == "away"

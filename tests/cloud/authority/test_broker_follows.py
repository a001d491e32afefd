"""A real Mosquitto with what the authority writes: who is enrolled comes in, who is revoked is out."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from cloud.fleet.broker import identity
from mqtt.client import Link, Tls
from mqtt.topics import up
from mqtt.vocabulary import KioskId
from tests.cloud.authority.house import Device, House
from tests.cloud.processes import wait_for
from tests.mqtt.secure import SecureBroker

WITHIN = 2.0
"""Seconds in which a revocation holds."""


@pytest.fixture(scope="module")
def broker() -> Iterator[SecureBroker]:
    with closing(SecureBroker()) as made:
        yield made


@pytest.fixture(scope="module")
def club(broker: SecureBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Authority, gate and broker, as they run in production."""
    folder = tmp_path_factory.mktemp("house")
    made = House(
        folder,
        BASHGAH_BROKER=broker.cloud_url,
        BASHGAH_BROKER_FILES=str(broker.folder),
        BASHGAH_BROKER_PID=str(broker.pid_file),
        BASHGAH_BROKER_PUBLIC=broker.url,
        BASHGAH_BROKER_TLS=str(folder / "tls"),
    )
    (broker.folder / "acl").unlink()
    with ExitStack() as ending:
        ending.callback(made.stop)
        made.open()
        broker.start()
        yield made


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as things:
        yield things


def tls(device: Device, folder: Path) -> Tls:
    """A device's files as it keeps them."""
    folder = folder / device.kiosk
    folder.mkdir(exist_ok=True)
    (folder / "authorities.pem").write_text(device.given["authorities"])
    (folder / "certificate.pem").write_text(device.given["certificate"])
    (folder / "key.pem").write_text(device.private)
    found = identity(str(folder))
    assert found
    return found


def refused(broker: SecureBroker, name: str, ours: Tls) -> bool:
    """Whether the broker lets nobody in with that certificate."""
    with closing(Link(broker.url, name, [], tls=ours)) as link:
        end = time.monotonic() + WITHIN
        while not link.connected and not link.trouble and time.monotonic() < end:
            link.step(0.02)
        return not link.connected and "certificate" in str(link.trouble)


class Ears:
    """The cloud's connection, and when what it heard was said."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.heard: dict[str, list[float]] = {}

    def step(self) -> None:
        for message in self.link.step(0.02):
            self.link.done(message)
            self.heard.setdefault(message.topic.split("/")[3], []).append(float(message.payload))

    def last(self, kiosk: str) -> float:
        return max(self.heard.get(kiosk, [0.0]))


def test_a_revoked_kiosk_is_out_within_two_seconds_and_nobody_else_notices(
    club: House, broker: SecureBroker, stack: ExitStack, tmp_path: Path
) -> None:
    lost, other = club.enrolled(), club.enrolled()
    ours = identity(str(club.folder / "tls"))
    ears = Ears(
        stack.enter_context(closing(Link(broker.cloud_url, "c", ["club/v1/+/+/up/events"], tls=ours)))
    )
    links = {
        one.kiosk: stack.enter_context(closing(Link(broker.url, one.kiosk, [], tls=tls(one, tmp_path))))
        for one in (lost, other)
    }

    def heard(kiosk: str, since: float) -> bool:
        for name, link in links.items():
            link.publish(up(KioskId(name), "events"), str(time.monotonic()).encode())
            link.step(0.0)
        ears.step()
        return ears.last(kiosk) > since

    wait_for(lambda: all(heard(kiosk, 0.0) for kiosk in links), "what both kiosks say is heard")
    club.done("revoke", lost.kiosk)
    revoked = time.monotonic()
    wait_for(lambda: heard(other.kiosk, revoked + WITHIN + 1), "the other is heard, long after")
    assert ears.last(lost.kiosk) < revoked + WITHIN
    assert links[other.kiosk].session == 1
    assert ears.link.session == 1

    wait_for(lambda: refused(broker, lost.kiosk, tls(lost, tmp_path)), "the broker refuses its certificate")

    club.done("admit", lost.kiosk)
    new = Device(club, lost.kiosk)
    assert new.enrol(club.done("enrol", lost.kiosk))[0] == 200
    back = stack.enter_context(closing(Link(broker.url, new.kiosk, [], tls=tls(new, tmp_path))))
    wait_for(lambda: (back.step(0.02), back.connected)[1], "it comes back with a new certificate")
    links = {new.kiosk: back}
    since = time.monotonic()
    wait_for(lambda: heard(new.kiosk, since), "it is heard again")


def test_a_tool_of_head_office_hears_events_and_can_be_let_in_no_more(
    club: House, broker: SecureBroker, stack: ExitStack
) -> None:
    folder = club.folder / "grafana"
    club.done("authority", "certificate", "reader.grafana", "--out", str(folder))
    name = "reader.grafana"
    ours = identity(str(folder))
    tool = stack.enter_context(closing(Link(broker.url, name, ["club/v1/+/+/up/events"], tls=ours)))
    wait_for(lambda: (tool.step(0.02), tool.connected)[1], "the tool is let in")
    club.done("revoke", name)
    assert ours
    wait_for(lambda: refused(broker, name, ours), "the tool is let in no more")


def test_an_authority_that_was_killed_tells_the_broker_what_it_missed(
    club: House, broker: SecureBroker, stack: ExitStack, tmp_path: Path
) -> None:
    kiosk = club.enrolled()
    link = Link(broker.url, kiosk.kiosk, [], tls=tls(kiosk, tmp_path))
    stack.enter_context(closing(link))
    wait_for(lambda: (link.step(0.02), link.connected)[1], "it is let in")
    club.end_authority()
    club.done("revoke", kiosk.kiosk)
    club.authority()
    wait_for(lambda: refused(broker, kiosk.kiosk, tls(kiosk, tmp_path)), "it is let in no more")

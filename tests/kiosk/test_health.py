"""Health: told at once when something changed, each minute otherwise, and by the broker when sync is gone."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.device.report import Report, write
from kiosk.health import CROWD, EVERY, LOOK, Pulse, Vitals, temperature, will
from kiosk.journal import Journal
from kiosk.members import Replica
from mqtt import topics
from mqtt.client import Link
from mqtt.down import Health, decode, encode
from mqtt.events import CardRefused, CardTapped, Event, ReaderWentDown, ReaderWentUp
from mqtt.vocabulary import KioskId, VisitId
from tests.kiosk.conftest import NOON, ToldClock, member
from tests.mqtt.broker import Broker

KIOSK = KioskId("tajrish-1")
TOPIC = topics.up(KIOSK, "health")


@dataclass
class Wire:
    """A link whose connection a test makes and breaks."""

    connected: bool = True
    session: int = 1
    told: list[Health] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes, qos: int = 1, *, retain: bool = False) -> bool:
        assert (topic, qos, retain) == (TOPIC, 1, True)
        self.told.append(decode(payload, Health))
        return True


class Scene:
    """A kiosk's journal and what is told of it; `after` lets seconds go by, then looks."""

    def __init__(self, folder: Path, clock: ToldClock) -> None:
        self.folder, self.clock, self.wire = folder, clock, Wire()
        self.replica = Replica(folder / "replica.db")
        self.journal = Journal(folder / "journal.db")
        vitals = Vitals(folder / "journal.db", self.replica, clock)
        self.pulse = Pulse(KIOSK, self.wire, vitals, lambda: clock.monotonic)

    def write(self, *events: Event) -> None:
        self.journal.append([(event, self.clock.stamp()) for event in events])

    def after(self, seconds: float = LOOK) -> list[Health]:
        """What was told in that time."""
        self.wire.told.clear()
        self.clock.forward(seconds)
        self.pulse.turn()
        return list(self.wire.told)

    def close(self) -> None:
        self.journal.close()
        self.replica.close()


@pytest.fixture
def scene(tmp_path: Path, clock: ToldClock) -> Iterator[Scene]:
    with closing(Scene(tmp_path, clock)) as scene:
        yield scene


def test_all_that_can_be_known_is_told(scene: Scene) -> None:
    scene.write(
        ReaderWentUp("em4100"),
        ReaderWentUp("rc522"),
        CardTapped(VisitId("0" * 16), "em4100", member().cards),
        ReaderWentDown("rc522", "gone"),
    )
    (health,) = scene.after(30)
    assert (health.online, health.app, health.clock) == (True, "0.1.0", True)
    assert (health.queue, health.queue_age) == (4, 30.0)
    assert health.readers == {"em4100": True, "rc522": False}
    assert health.last_tap == NOON
    assert health.uptime > 0
    assert health.disk_free > 0


def test_it_is_told_once_a_minute_while_nothing_changes(scene: Scene) -> None:
    assert len(scene.after()) == 1
    assert [len(scene.after(1.0)) for _ in range(58)] == [0] * 58
    assert len(scene.after(2.0)) == 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda scene: scene.write(ReaderWentDown("em4100", "gone")), id="a reader"),
        pytest.param(lambda scene: scene.write(*[CardRefused("unreadable")] * CROWD), id="a crowd"),
        pytest.param(lambda scene: setattr(scene.wire, "session", 2), id="a new connection"),
    ],
)
def test_a_change_is_told_at_once(scene: Scene, change: Callable[[Scene], None]) -> None:
    scene.write(ReaderWentUp("em4100"))
    scene.after()
    assert scene.after() == []
    change(scene)
    assert len(scene.after()) == 1
    assert scene.after() == []


def test_before_there_is_a_journal_and_without_a_connection_nothing_fails(
    tmp_path: Path, clock: ToldClock
) -> None:
    wire, replica = Wire(connected=False), Replica(tmp_path / "replica.db")
    pulse = Pulse(KIOSK, wire, Vitals(tmp_path / "none.db", replica, clock), lambda: clock.monotonic)
    pulse.turn()
    assert wire.told == []
    wire.connected = True
    clock.forward(EVERY)
    pulse.turn()
    assert [(health.queue, health.readers, health.last_tap) for health in wire.told] == [(0, {}, None)]
    replica.close()


def test_the_days_of_the_certificate_are_told_where_there_is_one(tmp_path: Path, clock: ToldClock) -> None:
    with closing(Replica(tmp_path / "replica.db")) as replica:
        for days in (None, lambda: -0.5):
            vitals = Vitals(tmp_path / "none.db", replica, clock, days)
            assert vitals.health().certificate_days == (days and days())


def test_the_journal_is_read_only_once(scene: Scene) -> None:
    scene.write(*[ReaderWentUp("em4100")] * 5000)
    for _ in range(4):
        scene.after()
    scene.write(ReaderWentUp("rc522"))
    (health,) = scene.after()
    assert health.readers == {"em4100": True, "rc522": True}


def test_a_machine_without_a_sensor_tells_no_temperature(tmp_path: Path) -> None:
    assert temperature(tmp_path / "temp") is None
    (tmp_path / "temp").write_text("48500\n", "ascii")
    assert temperature(tmp_path / "temp") == 48.5


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_the_broker_says_when_a_kiosk_is_gone(tmp_path: Path, how: str) -> None:
    broker = Broker(tmp_path)
    broker.start()
    kiosk = Link(broker.url, "tajrish-1-sync", [], will(KIOSK))
    until(lambda: kiosk.connected, kiosk)
    if how == "closed":
        kiosk.close()
    else:
        kiosk._drop()  # noqa: SLF001 - as the kernel closes it for a process that was killed
    cloud = Link(broker.url, "cloud", [TOPIC])
    heard: list[bytes] = []
    until(lambda: heard, cloud, heard)
    assert [decode(payload, Health).online for payload in heard] == [False]
    cloud.close()
    broker.kill()


def until(true: Callable[[], object], link: Link, heard: list[bytes] | None = None) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, "what was waited for did not come"
        for message in link.step(0.02):
            link.done(message)
            if heard is not None:
                heard.append(message.payload)


def test_what_root_found_of_card_and_watchdog_is_told_and_which_image_it_is(
    tmp_path: Path, clock: ToldClock
) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "run/bashgah").mkdir(parents=True)
    with closing(Replica(tmp_path / "replica.db")) as replica:
        vitals = Vitals(tmp_path / "none.db", replica, clock, root=tmp_path)
        plain = vitals.health()
        assert (plain.remade, plain.watchdog, plain.image) == (0, None, "")
        assert b"remade" not in encode(plain), "an older cloud reads it as before"
        write(Report("remade", remade=2, watchdog=15.0), tmp_path / "run/bashgah/device.json")
        (tmp_path / "etc/os-release").write_text("IMAGE_ID=bashgah\nIMAGE_VERSION=2026.11.2\n")
        found = vitals.health()
        assert (found.remade, found.watchdog, found.image) == (2, 15.0, "2026.11.2")

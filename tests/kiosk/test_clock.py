"""Which time is believed, and a kiosk whose clock is wrong: sync as a process, by libfaketime."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.clock import SLACK, Clock, Stamp, always_synced, is_believable, newest_seen
from kiosk.marks import Marks
from kiosk.views import EARLIEST
from mqtt import down, shapes, topics
from mqtt.client import Link
from mqtt.down import Health
from mqtt.envelope import Envelope
from mqtt.events import NAMES, CardRefused, ClockStepped
from mqtt.vocabulary import KioskId
from tests.kiosk.model import Collector
from tests.kiosk.wrong_time import WrongTime
from tests.mqtt.broker import Broker

KIOSK = KioskId("tajrish-1")
WITHIN = 30.0
YEAR_1970 = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
FIRST = EARLIEST.timestamp()
CONFIG = """\
kiosk = "{kiosk}"
store = "tajrish"
group = "tehran"
data = "{data}"
broker = "{broker}"
clock = "{clock}"
club_key = {{ id = "1", secret = "{secret}" }}
"""
WALLS = st.floats(0, 2 * FIRST + 2 * SLACK, allow_nan=False)


def at(wall: float, *, synced: bool = False) -> Stamp:
    return Stamp(wall, 0, "boot", synced)


@given(WALLS, WALLS, st.booleans())
def test_no_time_before_this_release_is_believed(wall: float, floor: float, synced: bool) -> None:  # noqa: FBT001
    assert not (wall < FIRST and is_believable(at(wall, synced=synced), floor))


@given(WALLS, WALLS, WALLS)
def test_what_is_believed_stays_so_as_time_goes_on(wall: float, floor: float, later: float) -> None:
    assert not is_believable(at(wall), floor) or is_believable(at(max(wall, later)), floor)


@given(WALLS)
def test_a_clock_that_goes_back_before_what_was_seen_is_believed_once_the_network_has_set_it(
    since: float,
) -> None:
    floor = FIRST + SLACK + since
    assert is_believable(at(floor - SLACK), floor)
    assert not is_believable(at(floor - SLACK - 1), floor)
    assert is_believable(at(max(FIRST, floor - SLACK - 1), synced=True), floor)


def test_the_newest_file_of_a_folder_is_what_was_seen_last(tmp_path: Path) -> None:
    data, single = tmp_path / "data", tmp_path / "clock"
    data.mkdir()
    for name, when in (("replica.db", 5000.0), ("journal.db", 7000.0), ("old", 100.0)):
        (data / name).touch()
        os.utime(data / name, (when, when))
    assert newest_seen(data, single) == 7000.0
    single.touch()
    os.utime(single, (9000.0, 9000.0))
    assert newest_seen(data, single) == 9000.0


def test_neither_sockets_nor_links_nor_folders_tell_the_time(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as open_socket:
        open_socket.bind(str(tmp_path / "sync.sock"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(__file__)
    assert newest_seen(tmp_path, tmp_path / "nothing") == 0.0


def test_a_clock_that_is_trusted_is_still_not_sure_of_1970(wrong: WrongTime, tmp_path: Path) -> None:
    assert Clock(always_synced).stamp().synced
    wrong.set(YEAR_1970)
    record(wrong, tmp_path / "journal.db")
    assert "unsynced" in (tmp_path / "said").read_text()


@pytest.fixture
def wrong(tmp_path: Path) -> WrongTime:
    return WrongTime(tmp_path / "faketime")


def record(wrong: WrongTime, journal: Path) -> None:
    """A program with the same clock records a refused card, and says whether it was sure of the time."""
    program = """\
import sys
from pathlib import Path
from kiosk.clock import Clock, always_synced
from kiosk.journal import Journal
from mqtt.events import CardRefused
stamp = Clock(always_synced).stamp()
journal = Journal(Path(sys.argv[1]))
journal.append([(CardRefused("unreadable"), stamp)])
journal.close()
Path(sys.argv[1]).with_name("said").write_text("synced" if stamp.synced else "unsynced")
"""
    with wrong.start("-c", program, journal) as child:
        assert child.wait(WITHIN) == 0, child.communicate()


class Shop:
    """Sync as a process in a wrong time, its broker, and a cloud whose clock is right."""

    def __init__(self, folder: Path, stack: ExitStack, wrong: WrongTime, clock: str = "trusted") -> None:
        self.data, self.wrong, self.stack = folder / "data", wrong, stack
        self.data.mkdir(exist_ok=True)
        broker = Broker(folder)
        stack.callback(broker.kill)
        broker.start()
        self.collector = Collector()
        self.health: list[Health] = []
        what = [topics.up_filter(name) for name in ("events", "hello", "health")]
        self._link = stack.enter_context(closing(Link(broker.url, "cloud", what)))
        self._config = folder / "kiosk.toml"
        self._config.write_text(
            CONFIG.format(kiosk=KIOSK, data=self.data, broker=broker.url, clock=clock, secret="00" * 16)
        )

    def start(self) -> None:
        """`python -m kiosk sync`."""
        sync = self.wrong.start("-m", "kiosk", "sync", "--config", self._config)
        self.stack.callback(sync.communicate)
        self.stack.callback(sync.terminate)

    def until(self, reached: Callable[[], object]) -> None:
        end = time.monotonic() + WITHIN
        while not reached():
            assert time.monotonic() < end, "it did not happen in time"
            self.step()

    def step(self) -> None:
        for message in self._link.step(0.02):
            if topics.parse_up(message.topic).what == "health":
                self.health.append(down.decode(message.payload, Health))
            else:
                ack = self.collector.take(message.topic, message.payload)
                self._link.publish(topics.down(KIOSK, "ack"), down.encode(ack))
            self._link.done(message)

    def online(self) -> bool:
        return any(each.online for each in self.health)

    def told(self, event: type) -> list[Envelope]:
        return [row for row in self.collector.envelopes() if row.type == NAMES[event]]

    def stepped(self) -> list[float]:
        """Seconds by which the clock was set, as sync told."""
        return [shapes.decode(row.data, ClockStepped).seconds for row in self.told(ClockStepped)]

    def trouble(self) -> str:
        if not (self.data / "replica.db").exists():
            return ""
        with closing(Marks(self.data / "replica.db")) as marks:
            return marks.trouble()


@pytest.fixture
def shop(tmp_path: Path, wrong: WrongTime) -> Iterator[Shop]:
    with ExitStack() as stack:
        yield Shop(tmp_path, stack, wrong)


def test_a_kiosk_that_wakes_in_1970_connects_when_its_clock_is_set_and_its_events_are_put_right(
    shop: Shop,
) -> None:
    shop.wrong.set(YEAR_1970)
    shop.start()
    shop.until(lambda: shop.trouble() == "clock")
    begun = datetime.now(UTC)
    record(shop.wrong, shop.data / "journal.db")
    ended = datetime.now(UTC)
    assert not shop.online()
    shop.wrong.set(None)
    shop.until(lambda: shop.told(CardRefused) and shop.told(ClockStepped))
    (tap,), (step,) = shop.told(CardRefused), shop.stepped()
    assert tap.clock == "corrected"
    assert begun - timedelta(seconds=2) <= tap.time <= ended + timedelta(seconds=2)
    assert step > 50 * 365 * 86_400
    shop.until(lambda: shop.online() and not shop.trouble())


def test_a_clock_that_is_earlier_than_what_was_saved_is_not_believed_before_the_network_sets_it(
    tmp_path: Path, wrong: WrongTime
) -> None:
    with ExitStack() as stack:
        shop = Shop(tmp_path, stack, wrong, "kernel")
        (shop.data / "replica.db").touch()
        wrong.set(datetime.now(UTC) - timedelta(days=30))
        shop.start()
        shop.until(lambda: shop.trouble() == "clock")
        assert not shop.online()
        wrong.set(None)
        shop.until(shop.online)
        assert shop.health[-1].online


def test_a_clock_that_is_years_ahead_and_then_goes_back_leaves_the_kiosk_connected(shop: Shop) -> None:
    shop.wrong.set(datetime.now(UTC) + timedelta(days=3000))
    shop.start()
    shop.until(shop.online)
    record(shop.wrong, shop.data / "journal.db")
    shop.until(lambda: shop.told(CardRefused))
    shop.wrong.set(None)
    shop.until(lambda: shop.told(ClockStepped))
    assert shop.stepped()[0] < -2900 * 86_400
    assert shop.trouble() == ""


def test_files_from_a_time_to_come_do_not_keep_a_kiosk_away_whose_clock_was_set(shop: Shop) -> None:
    ahead = time.time() + 3000 * 86_400
    (shop.data / "wrong-pins").touch()
    os.utime(shop.data / "wrong-pins", (ahead, ahead))
    shop.wrong.set(None)
    shop.start()
    shop.until(shop.online)

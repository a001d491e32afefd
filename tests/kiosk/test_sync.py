"""Sync against a real broker and a scripted cloud: what is sent, when, and what is believed."""

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.clock import Stamp
from kiosk.feed import Feed
from kiosk.journal import Journal
from kiosk.members import Members, Replica
from kiosk.poke import Poked, Poker
from kiosk.sync import Sync, subscriptions
from kiosk.upstream import Upstream
from mqtt import down, envelope, topics
from mqtt.client import Link
from mqtt.down import Ack, Hello, MembersBatch
from mqtt.events import CardRefused
from mqtt.vocabulary import AllowanceId, Chain, Epoch, GroupId, KioskId, Points, StoreId
from tests.kiosk.conftest import ToldClock, member
from tests.mqtt.broker import Broker

KIOSK, STORE, GROUP = KioskId("tajrish-1"), StoreId("tajrish"), GroupId("tehran")
STAMP = Stamp(1_795_000_000.0, 5, "boot", synced=True)


@dataclass
class Cloud:
    """The other end: notes what comes, answers when told to."""

    link: Link
    hears: bool = False
    answers_hellos: bool = False
    hellos: list[Hello] = field(default_factory=list)
    batches: list[list[int]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    chains: dict[int, Chain] = field(default_factory=lambda: {0: envelope.START})

    def step(self) -> None:
        for message in self.link.step(0.01):
            topic = topics.parse_up(message.topic)
            if topic.kiosk != KIOSK:
                self.hears = True
            elif topic.what == "hello":
                self.hellos.append(down.decode(message.payload, Hello))
                if self.answers_hellos:
                    self.ack(0, self.hellos[-1].nonce)
            else:
                rows = envelope.decode_batch(message.payload)
                self.batches.append([row.sequence for row in rows])
                self.sizes.append(len(message.payload))
                self.chains |= {row.sequence: row.chain for row in rows}
            self.link.done(message)

    def sequences(self) -> list[int]:
        return [sequence for batch in self.batches for sequence in batch]

    def ack(
        self, upto: int, nonce: str | None = None, refused: str | None = None, epoch: Epoch | None = None
    ) -> None:
        self.send(
            topics.down(KIOSK, "ack"),
            down.encode(
                Ack(epoch or self.hellos[-1].epoch, upto, self.chains[upto], "g1", nonce, refused)  # type: ignore[arg-type]
            ),
        )

    def send(self, topic: str, payload: bytes) -> None:
        assert self.link.publish(topic, payload)


@dataclass
class Scene:
    """A journal, sync and the cloud, driven by one thread."""

    folder: Path
    broker: Broker
    cloud: Cloud
    sync: Sync
    link: Link
    replica: Replica
    poked: Poked
    journal: Journal
    clock: ToldClock

    def until(self, predicate: Callable[[], object], seconds: float = 15.0) -> None:
        end = time.monotonic() + seconds
        while not predicate():
            assert time.monotonic() < end, "what was waited for did not come"
            self.sync.turn(0.01)
            self.cloud.step()

    def write(self, events: int, reason: str = "unreadable") -> None:
        self.journal.append([(CardRefused(reason), STAMP)] * events)
        with closing(Poker(self.folder / "poke")) as poker:
            poker.poke()

    def greeted(self) -> None:
        self.until(lambda: self.cloud.hellos)
        hello = self.cloud.hellos[-1]
        self.cloud.ack(0, hello.nonce)

    def acked(self) -> int:
        return self.replica.acked(self.journal.epoch).upto


def make_sync(folder: Path, broker: Broker, clock: ToldClock) -> tuple[Sync, Link, Replica, Poked]:
    replica, poked = Replica(folder / "replica.db"), Poked(folder / "poke")
    link = Link(broker.url, "tajrish-1-sync", subscriptions(KIOSK, GROUP))
    up = Upstream(
        kiosk=KIOSK,
        store=STORE,
        link=link,
        journal=folder / "journal.db",
        replica=replica,
        clock=clock,
    )
    feed = Feed(replica, up.want_hello)
    sync = Sync(
        kiosk=KIOSK,
        link=link,
        ups=(up,),
        handlers={topics.down(KIOSK, "members"): feed.take, topics.group_members(GROUP): feed.take},
        replica=replica,
        poked=poked,
        clock=clock,
        turns=(feed.turn,),
    )
    return sync, link, replica, poked


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as stack:
        broker = Broker(tmp_path)
        stack.callback(broker.kill)
        broker.start()
        cloud = Cloud(Link(broker.url, "cloud", [topics.up_filter("events"), topics.up_filter("hello")]))
        stack.callback(cloud.link.close)
        _subscribed(cloud)
        journal = Journal(tmp_path / "journal.db")
        stack.callback(journal.close)
        clock = ToldClock()
        scene = Scene(tmp_path, broker, cloud, *make_sync(tmp_path, broker, clock), journal, clock)
        yield scene
        for each in (scene.link, scene.replica, scene.poked):
            each.close()


def _subscribed(cloud: Cloud) -> None:
    """Wait until the cloud hears what is said on its topics."""
    other = down.encode(Hello(Epoch("0" * 16), "n", 1, 0, envelope.START, "", 0, ""))
    end = time.monotonic() + 20
    while not cloud.hears:
        assert time.monotonic() < end
        if cloud.link.connected:
            cloud.send(topics.up(KioskId("another-1"), "hello"), other)
        cloud.step()


def test_events_are_sent_in_order_in_batches_within_the_limits(scene: Scene) -> None:
    scene.write(950, "r" * 40)
    scene.greeted()
    scene.until(lambda: len(scene.cloud.sequences()) == 950)
    assert scene.cloud.sequences() == list(range(1, 951))
    assert max(len(batch) for batch in scene.cloud.batches) <= envelope.MAX_EVENTS
    assert max(scene.cloud.sizes) <= envelope.MAX_BYTES
    scene.cloud.ack(950)
    scene.until(lambda: scene.acked() == 950)


def test_nothing_is_sent_until_the_cloud_has_said_what_it_holds(scene: Scene) -> None:
    scene.write(5)
    scene.until(lambda: len(scene.cloud.hellos) == 2)
    assert scene.cloud.batches == []


def test_an_append_is_sent_without_waiting_for_the_poll(scene: Scene) -> None:
    scene.write(1)
    scene.greeted()
    scene.until(lambda: scene.cloud.sequences() == [1])
    scene.cloud.ack(1)
    scene.until(lambda: scene.acked() == 1)
    scene.write(1)
    began = time.monotonic()
    while scene.cloud.sequences() != [1, 2]:
        scene.sync.turn(60.0)
        scene.cloud.step()
    assert time.monotonic() - began < 30.0, "the poke woke it, not the end of its wait"


def test_only_the_answer_to_ones_own_hello_is_believed_backwards(scene: Scene) -> None:
    scene.write(20)
    scene.greeted()
    scene.until(lambda: len(scene.cloud.sequences()) == 20)
    scene.cloud.ack(20)
    scene.until(lambda: scene.acked() == 20)
    scene.cloud.ack(3)
    scene.cloud.ack(3, nonce="not-ours")
    scene.cloud.send(topics.BOOT, b"{}")
    scene.until(lambda: len(scene.cloud.hellos) == 2)
    assert scene.acked() == 20
    scene.cloud.ack(3, scene.cloud.hellos[-1].nonce)
    scene.until(lambda: scene.cloud.sequences()[20:] == list(range(4, 21)))


def test_a_gap_makes_it_go_back_to_what_is_acknowledged(scene: Scene) -> None:
    scene.write(10)
    scene.greeted()
    scene.until(lambda: len(scene.cloud.sequences()) == 10)
    scene.cloud.ack(4)
    scene.until(lambda: scene.acked() == 4)
    scene.until(lambda: _gone_back(scene))


def _gone_back(scene: Scene) -> bool:
    scene.cloud.ack(4, refused="gap")
    return scene.cloud.sequences()[10:] == list(range(5, 11))


def test_what_was_lost_with_the_broker_is_sent_again(scene: Scene) -> None:
    scene.greeted()
    scene.until(lambda: scene.acked() == 0)
    scene.broker.kill()
    scene.until(lambda: not scene.link.connected)
    scene.write(30)
    scene.sync.turn(0.05)
    scene.broker.start()
    scene.until(lambda: scene.link.connected and scene.cloud.link.connected, 30)
    scene.cloud.answers_hellos = True
    scene.until(lambda: sorted(set(scene.cloud.sequences())) == list(range(1, 31)))


def test_a_restarted_sync_goes_on_where_the_acknowledgements_ended(scene: Scene) -> None:
    scene.write(10)
    scene.greeted()
    scene.until(lambda: len(scene.cloud.sequences()) == 10)
    scene.cloud.ack(7)
    scene.until(lambda: scene.acked() == 7)
    for each in (scene.link, scene.replica, scene.poked):
        each.close()
    scene.sync, scene.link, scene.replica, scene.poked = make_sync(scene.folder, scene.broker, scene.clock)
    scene.until(lambda: len(scene.cloud.hellos) == 2)
    assert scene.cloud.hellos[-1].chain_at_acked == scene.cloud.chains[7]
    scene.cloud.ack(7, scene.cloud.hellos[-1].nonce)
    scene.until(lambda: scene.cloud.sequences()[10:] == [8, 9, 10])


def test_an_empty_kiosk_asks_page_after_page_until_it_is_level(scene: Scene) -> None:
    pages = [MembersBatch("g1", n, n + 1, 3, (member(n),)) for n in range(3)]
    for number, page in enumerate(pages, 1):
        scene.until(lambda number=number: len(scene.cloud.hellos) == number)  # type: ignore[misc]
        hello = scene.cloud.hellos[-1]
        assert hello.members_version == number - 1
        scene.cloud.ack(0, hello.nonce)
        scene.cloud.send(topics.down(KIOSK, "members"), down.encode(page))
    scene.until(lambda: scene.replica.version == 3)
    members = Members(scene.folder / "replica.db")
    assert all(members.find(member(n).cards) for n in range(3))
    members.close()


def test_a_change_for_the_group_is_applied_and_one_after_a_gap_is_asked_for(scene: Scene) -> None:
    scene.greeted()
    topic = topics.group_members(GROUP)
    scene.cloud.send(topic, down.encode(MembersBatch("g1", 0, 1, 1, (member(1),))))
    scene.until(lambda: scene.replica.version == 1)
    scene.cloud.send(topic, down.encode(MembersBatch("g1", 5, 6, 6, (member(2),))))
    scene.until(lambda: len(scene.cloud.hellos) == 2)
    assert scene.cloud.hellos[-1].members_version == 1


@pytest.mark.parametrize("garbage", [b"", b"{}", b"\xff\xfe", b"[" * 50_000, b'{"epoch": 5}'])
def test_garbage_from_above_changes_nothing_and_stops_nothing(scene: Scene, garbage: bytes) -> None:
    scene.write(3)
    scene.greeted()
    for topic in (topics.down(KIOSK, "ack"), topics.down(KIOSK, "members"), topics.group_members(GROUP)):
        scene.cloud.send(topic, garbage)
    scene.until(lambda: scene.cloud.sequences() == [1, 2, 3])
    scene.cloud.ack(3)
    scene.until(lambda: scene.acked() == 3)


def test_an_acknowledgement_of_what_was_never_written_is_not_believed(scene: Scene) -> None:
    scene.write(3)
    scene.greeted()
    scene.until(lambda: scene.cloud.sequences() == [1, 2, 3])
    scene.cloud.chains[9] = Chain("9" * 16)
    scene.cloud.ack(9)
    scene.cloud.ack(2)
    scene.until(lambda: scene.acked() == 2)


def test_the_screen_is_told_when_the_cloud_was_heard_and_when_it_is_lost(scene: Scene) -> None:
    members = Members(scene.folder / "replica.db")
    scene.greeted()
    scene.until(lambda: members.heard_at() == ToldClock().wall)
    scene.broker.kill()
    scene.until(lambda: members.heard_at() == 0.0)
    members.close()


def test_a_card_is_not_worn_by_noting_each_minute_twice_that_the_cloud_was_heard(scene: Scene) -> None:
    members = Members(scene.folder / "replica.db")
    scene.write(3)
    scene.greeted()
    scene.until(lambda: scene.cloud.sequences() == [1, 2, 3])
    began = scene.clock.wall
    scene.until(lambda: members.heard_at() == began)
    for upto, later in ((1, 30.0), (2, 60.0)):  # hellos of both journals come each minute, at any distance
        scene.clock.forward(30.0)
        scene.cloud.ack(upto)
        scene.until(lambda upto=upto: scene.acked() == upto)  # type: ignore[misc]
        assert members.heard_at() == (began if later < 60.0 else began + later)
    members.close()


@contextmanager
def no_room(file: Path) -> Iterator[None]:
    """Let the kernel refuse whatever would make a file longer than this one is."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_nothing_is_waited_for_and_what_it_refused_comes_again(scene: Scene) -> None:
    scene.greeted()
    page = MembersBatch("g1", 0, 300, 300, tuple(member(number) for number in range(300)))
    with no_room(scene.folder / "replica.db-wal"):
        session = scene.link.session
        scene.cloud.send(topics.down(KIOSK, "members"), down.encode(page))
        scene.until(lambda: not scene.link.connected)
        assert scene.replica.version == 0
        scene.until(lambda: scene.link.session > session)
    hellos = len(scene.cloud.hellos)
    scene.until(lambda: len(scene.cloud.hellos) > hellos)
    assert scene.cloud.hellos[-1].members_version == 0
    scene.cloud.send(topics.down(KIOSK, "members"), down.encode(page))
    scene.until(lambda: scene.replica.version == 300)


def test_a_turn_that_the_disk_spoils_is_a_sign_of_life_too(scene: Scene) -> None:
    scene.greeted()
    page = MembersBatch("g1", 0, 300, 300, tuple(member(number) for number in range(300)))
    lived: list[bool] = []
    with no_room(scene.folder / "replica.db-wal"):
        scene.cloud.send(topics.down(KIOSK, "members"), down.encode(page))
        scene.sync.run(lambda: len(lived) > 1 and not lived[-1], lambda: lived.append(scene.link.connected))
    assert lived[0]


def test_the_first_acknowledgement_of_another_life_of_the_cloud_ends_what_was_lent(scene: Scene) -> None:
    lent = down.Lent(AllowanceId("a" * 32), member(1).member, Points(60))
    scene.replica.apply(MembersBatch("g0", 0, 1, 1, (member(1),)))
    scene.replica.lend(lent, "g0")
    with closing(Members(scene.folder / "replica.db")) as members:
        assert members.lent(lent.member) == lent
        scene.greeted()
        scene.until(lambda: members.lent(lent.member) is None)

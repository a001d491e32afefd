"""Asks: the screen's datagram to the cloud, and its reply into the replica; nothing is waited for in vain."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.asks import AT_ONCE, Asks, asker
from kiosk.members import Members, Replica
from kiosk.poke import REPLY, Ear, Poked, Poker
from mqtt import topics
from mqtt.down import Ask, Reply, decode, encode
from mqtt.vocabulary import BadMessage, KioskId, TicketCode, VisitId
from tests.kiosk.conftest import member

KIOSK = KioskId("tajrish-1")
VISIT = VisitId("0" * 15 + "1")
CARDS = member(1).cards
TICKET = TicketCode("04HMASW9N5")


@dataclass
class Wire:
    """A link that is there, or is not."""

    away: bool = False
    sent: list[tuple[str, bytes, int]] = field(default_factory=list)

    def publish(self, topic: str, payload: bytes, qos: int = 1) -> bool:
        if not self.away:
            self.sent.append((topic, payload, qos))
        return not self.away


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    with closing(Replica(tmp_path / "replica.db")) as replica:
        yield replica


@pytest.fixture
def members(tmp_path: Path, replica: Replica) -> Iterator[Members]:
    assert replica.version == 0, "sync makes the file"
    with closing(Members(tmp_path / "replica.db")) as members:
        yield members


@dataclass
class Scene:
    """Sync's side and what it did."""

    wire: Wire
    asks: Asks
    told: list[None]


@pytest.fixture
def scene(replica: Replica) -> Scene:
    wire, told = Wire(), list[None]()
    return Scene(wire, Asks(KIOSK, wire, replica, lambda: told.append(None)), told)


def ask(number: int = 1, within: float = 60.0) -> bytes:
    return encode(Ask(f"{number:016x}", CARDS, within))


def test_an_ask_goes_up_as_it_was_said_and_the_reply_lies_in_the_replica(
    scene: Scene, members: Members
) -> None:
    scene.asks.said(ask())
    assert scene.wire.sent == [(topics.up(KIOSK, "ask"), ask(), 0)]
    assert members.reply(VISIT) is None
    scene.asks.take(encode(Reply(VISIT, member(1))))
    assert members.reply(VISIT) == Reply(VISIT, member(1))
    assert scene.told == [None]


def test_a_reply_that_nobody_asked_for_or_that_comes_twice_or_late_is_dropped(
    scene: Scene, members: Members
) -> None:
    scene.asks.take(encode(Reply(VISIT, member(1))))
    scene.asks.said(ask(2, within=0.0))
    scene.asks.take(encode(Reply(f"{2:016x}", member(1))))
    assert [members.reply(VISIT), members.reply(f"{2:016x}")] == [None, None]
    scene.asks.said(ask())
    for row in (None, member(1)):
        scene.asks.take(encode(Reply(VISIT, row)))
    assert members.reply(VISIT) == Reply(VISIT, None)
    assert scene.told == [None]


def test_without_a_connection_an_ask_is_dropped(scene: Scene) -> None:
    scene.wire.away = True
    scene.asks.said(ask())
    scene.wire.away = False
    scene.asks.take(encode(Reply(VISIT, member(1))))
    assert scene.told == scene.wire.sent == []


def test_many_asks_at_once_are_not_all_passed_on(scene: Scene) -> None:
    for number in range(AT_ONCE + 5):
        scene.asks.said(ask(number))
    assert len(scene.wire.sent) == AT_ONCE


def test_what_a_process_before_left_is_dropped(replica: Replica, members: Members) -> None:
    replica.put_reply(Reply(VISIT, member(1)))
    Asks(KIOSK, Wire(), replica, lambda: None)
    assert members.reply(VISIT) is None


def test_garbage_from_either_side_stops_nothing(scene: Scene) -> None:
    scene.asks.said(b"\xff")
    with pytest.raises(BadMessage):
        scene.asks.take(b"{}")
    scene.asks.said(ask())
    assert len(scene.wire.sent) == 1


def test_the_screen_asks_by_a_datagram_and_knows_when_nobody_hears_it(tmp_path: Path) -> None:
    with closing(Poker(tmp_path / "sync")) as poker:
        assert not asker(poker.tell)(Ask(VISIT, CARDS, 1.5))
        with closing(Poked(tmp_path / "sync")) as poked:
            assert asker(poker.tell)(Ask(VISIT, CARDS, 1.5, TICKET))
            (said,) = poked.take()
    assert decode(said, Ask) == Ask(VISIT, CARDS, 1.5, TICKET)


def test_an_ear_hears_every_word_and_no_nudge(tmp_path: Path) -> None:
    heard, done = list[bytes](), threading.Event()

    def hear(word: bytes) -> None:
        heard.append(word)
        if word == b"last":
            done.set()

    with closing(Ear(Poked(tmp_path / "screen"), hear)), closing(Poker(tmp_path / "screen")) as poker:
        poker.poke()
        assert poker.tell(REPLY)
        assert poker.tell(b"last")
        assert done.wait(10)
    assert heard == [REPLY, b"last"]

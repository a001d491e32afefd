"""What a kiosk asks and tells in passing: whose a card is, and how it is."""

import pytest

from cloud.club.models import Card
from cloud.collector.dispatcher import Dispatcher
from cloud.fleet.models import KioskHealth
from mqtt.down import Ask, Health, Reply, encode
from mqtt.topics import down
from mqtt.vocabulary import CardKey, KioskId
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, UNKNOWN
from tests.cloud.wires import Wire, said

DOWN = down(KioskId("vanak-1"), "reply")


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def dispatcher(club: None, wire: Wire) -> Dispatcher:  # noqa: ARG001 - what it needs
    return Dispatcher(wire, GENERATION)


def ask(dispatcher: Dispatcher, wire: Wire, *cards: CardKey, kiosk: str = "vanak-1") -> list[Reply]:
    dispatcher.answer(said(kiosk, "ask", encode(Ask("a1", cards, 1.5))))
    return wire.take(down(KioskId(kiosk), "reply"), Reply)


def test_a_card_is_answered_with_its_holder_under_either_key(dispatcher: Dispatcher, wire: Wire) -> None:
    for cards in ((CARD,), (UNKNOWN, CARD)):
        (reply,) = ask(dispatcher, wire, *cards)
        assert reply.id == "a1"
        assert reply.row is not None
        assert (reply.row.member, reply.row.name, reply.row.cards) == (MEMBER, "مریم", (CARD,))


def test_a_card_that_is_nobodys_is_answered_too(dispatcher: Dispatcher, wire: Wire) -> None:
    assert (
        ask(dispatcher, wire, UNKNOWN) == ask(dispatcher, wire) == [Reply("a1", None, generation=GENERATION)]
    )


def test_a_kiosk_learns_nothing_of_another_groups_members(dispatcher: Dispatcher, wire: Wire) -> None:
    make_member("m-bbbbbbbbbb", CardKey(f"1:{2:032x}"), group="shiraz")
    assert ask(dispatcher, wire, CARD, kiosk="zand-1") == [Reply("a1", None, generation=GENERATION)]
    (reply,) = ask(dispatcher, wire, CardKey(f"1:{2:032x}"), kiosk="zand-1")
    assert reply.row is not None


def test_a_lost_card_is_nobodys(dispatcher: Dispatcher, wire: Wire) -> None:
    Card.objects.all().delete()
    assert ask(dispatcher, wire, CARD) == [Reply("a1", None, generation=GENERATION)]


@pytest.mark.parametrize("payload", [b"", b"{}", b"\xff", b"[" * 50_000])
def test_garbage_and_strangers_are_not_answered(dispatcher: Dispatcher, wire: Wire, payload: bytes) -> None:
    dispatcher.answer(said("vanak-1", "ask", payload))
    dispatcher.answer(said("vanak-1", "health", payload))
    dispatcher.answer(said("nobody-1", "ask", encode(Ask("a1", (CARD,), 1.5))))
    assert wire.sent == []
    assert not KioskHealth.objects.exists()


FULL = Health(
    online=True, app="0.1.0", uptime=60.5, queue=3, queue_age=2.5, readers={"em4100": True}, last_tap=NOON
)


def test_the_last_word_of_each_kiosk_is_kept(dispatcher: Dispatcher) -> None:
    for queue in (1, 2, 3):
        dispatcher.answer(said("vanak-1", "health", encode(Health(online=True, queue=queue))))
    dispatcher.answer(said("vanak-1", "health", encode(FULL)))
    dispatcher.answer(said("tajrish-1", "health", encode(Health(online=True))))
    row = KioskHealth.objects.get(kiosk="vanak-1")
    assert (row.online, row.queue, row.readers, row.last_tap) == (True, 3, {"em4100": True}, NOON)
    assert row.heard_at is not None
    assert KioskHealth.objects.count() == 2


def test_a_last_will_takes_it_offline_and_leaves_what_it_said(dispatcher: Dispatcher) -> None:
    dispatcher.answer(said("vanak-1", "health", encode(FULL)))
    dispatcher.answer(said("vanak-1", "health", encode(Health(online=False))))
    row = KioskHealth.objects.get(kiosk="vanak-1")
    assert (row.online, row.queue, row.last_tap) == (False, 3, NOON)


def test_what_the_broker_kept_tells_no_time(dispatcher: Dispatcher) -> None:
    dispatcher.answer(said("vanak-1", "health", encode(FULL), retained=True))
    assert KioskHealth.objects.get(kiosk="vanak-1").heard_at is None


def test_only_kiosks_of_the_club_are_kept_and_not_everything_of_them(dispatcher: Dispatcher) -> None:
    readers = {f"reader-{n}": True for n in range(1000)}
    dispatcher.answer(said("nobody-1", "health", encode(FULL)))
    dispatcher.answer(said("vanak-1", "health", encode(Health(online=True, readers=readers))))
    assert [len(row.readers) for row in KioskHealth.objects.all()] == [20]

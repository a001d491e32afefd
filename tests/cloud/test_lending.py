"""Points at kiosks through the dispatcher: lent, asked for, and called back until they come."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from cloud.club import holds, leaving, merging, redeeming
from cloud.club.account import Cause
from cloud.club.decisions import Allowances, decide, decided
from cloud.club.errors import Unfit, Untimely
from cloud.club.invariants import broken
from cloud.club.models import Card, Hold, Member
from cloud.club.recalls import AT_ONCE, hold_of
from cloud.collector import storage
from cloud.collector.dispatcher import Dispatcher
from mqtt.down import Ask, MembersBatch, Reply, Spend, encode
from mqtt.topics import down
from mqtt.vocabulary import AllowanceId, CardKey, KioskId, MemberId, Points, WalletId
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk
from tests.cloud.redeemers import (
    TAJRISH,
    VANAK,
    WALLET,
    allow,
    ask,
    give,
    has,
    lend,
    lent_hold,
    returned,
    visit_id,
)
from tests.cloud.test_poster import post_all
from tests.cloud.wires import Wire, hello, said

TWIN = MemberId("m-bbbbbbbbbb")
TWINS_CARD = CardKey(f"1:{60:032x}")
ASKERS = 64


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def dispatcher(club: None, wire: Wire) -> Dispatcher:  # noqa: ARG001 - what it needs
    give(50)
    allow(20)
    made = Dispatcher(wire, GENERATION)
    made.turn()
    made.announce()
    wire.sent.clear()
    return made


@pytest.fixture
def tap(dispatcher: Dispatcher, wire: Wire) -> Callable[..., Reply]:
    """Lay a card on a kiosk, which asks for an allowance unless it asks to spend."""

    def tapped(
        kiosk: KioskId = VANAK, card: CardKey = CARD, spend: Spend | None = None, wallet: WalletId = WALLET
    ) -> Reply:
        asking = Ask("a1", (card,), 1.5, lend=None if spend else wallet, spend=spend)
        dispatcher.answer(said(kiosk, "ask", encode(asking)))
        [reply] = wire.take(down(kiosk, "reply"), Reply)
        return reply

    return tapped


Tap = Callable[..., Reply]


def spend(visit: int, points: int) -> Spend:
    return Spend(visit_id(visit), Points(points))


def recalled(wire: Wire, kiosk: KioskId = VANAK) -> list[tuple[str, ...] | None]:
    """What a kiosk was told to give back, message by message."""
    return [batch.recalled for batch in wire.take(down(kiosk, "members"), MembersBatch)]


# --- lending


def test_whoever_taps_is_lent_points_and_the_row_counts_them_out(tap: Tap) -> None:
    reply = tap()
    assert reply.lent is not None
    assert reply.row is not None
    assert (reply.lent.member, reply.lent.points, reply.generation) == (MEMBER, 20, GENERATION)
    assert (reply.row.available, reply.row.held, reply.granted) == (30, 20, None)


def test_the_same_allowance_is_given_again_until_it_is_used(tap: Tap) -> None:
    first, again = tap().lent, tap().lent
    assert first == again
    assert Hold.objects.count() == 1


def test_no_kiosk_is_lent_more_than_a_share_of_what_there_is(tap: Tap) -> None:
    allow(20, percent=10)
    lent = tap().lent
    assert lent is not None
    assert lent.points == 5


def test_a_club_that_decided_nothing_lends_nothing(tap: Tap) -> None:
    allow(0)
    assert tap().lent is None
    assert Allowances().most == 0
    assert not Hold.objects.exists()


def test_nothing_is_lent_to_one_who_has_nothing_nor_for_a_lost_card(tap: Tap) -> None:
    make_member(TWIN, TWINS_CARD)
    assert tap(card=TWINS_CARD).lent is None
    Card.objects.filter(key=CARD).update(status="lost")
    assert tap().lent is None
    assert tap(spend=spend(1, 5)).granted is False
    assert not Hold.objects.exists()


def test_a_kiosk_with_another_disk_is_not_lent_what_the_one_before_may_have_spent(tap: Tap) -> None:
    had = tap().lent
    assert tap(wallet=WalletId("b" * 16)).lent is None
    assert Hold.objects.get().recalled_at is None
    assert tap().lent == had


def test_another_groups_kiosk_is_lent_nothing(tap: Tap) -> None:
    assert (tap(KioskId("zand-1")).lent, tap(KioskId("zand-1"), spend=spend(1, 5)).granted) == (None, False)


def test_who_left_or_was_merged_a_moment_ago_is_lent_and_granted_nothing(tap: Tap) -> None:
    lend()
    for change in ({"left_on": "2026-04-01"}, {"left_on": None, "merged_into": MEMBER}):
        Member.objects.filter(id=MEMBER).update(**change)
        assert redeeming.lend(TAJRISH, WALLET, MEMBER, datetime.now(UTC)) is None
        assert not ask(1, 5)
    assert redeeming.lend(VANAK, WALLET, MemberId("m-zzzzzzzzzz"), datetime.now(UTC)) is None
    assert not ask(1, 5, member=MemberId("m-zzzzzzzzzz"))
    assert tap is not None


@pytest.mark.parametrize("document", ["", "[]", '{"most": -1}', '{"percent": 0}', '{"moist": 1}'])
@pytest.mark.django_db
def test_what_is_no_decision_is_refused_and_the_one_before_stays(document: str) -> None:
    allow(7)
    with pytest.raises(Unfit, match="allowances"):
        decide(Allowances, document)
    assert decided(Allowances).most == 7


# --- asking


def test_points_that_are_asked_for_are_set_aside_before_the_row_is_read(tap: Tap) -> None:
    reply = tap(spend=spend(1, 45))
    assert reply.row is not None
    assert (reply.granted, reply.lent, reply.row.available, reply.row.held) == (True, None, 5, 45)


def test_more_than_there_is_is_refused_and_what_another_kiosk_holds_is_called_back(
    tap: Tap, dispatcher: Dispatcher, wire: Wire
) -> None:
    lent = tap().lent
    assert lent is not None
    assert tap(TAJRISH, spend=spend(1, 31)).granted is False
    dispatcher.turn()
    assert recalled(wire) == [(lent.allowance,)]


def test_an_allowance_that_was_given_back_can_be_asked_for(tap: Tap) -> None:
    lent = tap().lent
    assert lent is not None
    giving_back = Spend(visit_id(1), Points(50), lent.allowance)
    assert tap(TAJRISH, spend=giving_back).granted is False, "it is another kiosk's"
    assert tap(spend=giving_back).granted is True
    assert lent_hold(lent).state == "released"


# --- calling back


def test_who_taps_elsewhere_has_the_first_kiosks_allowance_called_back_until_it_comes(
    tap: Tap, dispatcher: Dispatcher, wire: Wire, store: Callable[..., list[storage.Reply]]
) -> None:
    first = tap().lent
    assert first is not None
    assert tap(TAJRISH).lent is not None
    dispatcher.turn()
    assert recalled(wire) == [(first.allowance,)], "at once"
    dispatcher.turn()
    assert recalled(wire) == []
    dispatcher.answer(hello("vanak-1"))
    assert recalled(wire)[-1] == (first.allowance,), "and to a kiosk that comes back"
    Dispatcher(wire, GENERATION).turn()
    assert recalled(wire) == [(first.allowance,)], "and after a restart"
    store(Kiosk().record(returned(first.allowance)).send())
    post_all()
    dispatcher.turn()
    assert recalled(wire) == [()]
    dispatcher.turn()
    dispatcher.answer(hello("vanak-1"))
    assert [said for said in recalled(wire) if said is not None] == []


def test_it_is_said_again_with_every_announcement(wire: Wire, club: None) -> None:  # noqa: ARG001 - what it needs
    give(50)
    allow(20)
    lent = lend()
    lend(TAJRISH)
    made = Dispatcher(wire, GENERATION)
    made.turn()
    wire.sent.clear()
    made.announce()
    assert recalled(wire) == [(lent.allowance,)]


def test_however_much_a_kiosk_is_to_give_back_it_is_told_in_messages_that_a_broker_takes(
    dispatcher: Dispatcher, wire: Wire
) -> None:
    names = [f"{number:032x}" for number in range(2 * AT_ONCE)]
    common = {"member_id": MEMBER, "points": 1, "purpose": holds.ALLOWANCE, "device": VANAK}
    when = {"made_at": NOON, "recalled_at": NOON}
    Hold.objects.bulk_create(Hold(source_key=hold_of(AllowanceId(name)), **common, **when) for name in names)
    dispatcher.turn()
    assert recalled(wire) == [tuple(reversed(names[AT_ONCE:]))], "the newest: another disk's may never come"
    Hold.objects.filter(source_key=hold_of(AllowanceId(names[-1]))).update(state="released")
    dispatcher.turn()
    assert recalled(wire) == [tuple(reversed(names[AT_ONCE - 1 : -1]))]


def test_a_recall_moves_no_kiosk_on_through_the_members(tap: Tap, dispatcher: Dispatcher, wire: Wire) -> None:
    tap()
    tap(TAJRISH)
    dispatcher.turn()
    [batch] = wire.take(down(VANAK, "members"), MembersBatch)
    assert (batch.rows, batch.gone, batch.after == batch.to == batch.head) == ((), (), True)
    assert batch.generation == GENERATION


def test_a_kiosk_whose_allowance_was_called_back_gets_no_second_one_beside_it(tap: Tap) -> None:
    assert tap().lent is not None
    assert tap(TAJRISH).lent is not None
    assert tap().lent is None
    assert has().held == 40


def test_what_is_out_is_called_back_before_the_club_stops_lending(tap: Tap) -> None:
    lent = tap().lent
    assert lent is not None
    allow(0)
    assert tap(TAJRISH).lent is None
    assert lent_hold(lent).recalled_at is not None


def test_a_merge_calls_back_what_is_out_and_then_goes_through(tap: Tap) -> None:
    make_member(TWIN, TWINS_CARD)
    lent = tap().lent
    assert lent is not None
    now = datetime.now(UTC)
    with pytest.raises(Untimely, match="try again in a moment"):
        merging.merge(MEMBER, TWIN, now)
    assert lent_hold(lent).recalled_at == now
    holds.free(lent_hold(lent).id, Cause("back", now, now))
    assert merging.merge(MEMBER, TWIN, now).points == 50


def test_leaving_calls_back_what_is_out(tap: Tap) -> None:
    lent = tap().lent
    assert lent is not None
    leaving.leave(MEMBER, datetime.now(UTC) + timedelta(seconds=1))
    assert lent_hold(lent).recalled_at is not None


# --- all at once

together = Barrier(ASKERS)


def wanted(number: int) -> bool:
    """Be lent points, or ask for 3, as one of many."""
    kiosk = KioskId(f"shop-{number}")
    together.wait()
    try:
        if number % 4 == 0:
            return redeeming.lend(kiosk, WALLET, MEMBER, datetime.now(UTC)) is not None
        return redeeming.ask(kiosk, MEMBER, spend(number, 3), datetime.now(UTC))
    finally:
        connection.close()


@pytest.mark.usefixtures("transactional_db", "club")
def test_sixty_four_kiosks_at_once_hold_no_more_than_there_is() -> None:
    give(31)
    allow(5)
    with ThreadPoolExecutor(ASKERS) as pool:
        granted = list(pool.map(wanted, range(ASKERS)))
    held = list(Hold.objects.values_list("points", flat=True))
    assert len(held) == sum(granted)
    assert 28 < sum(held) <= 31
    assert list(broken()) == []

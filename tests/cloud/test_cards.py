"""Cards: lost, replaced, given out again, known under a newer key; a tap counts for who had the card then."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from cloud.club import cards, leaving
from cloud.club.accounts import balances
from cloud.club.errors import Taken, Unknown, Untimely
from cloud.club.models import Card, Entry
from cloud.collector import pages, storage
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.poster import Poster
from cloud.collector.rebuild import rebuild
from kiosk.members import Members, Replica
from mqtt.down import Ask, MemberRow, MembersBatch, Reply, encode
from mqtt.topics import down, group_members
from mqtt.vocabulary import CardKey, GroupId, KioskId, MemberId, StoreId
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, days, tap
from tests.cloud.wires import Wire, hello, said

NEW = CardKey(f"1:{50:032x}")
SECOND = CardKey(f"1:{51:032x}")
NEWER = CardKey(f"2:{1:032x}")
VANAK = KioskId("vanak-1")
TEHRAN = GroupId("tehran")
Collect = Callable[..., None]


@pytest.fixture
def collect(club: None) -> Collect:  # noqa: ARG001 - what it needs
    """Store what a kiosk recorded from a row on, as having arrived at a moment, and post it."""

    def collected(kiosk: Kiosk, at: datetime, first: int = 1, newest_key: str = "") -> None:
        storage.store([kiosk.send(first)], at, GENERATION)
        poster = Poster(newest_key=newest_key)
        while poster.turn():
            pass

    return collected


class Shop:
    """A kiosk's replica, and the dispatcher that keeps it level."""

    def __init__(self, folder: Path) -> None:
        self._wire = Wire()
        self._dispatcher = Dispatcher(self._wire, GENERATION)
        self._replica, self._members = Replica(folder / "replica.db"), Members(folder / "replica.db")

    def find(self, *keys: CardKey) -> MemberRow | None:
        """Whom the kiosk knows, once it has heard what was published."""
        while self._dispatcher.turn():
            pass
        for batch in self._wire.take(group_members(TEHRAN), MembersBatch):
            assert self._replica.apply(batch)
        return self._members.find(keys)

    def ask(self, *keys: CardKey) -> MemberRow | None:
        """Whom the cloud names when the kiosk asks about a card."""
        self._dispatcher.answer(said(VANAK, "ask", encode(Ask("a1", keys, 1.5))))
        [reply] = self._wire.take(down(VANAK, "reply"), Reply)
        return reply.row

    def fill(self) -> MemberRow | None:
        """What an empty kiosk is told of the one member there is."""
        self._dispatcher.answer(hello(VANAK))
        [page] = self._wire.take(down(VANAK, "members"), MembersBatch)
        return next(iter(page.rows), None)

    def close(self) -> None:
        self._members.close()
        self._replica.close()


@pytest.fixture
def shop(club: None, tmp_path: Path) -> "Shop":  # noqa: ARG001 - what it needs
    return Shop(tmp_path)


def agreed() -> bool:
    """Whether posting all events again gives the ledger that is there."""
    return rebuild(lambda _: None, put_right=False).exact


def status(key: CardKey) -> tuple[str, str | None]:
    card = Card.objects.get(key=key)
    return card.status, card.replaced_by_id


def test_a_lost_card_is_blocked_at_the_kiosks_and_the_members_other_card_is_served(shop: Shop) -> None:
    cards.issue(MEMBER, SECOND, NOON)
    found = shop.find(CARD)
    assert found is not None
    assert not found.blocked
    cards.lose(CARD, days(1))
    lost, other = shop.find(CARD), shop.find(SECOND)
    assert lost is not None
    assert other is not None
    assert (lost.blocked, other.blocked, other.member) == (True, False, MEMBER)
    shop.close()


def test_an_ask_and_a_first_fill_tell_of_a_lost_card_too(shop: Shop) -> None:
    cards.issue(MEMBER, SECOND, NOON)
    cards.lose(CARD, days(1))
    shop.find(CARD)
    asked, other, row = shop.ask(CARD), shop.ask(SECOND), shop.fill()
    assert asked is not None
    assert other is not None
    assert row is not None
    assert (asked.blocked, other.blocked) == (True, False)
    assert (row.cards, row.lost) == ((SECOND,), (CARD,))
    shop.close()


def test_a_replacement_keeps_everything_and_the_lost_card_stays_blocked(shop: Shop, collect: Collect) -> None:
    collect(Kiosk().record(tap(1)), NOON)
    cards.lose(CARD, days(1))
    assert cards.replace(CARD, NEW, days(2)) == MEMBER
    assert (status(CARD), status(NEW)) == (("replaced", NEW), ("active", None))
    old, new = shop.find(CARD), shop.find(NEW)
    assert old is not None
    assert new is not None
    assert (old.blocked, new.blocked, new.member, new.available) == (True, False, MEMBER, 10)
    shop.close()


def test_a_broken_card_is_replaced_without_being_lost_first(shop: Shop) -> None:
    cards.replace(CARD, NEW, NOON)
    old = shop.find(CARD)
    assert old is not None
    assert old.blocked
    shop.close()


def test_taps_before_the_loss_earn_whenever_they_arrive_and_those_after_it_never(collect: Collect) -> None:
    kiosk = Kiosk().record(tap(1), at=days(1)).record(tap(2), at=days(4))
    cards.lose(CARD, days(3))
    collect(kiosk, days(9))
    assert balances([MEMBER]) == {MEMBER: 10}
    assert agreed()


def test_posting_all_again_after_a_loss_gives_the_same_ledger(collect: Collect) -> None:
    collect(Kiosk().record(tap(1)), NOON)
    cards.lose(CARD, days(1))
    assert agreed()
    cards.replace(CARD, NEW, days(2))
    assert agreed()


@pytest.mark.parametrize("lost", [False, True])
def test_a_card_that_is_not_active_is_not_lost_again(club: None, lost: bool) -> None:  # noqa: ARG001, FBT001 - what it needs
    cards.lose(CARD, NOON) if lost else cards.replace(CARD, NEW, NOON)
    with pytest.raises(Untimely, match="lost" if lost else "replaced"):
        cards.lose(CARD, days(1))


def test_a_replaced_card_is_not_replaced_again(club: None) -> None:  # noqa: ARG001 - what it needs
    cards.replace(CARD, NEW, NOON)
    with pytest.raises(Untimely):
        cards.replace(CARD, SECOND, days(1))


def test_a_card_nobody_has_cannot_be_lost_and_one_that_is_somebodys_replaces_none(club: None) -> None:  # noqa: ARG001 - what it needs
    make_member("m-bbbbbbbbbb", SECOND)
    with pytest.raises(Unknown):
        cards.lose(NEW, NOON)
    with pytest.raises(Taken):
        cards.replace(CARD, SECOND, NOON)
    assert status(CARD) == ("active", None)


# --- a card of one who left


def test_a_card_of_one_who_left_can_be_anothers_and_nothing_of_theirs_goes_over(
    shop: Shop, collect: Collect
) -> None:
    kiosk = Kiosk().record(tap(1))
    collect(kiosk, NOON)
    leaving.leave(MEMBER, days(1))
    collect(kiosk.record(tap(2), at=days(2)), days(2), 2)
    other = MemberId("m-bbbbbbbbbb")
    make_member(other)
    cards.issue(other, CARD, days(3))
    collect(kiosk.record(tap(3), at=days(4)), days(4), 3)
    found = shop.find(CARD)
    assert found is not None
    assert (found.member, found.available) == (other, 10)
    assert dict(Entry.objects.values_list("member_id", "occurred_at")) == {MEMBER: NOON, other: days(4)}
    assert agreed()
    shop.close()


# --- rotation of the club key


def test_a_card_goes_over_to_the_newest_key_as_it_is_tapped(shop: Shop, collect: Collect) -> None:
    kiosk = Kiosk().record(tap(1, CARD, NEWER))
    collect(kiosk, NOON, newest_key="2")
    assert (status(CARD), status(NEWER)) == (("rekeyed", NEWER), ("active", None))
    row = shop.find(NEWER)
    assert row is not None
    assert (row.member, row.cards, row.available) == (MEMBER, (NEWER,), 10)
    collect(kiosk.record(tap(2, NEWER), at=days(1)), days(1), 2, newest_key="2")
    assert balances([MEMBER]) == {MEMBER: 20}
    shop.close()


def test_a_tap_of_before_that_comes_late_with_the_old_name_alone_still_earns(collect: Collect) -> None:
    collect(Kiosk().record(tap(1, CARD, NEWER)), NOON, newest_key="2")
    late = Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(tap(2), at=days(-1))
    collect(late, days(1), newest_key="2")
    assert balances([MEMBER]) == {MEMBER: 20}
    assert agreed()


@pytest.mark.parametrize(("newest", "key"), [("", NEWER), ("3", NEWER), ("2", SECOND)])
def test_nothing_is_rekeyed_but_to_the_key_that_the_club_goes_over_to(
    collect: Collect, newest: str, key: CardKey
) -> None:
    collect(Kiosk().record(tap(1, CARD, key)), NOON, newest_key=newest)
    assert list(Card.objects.values_list("key", "status")) == [(CARD, "active")]


def test_a_newer_name_that_is_anothers_is_not_taken_from_them(collect: Collect) -> None:
    make_member("m-bbbbbbbbbb", NEWER)
    cards.issue(MEMBER, SECOND, days(-1))
    second = CardKey(f"2:{51:032x}")
    collect(Kiosk().record(tap(1, CARD, NEWER), tap(2, SECOND, second)), NOON, newest_key="2")
    assert status(CARD) == ("active", None)
    assert status(SECOND) == ("rekeyed", second)
    assert Card.objects.get(key=NEWER).member_id == "m-bbbbbbbbbb"


def test_a_lost_card_is_not_served_under_a_newer_name(shop: Shop, collect: Collect) -> None:
    cards.lose(CARD, NOON)
    kiosk = Kiosk().record(tap(1, CARD, NEWER), at=days(1))
    collect(kiosk, days(1), newest_key="2")
    found = shop.find(NEWER, CARD)
    assert found is not None
    assert (found.blocked, balances([MEMBER])) == (True, {})
    shop.close()


def test_losing_a_card_ends_it_under_each_of_its_names(shop: Shop, collect: Collect) -> None:
    third = CardKey(f"3:{1:032x}")
    kiosk = Kiosk().record(tap(1, CARD, NEWER))
    collect(kiosk, NOON, newest_key="2")
    collect(kiosk.record(tap(2, NEWER, third), at=days(1)), days(1), 2, newest_key="3")
    assert (status(CARD), status(NEWER)) == (("rekeyed", third), ("rekeyed", third))
    cards.lose(CARD, days(2))
    for number, key in enumerate((CARD, NEWER, third), 3):
        found = shop.find(key)
        assert found is not None
        assert found.blocked
        collect(kiosk.record(tap(number, key), at=days(number)), days(number), number)
    assert balances([MEMBER]) == {MEMBER: 20}
    cards.replace(third, NEW, days(9))
    assert {status(key)[0] for key in (CARD, NEWER, third)} == {"replaced"}
    assert agreed()
    shop.close()


def test_posting_again_rekeys_nothing(collect: Collect) -> None:
    collect(Kiosk().record(tap(1, CARD, NEWER)), NOON)
    assert agreed()
    assert status(CARD) == ("active", None)
    assert pages.find(TEHRAN, [NEWER]) is None

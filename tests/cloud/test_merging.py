"""Merging: two members who are one person become one, and apart again exactly as they were."""

from datetime import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.club import cards, holds, joining, merging, postings
from cloud.club.account import Cause, Terms
from cloud.club.accounts import balances
from cloud.club.arrangement import Details
from cloud.club.errors import ClubError, Unknown, Untimely
from cloud.club.invariants import broken
from cloud.club.models import Card, CardMove, Member, Merge, Person
from cloud.collector import pages, storage
from cloud.collector.dispatcher import Dispatcher
from cloud.collector.rebuild import rebuild
from mqtt.down import MembersBatch
from mqtt.topics import group_members
from mqtt.vocabulary import CardKey, GroupId, KioskId, MemberId, Points
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, days, tap
from tests.cloud.test_poster import post_all
from tests.cloud.wires import Wire

TWIN = MemberId("m-bbbbbbbbbb")
TWINS_CARD = CardKey(f"1:{60:032x}")
NEW = CardKey(f"1:{61:032x}")
TEHRAN = GroupId("tehran")
SHARED = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _twins(club: None) -> None:  # noqa: ARG001 - what it needs
    make_member(TWIN, TWINS_CARD)


def holder(key: CardKey) -> str:
    return Card.objects.get(key=key).member_id


def arrived(kiosk: Kiosk, at: datetime, first: int = 1) -> None:
    storage.store([kiosk.send(first)], at, GENERATION)
    post_all()


def exact() -> bool:
    return rebuild(lambda _: None, put_right=False).exact


def test_the_cards_of_both_are_then_those_of_one_and_the_kiosks_forget_the_other() -> None:
    wire = Wire()
    dispatcher = Dispatcher(wire, GENERATION)
    cards.issue(TWIN, NEW, NOON)
    dispatcher.turn()
    wire.take(group_members(TEHRAN), MembersBatch)
    merging.merge(TWIN, MEMBER, days(1))
    dispatcher.turn()
    [batch] = wire.take(group_members(TEHRAN), MembersBatch)
    assert batch.gone == (TWIN,)
    assert [(row.member, set(row.cards)) for row in batch.rows] == [(MEMBER, {CARD, TWINS_CARD, NEW})]


def test_both_persons_stay_until_it_is_confirmed_and_then_there_is_one() -> None:
    merged = merging.merge(TWIN, MEMBER, NOON)
    assert Person.objects.count() == 2
    merging.confirm(merged.id, days(1))
    assert Person.objects.get().member_id == MEMBER


def test_a_member_without_a_person_gets_the_others() -> None:
    Person.objects.filter(member=MEMBER).delete()
    joining.add_person(TWIN, Details("نگار", phone="09121234567"), (), NOON)
    merged = merging.merge(TWIN, MEMBER, NOON)
    merging.confirm(merged.id, days(1))
    person = Person.objects.get()
    assert (person.member_id, person.given_name, person.phone) == (MEMBER, "نگار", "+989121234567")


def test_un_merging_puts_cards_and_members_back() -> None:
    before = dict(Card.objects.values_list("key", "member_id"))
    merged = merging.merge(TWIN, MEMBER, NOON)
    merging.unmerge(merged.id, days(1))
    assert dict(Card.objects.values_list("key", "member_id")) == before
    assert Member.objects.get(id=TWIN).merged_into_id is None
    row = pages.find(TEHRAN, [TWINS_CARD])
    assert row is not None
    assert (row.member, row.name) == (TWIN, "مریم")


def test_what_took_a_cards_place_meanwhile_goes_back_with_it_and_what_came_new_stays() -> None:
    merged = merging.merge(TWIN, MEMBER, NOON)
    other = CardKey(f"1:{62:032x}")
    cards.replace(TWINS_CARD, NEW, days(1))
    cards.issue(MEMBER, other, days(1))
    newer = CardKey(f"2:{61:032x}")
    cards.rekey({NEW: newer})
    merging.unmerge(merged.id, days(2))
    assert [holder(key) for key in (TWINS_CARD, NEW, newer)] == [TWIN] * 3
    assert [holder(key) for key in (CARD, other)] == [MEMBER] * 2


def test_each_tap_earns_for_the_member_of_its_time_and_posting_again_gives_the_same() -> None:
    kiosk = Kiosk().record(tap(1, CARD), at=NOON)
    arrived(kiosk, NOON)
    merged = merging.merge(TWIN, MEMBER, days(1))
    arrived(kiosk.record(tap(2, TWINS_CARD), at=days(2)), days(2), 2)
    merging.unmerge(merged.id, days(3))
    arrived(kiosk.record(tap(3, TWINS_CARD), at=days(4)), days(4), 3)
    assert balances([MEMBER, TWIN]) == {MEMBER: 20, TWIN: 10}
    assert exact()


STEPS = st.lists(
    st.sampled_from(["tap", "tap of the twin", "merge", "unmerge", "lose", "replace"]), max_size=12
)


@SHARED
@given(steps=STEPS)
def test_whatever_happens_to_cards_posting_all_again_gives_the_same_ledger(steps: list[str]) -> None:
    kiosk, keys, merged = Kiosk(), [CARD, TWINS_CARD], 0
    with transaction.atomic():
        for number, step in enumerate(steps, 1):
            at = days(number)
            if step.startswith("tap"):
                kiosk.record(tap(number, keys["twin" in step]), at=at)
                arrived(kiosk, at, len(kiosk.rows))
                continue
            try:
                if step == "merge":
                    merged = merging.merge(TWIN, MEMBER, at).id
                elif step == "unmerge":
                    merging.unmerge(merged, at)
                elif step == "lose":
                    cards.lose(keys[1], at)
                else:
                    fresh = CardKey(f"1:{70 + number:032x}")
                    cards.replace(keys[1], fresh, at)
                    keys[1] = fresh
            except ClubError:
                continue
        assert exact()
        transaction.set_rollback(True)


def test_a_merge_is_undone_or_confirmed_once() -> None:
    merged = merging.merge(TWIN, MEMBER, NOON)
    merging.unmerge(merged.id, days(1))
    for again in (merging.unmerge, merging.confirm):
        with pytest.raises(Untimely, match="undone"):
            again(merged.id, days(2))
    again_merged = merging.merge(TWIN, MEMBER, days(3))
    merging.confirm(again_merged.id, days(4))
    with pytest.raises(Untimely, match="confirmed"):
        merging.unmerge(again_merged.id, days(5))
    with pytest.raises(Unknown):
        merging.unmerge(999_999, NOON)


def test_who_was_merged_is_no_member_meanwhile() -> None:
    merging.merge(TWIN, MEMBER, NOON)
    for act in (
        lambda: merging.merge(TWIN, MEMBER, NOON),
        lambda: merging.merge(MEMBER, TWIN, NOON),
        lambda: cards.issue(TWIN, NEW, NOON),
    ):
        with pytest.raises(Untimely, match=MEMBER):
            act()


def test_an_inner_merge_is_put_back_only_after_the_outer_one() -> None:
    third = MemberId("m-cccccccccc")
    make_member(third)
    inner = merging.merge(TWIN, MEMBER, NOON)
    outer = merging.merge(MEMBER, third, days(1))
    with pytest.raises(Untimely):
        merging.unmerge(inner.id, days(2))
    merging.unmerge(outer.id, days(2))
    merging.unmerge(inner.id, days(3))
    assert (holder(TWINS_CARD), holder(CARD)) == (TWIN, MEMBER)


def test_what_cannot_be_merged_changes_nothing() -> None:
    make_member("m-cccccccccc", group="shiraz")
    arrived(Kiosk().record(tap(1, TWINS_CARD)), NOON)
    cause = Cause("hold", NOON, NOON)
    holds.hold(TWIN, Points(4), holds.ALLOWANCE, KioskId("vanak-1"), cause)
    for gone, kept, error in (
        (MEMBER, MEMBER, Untimely),
        (MEMBER, MemberId("m-cccccccccc"), Untimely),
        (MEMBER, MemberId("m-zzzzzzzzzz"), Unknown),
        (TWIN, MEMBER, Untimely),  # whose points are on hold
    ):
        with pytest.raises(error):
            merging.merge(gone, kept, days(1))
    assert not Merge.objects.exists()
    assert not CardMove.objects.exists()


def give(member: MemberId, points: int, until: int | None = None) -> None:
    terms = Terms(NOON, None if until is None else days(until))
    postings.goodwill(member, Points(points), Cause(f"gift/{member}/{points}", NOON, NOON), terms)


def test_points_go_along_as_they_are_and_come_back_when_it_was_wrong() -> None:
    give(TWIN, 30, until=9)
    give(TWIN, 5)
    give(MEMBER, 7)
    merged = merging.merge(TWIN, MEMBER, days(1))
    assert balances([TWIN, MEMBER]) == {TWIN: 0, MEMBER: 42}
    postings.lapse(MEMBER, Cause("day", days(3), days(3)))
    merging.unmerge(merged.id, days(4))
    assert balances([TWIN, MEMBER]) == {TWIN: 35, MEMBER: 7}
    postings.lapse(TWIN, Cause("day", days(9), days(9)))
    assert balances([TWIN, MEMBER]) == {TWIN: 5, MEMBER: 7}
    assert list(broken()) == []


def test_what_was_spent_together_does_not_come_back() -> None:
    give(TWIN, 30)
    give(MEMBER, 10, until=9)
    merged = merging.merge(TWIN, MEMBER, days(1))
    postings.redeem(MEMBER, Points(25), Cause("spent", days(2), days(2)))
    merging.unmerge(merged.id, days(3))
    assert balances([TWIN, MEMBER]) == {TWIN: 15, MEMBER: 0}


def test_a_debt_goes_along_and_comes_back() -> None:
    postings.correct(TWIN, Points(8), Cause("typing", NOON, NOON))
    give(MEMBER, 20)
    merged = merging.merge(TWIN, MEMBER, days(1))
    assert balances([TWIN, MEMBER]) == {TWIN: 0, MEMBER: 12}
    merging.unmerge(merged.id, days(2))
    assert balances([TWIN, MEMBER]) == {TWIN: -8, MEMBER: 20}
    assert list(broken()) == []

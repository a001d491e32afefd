"""Points spent at a kiosk, as its journal tells of them: booked once a visit, whatever else comes."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec
import pytest

from cloud.club import guards, holds, merging, postings
from cloud.club.account import Account, Cause
from cloud.club.accounts import balances
from cloud.club.decisions import Coupons, decide
from cloud.club.export import export
from cloud.club.invariants import broken
from cloud.club.models import Allocation, Coupon, Entry, Hold, Lot, Member
from cloud.club.redeemed import MOST
from cloud.collector import storage
from cloud.collector.models import Outbox, Parked
from cloud.collector.rebuild import rebuild
from cloud.collector.replay import replay
from cloud.fleet.models import CatalogueVersion
from mqtt.vocabulary import AllowanceId, Epoch, MemberId, Points, StoreId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER, NOON, Kiosk, days, tap
from tests.cloud.redeemers import (
    RIAL,
    TAJRISH,
    Has,
    abandoned,
    allow,
    ask,
    asked,
    confirmed,
    coupon,
    give,
    granted,
    granted_hold,
    has,
    lend,
    lent_hold,
    returned,
    spent,
    visit_id,
)
from tests.cloud.tables import contents
from tests.cloud.test_kiosk_joining import NEWCOMER, joined
from tests.cloud.test_poster import post_all

Store = Callable[..., list[storage.Reply]]
TWIN = MemberId("m-bbbbbbbbbb")


@pytest.fixture
def vanak(store: Store) -> Iterator[Callable[..., None]]:
    """Let the kiosk of Vanak tell something; afterwards the ledger is sound."""
    kiosk = Kiosk()

    def tells(*events: object, at: timedelta = timedelta()) -> None:
        first = len(kiosk.rows) + 1
        kiosk.record(*events, at=NOON + at)  # type: ignore[arg-type]
        store(kiosk.send(first))
        post_all()

    yield tells
    assert list(broken()) == []


Tells = Callable[..., None]


def write_off(number: int) -> None:
    holds.write_off(number, Cause("", NOON, NOON, "kiosk lost", actor="operator"))


def reasons() -> list[str]:
    return list(Parked.objects.values_list("reason", flat=True))


# --- asked for and granted


def test_what_is_confirmed_is_spent_once_and_a_coupon_is_known(vanak: Tells) -> None:
    give(50)
    assert ask(1, 20)
    assert has() == Has(30, 20)
    vanak(asked(1, 20), confirmed(1, 20))
    assert (has(), spent()) == (Has(30), [-20])
    entry = Entry.objects.get(kind="redeem")
    assert (entry.reason, entry.device, entry.store_id) == ("redeem", "vanak-1", "vanak")
    made = Coupon.objects.get()
    assert (made.code, made.member_id, made.points, made.rial) == (coupon(1), MEMBER, 20, 20 * RIAL)
    assert (made.issued_at, made.expires_at) == (NOON, days(30))


def test_the_club_decides_how_long_a_coupon_is_taken(vanak: Tells) -> None:
    decide(Coupons, '{"days": 7}')
    give(50)
    vanak(confirmed(1, 20))
    assert Coupon.objects.get().expires_at == days(7)


def test_a_kiosk_whose_clock_is_ahead_gives_a_coupon_no_more_time(vanak: Tells) -> None:
    give(50)
    vanak(confirmed(1, 20), at=timedelta(days=400))
    assert Coupon.objects.get().expires_at == days(30)


def test_what_is_abandoned_can_be_spent_again(vanak: Tells) -> None:
    give(50)
    assert ask(1, 20)
    vanak(abandoned(1, 20))
    assert (has(), spent()) == (Has(50), [])


def test_a_grant_whose_ask_arrives_after_the_kiosk_gave_up_is_none(vanak: Tells) -> None:
    give(50)
    vanak(asked(1, 20), abandoned(1, 20))
    assert not ask(1, 20)
    assert has() == Has(50)
    assert granted_hold(1).state == "released"


def test_an_ask_after_its_redemption_was_booked_is_refused(vanak: Tells) -> None:
    give(50)
    vanak(confirmed(1, 20))
    assert not ask(1, 20)
    assert has() == Has(30)


def test_one_who_asks_twice_in_a_visit_holds_once(vanak: Tells) -> None:  # noqa: ARG001 - sound at the end
    give(50)
    assert ask(1, 20)
    assert ask(1, 20)
    assert not ask(1, 21)
    assert has() == Has(30, 20)


def test_what_this_database_never_set_aside_is_booked_all_the_same_and_the_rest_is_owed(vanak: Tells) -> None:
    give(15)
    vanak(confirmed(1, 20))
    assert (has(), spent()) == (Has(-5), [-20])


def test_what_an_operator_released_and_the_kiosk_spent_is_booked_all_the_same(vanak: Tells) -> None:
    give(20)
    assert ask(1, 20)
    holds.release(granted_hold(1).id, NOON)
    assert ask(2, 15, TAJRISH)
    vanak(confirmed(1, 20))
    assert has() == Has(-15, 15)


# --- lent


def test_what_is_spent_of_an_allowance_is_booked_and_the_rest_is_free(vanak: Tells) -> None:
    give(50)
    allow(30)
    lent = lend()
    assert (lent.points, has()) == (30, Has(20, 30))
    vanak(granted(1, 20, lent.allowance))
    assert (has(), spent(), lent_hold(lent).state) == (Has(30), [-20], "settled")
    assert Coupon.objects.get().code == coupon(1)


def test_an_allowance_that_comes_back_is_free(vanak: Tells) -> None:
    give(50)
    allow(30)
    vanak(returned(lend().allowance))
    assert (has(), spent()) == (Has(50), [])


def test_an_allowance_given_back_can_be_asked_for_with_the_rest(vanak: Tells) -> None:
    give(50)
    allow(30)
    lent = lend()
    assert ask(1, 45, given_back=lent.allowance)
    vanak(asked(1, 45, lent.allowance), confirmed(1, 45))
    assert (has(), spent()) == (Has(5), [-45])


def test_a_journal_that_comes_first_gives_the_allowance_back_too(vanak: Tells) -> None:
    give(50)
    allow(30)
    vanak(asked(1, 45, lend().allowance))
    assert has() == Has(50)
    assert ask(1, 45)


def test_a_clock_that_is_a_day_behind_spends_what_it_was_lent(vanak: Tells) -> None:
    give(50, until=NOON + timedelta(hours=1))
    allow(50)
    lent = lend()
    vanak(granted(1, 50, lent.allowance), at=timedelta(days=-1))
    assert (has(), spent()) == (Has(0), [-50])


def test_points_on_hold_do_not_lapse_and_pay_what_was_spent_of_them_after_their_day(vanak: Tells) -> None:
    give(50, until=days(1))
    allow(50)
    lent = lend()
    vanak(granted(1, 40, lent.allowance), at=timedelta(days=5))
    assert (spent(), balances([MEMBER])) == ([-40], {MEMBER: 10})


def test_points_on_hold_that_are_past_their_day_are_no_debt(vanak: Tells) -> None:
    give(50, until=days(1))
    allow(30)
    lent = lend()
    assert (has(at=days(2)), Account.of(MEMBER).available(days(2))) == (Has(0, 30), 0)
    vanak(returned(lent.allowance))
    assert has(at=days(2)) == Has(0)


def test_one_visit_is_booked_once_whichever_way_it_is_told(vanak: Tells) -> None:
    give(50)
    allow(20)
    lent = lend()
    assert ask(1, 20)
    vanak(confirmed(1, 20), granted(1, 20, lent.allowance))
    assert (has(), spent()) == (Has(30), [-20])


def test_an_allowance_that_a_copied_journal_spends_twice_was_given_out_twice(vanak: Tells) -> None:
    give(20)
    allow(20)
    lent = lend()
    vanak(granted(1, 20, lent.allowance), granted(2, 20, lent.allowance))
    assert (has(), spent(), Coupon.objects.count()) == (Has(-20), [-20, -20], 2)


# --- written off


def test_what_is_told_of_a_hold_that_was_written_off_is_spent_once(vanak: Tells) -> None:
    give(50)
    allow(30)
    lent = lend()
    write_off(lent_hold(lent).id)
    assert has() == Has(20)
    vanak(granted(1, 12, lent.allowance))
    off = Entry.objects.get(source_key=holds.written_off(lent_hold(lent)))
    assert (has(), spent()) == (Has(38), [-12])
    assert off.points + sum(entry.points for entry in off.reversals.all()) == 0


def test_an_allowance_that_comes_back_after_all_is_booked_back(vanak: Tells) -> None:
    give(50)
    allow(30)
    lent = lend()
    write_off(lent_hold(lent).id)
    vanak(returned(lent.allowance), returned(lent.allowance))
    assert (has(), spent()) == (Has(50), [])


def test_a_grant_that_was_written_off_is_spent_or_comes_back(vanak: Tells) -> None:
    give(50)
    for visit in (1, 2):
        assert ask(visit, 20)
        write_off(granted_hold(visit).id)
    assert has() == Has(10)
    vanak(confirmed(1, 20), abandoned(2, 20))
    assert (has(), spent()) == (Has(30), [-20])


def test_what_was_owed_for_a_write_off_is_owed_no_more_when_it_comes_back(vanak: Tells) -> None:
    give(30)
    allow(30)
    lent = lend()
    earned = Entry.objects.get()
    postings.claw_back(earned, Points(20), Cause("claw", NOON, NOON))
    write_off(lent_hold(lent).id)
    assert has() == Has(-20)
    vanak(granted(1, 25, lent.allowance), returned(lent.allowance))
    assert (has(), reasons()) == (Has(-15), [])


def test_points_that_come_back_to_one_who_was_merged_go_where_theirs_went(vanak: Tells) -> None:
    make_member(TWIN)
    give(50)
    allow(30)
    lent = lend()
    write_off(lent_hold(lent).id)
    merging.merge(MEMBER, TWIN, NOON)
    vanak(granted(1, 12, lent.allowance), confirmed(2, 8))
    assert balances([MEMBER, TWIN]) == {MEMBER: 0, TWIN: 30}


# --- again, and again


def everything() -> object:
    return contents(Entry, Hold, Coupon)


def test_a_stream_that_comes_again_under_another_epoch_changes_nothing(store: Store) -> None:
    give(90)
    allow(20)
    lent, back = lend(), lend(TAJRISH)
    write_off(lent_hold(back).id)
    told = [asked(1, 10), confirmed(1, 10), granted(2, 5, lent.allowance), abandoned(3, 9), confirmed(4, 1)]
    others = [returned(back.allowance)]
    assert ask(1, 10)
    seen: list[object] = []
    for epoch in ("e" * 16, "d" * 16):
        store(Kiosk(epoch=Epoch(epoch)).record(*told).send())
        store(Kiosk(TAJRISH, StoreId("tajrish"), Epoch(epoch)).record(*others).send())
        post_all()
        seen.append(everything())
    assert seen[0] == seen[1]
    assert list(broken()) == []


def test_a_restored_cloud_hears_at_once_who_joined_and_what_they_spent(vanak: Tells) -> None:
    vanak(joined(1), confirmed(2, 20, NEWCOMER))
    assert (reasons(), spent(NEWCOMER), has(NEWCOMER)) == ([], [-20], Has(-20))
    assert Coupon.objects.get().member_id == NEWCOMER


def test_a_rebuild_keeps_what_was_spent_and_touches_no_hold(vanak: Tells) -> None:
    give(50)
    allow(20)
    vanak(tap(1), confirmed(1, 20), granted(2, 5, lend().allowance))
    assert ask(3, 10)
    before = everything()
    report = rebuild(lambda _: None, put_right=True)
    assert (report.exact, everything()) == (True, before)


def test_a_rebuild_tells_of_a_coupon_that_was_given_out_and_not_booked(vanak: Tells) -> None:
    give(50)
    vanak(tap(1), confirmed(1, 20))
    guards.unguard()
    Allocation.objects.all().delete()
    Entry.objects.filter(kind="redeem").delete()
    Lot.objects.filter(remaining=30).update(remaining=50)
    [missing] = rebuild(lambda _: None, put_right=False).entries.missing
    assert (missing.source_key, missing.points) == (f"spent:vanak-1/{visit_id(1)}", -20)


# --- what is not this kiosk's to tell


@pytest.mark.parametrize("points", [MOST + 1, 2**43])
def test_more_points_than_anybody_has_are_parked_and_every_row_can_still_be_read(
    vanak: Tells, points: int
) -> None:
    vanak(*(confirmed(number, points) for number in range(1, 5)), confirmed(5, MOST))
    assert (has(), len(reasons()), Coupon.objects.count()) == (Has(-MOST), 4, 1)


def test_a_visit_gives_out_no_coupon_but_its_own(vanak: Tells) -> None:
    give(50)
    vanak(confirmed(1, 20), *(msgspec.structs.replace(confirmed(1, 20), coupon=coupon(n)) for n in (2, 3)))
    assert (spent(), Coupon.objects.get().code) == ([-20], coupon(1))
    assert [("not that of its visit" in reason) for reason in reasons()] == [True, True]


@pytest.mark.parametrize("event", [confirmed(1, 5, TWIN), confirmed(1, 5, MemberId("m-zzzzzzzzzz"))])
def test_what_is_told_of_another_groups_member_is_parked_and_its_neighbours_are_posted(
    vanak: Tells, event: object
) -> None:
    make_member(TWIN, group="shiraz")
    give(50)
    vanak(confirmed(3, 2), event, tap(2), confirmed(4, 3))
    assert spent() == [-2, -3]
    assert Entry.objects.filter(reason="visit").count() == 1
    [reason] = reasons()
    assert "member" in reason


def test_a_coupon_is_worth_what_some_catalogue_of_the_club_gave_for_its_points(vanak: Tells) -> None:
    give(50)
    brand = '"brand": {"fa": "بهار", "en": "Bahar", "accent": "#0B5F59"}, "surveys": []'
    for version, price in enumerate((RIAL, 0, 2 * RIAL), 1):
        document = f'{{{brand}, "redeeming": {{"rial_per_point": {price}}}}}'
        CatalogueVersion.objects.create(version=version, document=document, published_at=NOON)
    worth = (20 * RIAL, 40 * RIAL, 40 * RIAL + 1, 2**53, 0)
    told = [msgspec.structs.replace(confirmed(n, 20), rial=rial) for n, rial in enumerate(worth, 1)]
    vanak(*told)
    assert sorted(Coupon.objects.values_list("rial", flat=True)) == [20 * RIAL, 40 * RIAL]
    assert (spent(), ["no catalogue gives" in reason for reason in reasons()]) == ([-20, -20], [True] * 3)


def test_another_kiosks_allowance_is_not_spent_nor_given_back(vanak: Tells) -> None:
    give(50)
    allow(20)
    lent = lend(TAJRISH)
    vanak(returned(lent.allowance), granted(1, 5, lent.allowance))
    assert (has(), spent()) == (Has(30, 20), [])
    assert ["lent to tajrish-1" in reason for reason in reasons()] == [True, True]


def test_what_was_parked_is_booked_when_it_is_replayed(vanak: Tells) -> None:
    make_member(TWIN, group="shiraz")
    give(50, TWIN)
    vanak(confirmed(1, 5, TWIN))
    Member.objects.filter(id=TWIN).update(group_id="tehran")
    assert replay(Parked.objects.all()) == {"posted": 1}
    assert spent(TWIN) == [-5]


def test_an_allowance_that_nobody_lent_is_no_error(vanak: Tells) -> None:
    vanak(returned(AllowanceId("a" * 32)))
    assert reasons() == []


def test_a_members_own_data_hold_the_coupons(vanak: Tells) -> None:
    give(50)
    vanak(confirmed(1, 20))
    [made] = json.loads(export(MEMBER))["coupons"]
    assert (made["store"], made["points"], made["rial"], made["used_at"]) == ("vanak", 20, 20 * RIAL, None)


def test_the_kiosks_hear_of_what_was_set_aside_spent_and_given_back(vanak: Tells) -> None:
    give(50)
    allow(10)
    steps: list[Callable[[], object]] = [
        lambda: ask(1, 20),
        lambda: vanak(confirmed(1, 20)),
        lend,
        lambda: vanak(returned(AllowanceId(Hold.objects.latest("id").source_key.partition(":")[2]))),
    ]
    for step in steps:
        Outbox.objects.all().delete()
        step()
        assert Outbox.objects.filter(member_id=MEMBER).exists()

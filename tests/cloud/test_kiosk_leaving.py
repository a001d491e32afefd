"""Leaving at a kiosk: once, with the receipt that was shown; whatever else arrives brings nobody back."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from cloud.club import consents, joining, leaving, merging
from cloud.club.arrangement import Agreed, Details
from cloud.club.models import Card, Entry, Member, Person, Receipt
from cloud.collector.models import Parked
from cloud.collector.persons import settle
from cloud.collector.rebuild import rebuild
from cloud.collector.replay import replay
from mqtt.events import MemberLeft
from mqtt.tracking import of_visit, spaced
from mqtt.vocabulary import CardKey, KioskId, MemberId, ReceiptCode, StoreId
from tests.cloud.conftest import make_club, make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, days, tap, visit_id
from tests.cloud.test_kiosk_joining import NEWCOMER, agreed, collected, joined, part, stored
from tests.cloud.test_poster import post_all

TWIN = MemberId("m-bbbbbbbbbb")


@pytest.fixture(autouse=True)
def _club(db: None) -> None:  # noqa: ARG001 - what it needs
    make_club()


def code(visit: int) -> ReceiptCode:
    return ReceiptCode(of_visit(visit_id(visit * 0x1234567890ABC)))


def left(visit: int = 7, member: MemberId = MEMBER) -> MemberLeft:
    return MemberLeft(visit_id(visit), member, code(visit))


def command(*words: str) -> str:
    out = io.StringIO()
    call_command("member", *words, stdout=out)
    return out.getvalue()


def test_who_leaves_is_erased_under_the_receipt_that_was_shown() -> None:
    joining.add_person(MEMBER, Details("نگار", phone="09121234567"), (Agreed("news", 1, "fa"),), NOON)
    collected(Kiosk().record(left()))
    assert Member.objects.get(id=MEMBER).left_on is not None
    assert (Person.objects.count(), Card.objects.get().status) == (0, "left")
    assert not consents.allows(MEMBER, "news")
    receipt = Receipt.objects.get()
    assert (receipt.code, receipt.erased["persons"]) == (code(7), 1)


def test_again_or_after_leaving_otherwise_changes_nothing() -> None:
    collected(Kiosk().record(left(7), left(7), left(8)))
    assert (Receipt.objects.count(), Parked.objects.count()) == (1, 0)
    make_member(TWIN)
    leaving.leave(TWIN, NOON)
    before = list(Receipt.objects.values())
    collected(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(left(9, TWIN)))
    assert (list(Receipt.objects.values()), Parked.objects.count()) == (before, 0)


def test_a_kiosk_that_lets_everybody_leave_is_stopped_until_somebody_has_seen_to_it() -> None:
    everybody = [MemberId(f"m-{number:010}") for number in range(leaving.MOST_A_DAY + 2)]
    for member in everybody:
        make_member(member)
    collected(Kiosk().record(*(left(number, member) for number, member in enumerate(everybody, 1)), tap(900)))
    assert Receipt.objects.filter(kiosk="vanak-1").count() == leaving.MOST_A_DAY
    assert Entry.objects.count() == 1, "what else it tells is posted"
    collected(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(left(100, everybody[-1])))
    assert Member.objects.get(id=everybody[-1]).left_on is not None, "other kiosks are heard"
    reasons = Parked.objects.values_list("reason", flat=True)
    assert ["leave at vanak-1" in reason for reason in reasons] == [True, True]
    Receipt.objects.update(at=NOON)
    assert replay(Parked.objects.all()) == {"posted": 2}
    assert not Member.objects.filter(id__in=everybody, left_on=None).exists()


def test_a_member_of_another_group_and_one_who_is_nobody_are_refused() -> None:
    collected(Kiosk(KioskId("zand-1"), StoreId("zand")).record(left(), left(8, TWIN)))
    reasons = Parked.objects.order_by("sequence").values_list("reason", flat=True)
    assert ["another store group" in reasons[0], "no such member" in reasons[1]] == [True, True]
    assert (Person.objects.count(), Receipt.objects.count()) == (1, 0)


def test_one_who_was_merged_leaves_as_the_one_they_became() -> None:
    make_member(TWIN)
    merging.merge(TWIN, MEMBER, NOON)
    collected(Kiosk().record(left(7, TWIN)))
    assert not Person.objects.exists()
    assert Member.objects.filter(left_on=None).count() == 0


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_taps_of_before_have_earned_however_it_arrives_and_the_card_earns_nothing_later(batch: int) -> None:
    kiosk = Kiosk().record(tap(1), left(7))
    stored(kiosk.send())
    post_all(batch)
    Entry.objects.get()
    collected(kiosk.record(tap(2), joined(3, CARD), at=days(400)), 3, at=days(400))
    assert (Entry.objects.count(), Member.objects.count()) == (1, 1)
    assert rebuild(lambda _: None, put_right=False).exact


def test_who_joined_at_a_kiosk_leaves_there_too() -> None:
    kiosk = Kiosk().record(joined(personal=True), agreed())
    collected(kiosk)
    collected(kiosk.record(left(7, NEWCOMER)), 3)
    assert Card.objects.get(member=NEWCOMER).status == "left"
    assert not consents.allows(NEWCOMER, "points")


def test_a_receipt_is_found_as_it_is_typed_and_a_slip_is_said() -> None:
    collected(Kiosk().record(left()))
    said = command("receipt", spaced(code(7)).lower())
    assert f"receipt {code(7)}" in said
    assert "1 persons" in said
    wrong = code(7)[:-1] + ("0" if code(7)[-1] != "0" else "1")
    with pytest.raises(CommandError, match="a character is wrong"):
        command("receipt", wrong)
    with pytest.raises(CommandError, match="there is no receipt"):
        command("receipt", code(8))


def test_a_receipt_of_an_operator_is_found_in_any_digits() -> None:
    made = leaving.leave(MEMBER, NOON).code
    persian = made.translate({ord("0") + n: chr(ord("۰") + n) for n in range(10)})  # noqa: RUF001 - Persian
    for typed in (made, f"{made[:6]} {made[6:]}", persian):
        assert f"receipt {made}" in command("receipt", typed)


def test_head_office_sees_who_joined_and_could_not_be_known_and_nothing_of_the_number() -> None:
    collected(Kiosk().record(joined(personal=True), joined(2, CARD)))
    stored(part(phone="0912777"))
    settle(NOON)
    said = command("joins")
    assert [line.split()[-2:] for line in said.splitlines()] == [["-", "card-taken"], [NEWCOMER, "no-phone"]]
    assert "777" not in said


def test_an_export_has_the_joins_and_consents_of_kiosks() -> None:
    collected(Kiosk().record(joined(1, CardKey(f"1:{77:032x}")), agreed()))
    found = json.loads(command("export", NEWCOMER))
    assert found["joins"] == [{"kiosk": "vanak-1", "joined_at": "2026-03-21T08:30:00Z"}]
    assert [(one["purpose"], one["wording"]) for one in found["consents"]] == [("points", 3)]

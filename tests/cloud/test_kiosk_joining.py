"""Joining at a kiosk: the card makes a member, what is said of oneself a person, whichever comes last."""

import time
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from django.db import transaction

from cloud.club import cards, consents, joining, kiosk_joining, leaving, merging
from cloud.club.arrangement import Agreed, Details
from cloud.club.membership import id_of
from cloud.club.models import Card, Consent, Entry, KioskJoin, Member, Person, PersonPart
from cloud.collector import parts, storage
from cloud.collector.models import Outbox, Parked
from cloud.collector.persons import AT_ONCE, Persons, settle
from cloud.collector.rebuild import rebuild
from cloud.collector.replay import replay
from mqtt import down
from mqtt.events import ConsentGiven, MemberJoined, VisitEnded
from mqtt.topics import up
from mqtt.vocabulary import CardKey, Epoch, KioskId, Language, MemberId, StoreId
from tests.cloud.conftest import GENERATION, make_club
from tests.cloud.kiosks import CARD, EPOCH, MEMBER, NOON, Kiosk, Sent, days, tap, visit_id
from tests.cloud.test_poster import post_all

EMPTY = CardKey(f"1:{77:032x}")
OTHER = CardKey(f"1:{78:032x}")
PHONE = "09121234567"
NEEDS_CONSENT = '{"consents": ["points"]}'
NEWCOMER = id_of(f"vanak-1/{visit_id(1)}")


@pytest.fixture(autouse=True)
def _club(db: None) -> None:  # noqa: ARG001 - what it needs
    make_club()


def joined(visit: int = 1, *keys: CardKey, personal: bool = False, language: Language = "fa") -> MemberJoined:
    return MemberJoined(visit_id(visit), "em4100", keys or (EMPTY,), language, personal=personal)


def agreed(visit: int = 1, purpose: str = "points", member: MemberId | None = None) -> ConsentGiven:
    return ConsentGiven(visit_id(visit), purpose, 3, "fa", member)


def ended(visit: int = 1) -> VisitEnded:
    return VisitEnded(visit_id(visit), None, "done", 9.0)


def stored(*sent: Sent, at: datetime = NOON) -> None:
    storage.store(sent, at, GENERATION)


def collected(kiosk: Kiosk, first: int = 1, at: datetime = NOON) -> None:
    stored(kiosk.send(first), at=at)
    post_all()


def part(epoch: str = EPOCH, **fields: str) -> Sent:
    return said(epoch, 1, **fields)


def said(epoch: str, place: int, **fields: str) -> Sent:
    person = down.Person(f"{epoch}-{place}", fields or {"phone": PHONE})
    return Sent(up(KioskId("vanak-1"), "person"), down.encode(person))


def outcome() -> str:
    return KioskJoin.objects.get(event=f"vanak-1/{EPOCH}-1").person


def emptied() -> bool:
    return set(PersonPart.objects.values_list("fields", flat=True)) == {"{}"}


# --- the card


def test_an_empty_card_becomes_a_members_of_the_kiosks_group_on_the_stores_day() -> None:
    late = datetime(2026, 3, 21, 20, 31, tzinfo=UTC)
    collected(Kiosk().record(joined(language="en"), at=late))
    member = Member.objects.get(id=NEWCOMER)
    assert (member.group_id, member.language, member.joined_on.isoformat()) == ("tehran", "en", "2026-03-22")
    card = Card.objects.get(key=EMPTY)
    assert (card.member_id, card.status, card.issued_at) == (NEWCOMER, "active", late)
    assert not Person.objects.filter(member=member).exists()
    assert NEWCOMER in Outbox.objects.values_list("member_id", flat=True)


def test_the_same_card_again_makes_nobody_and_is_no_error() -> None:
    collected(Kiosk().record(joined(), joined(), joined(2), joined(1, OTHER)))
    assert (Member.objects.count(), Parked.objects.count()) == (2, 0)
    ignored = KioskJoin.objects.order_by("event").values_list("member", "ignored")
    assert list(ignored) == [
        (NEWCOMER, ""),
        (None, "card-taken"),
        (None, "card-taken"),
        (None, "again"),
    ]


def test_a_card_that_is_somebodys_stays_theirs() -> None:
    collected(Kiosk().record(joined(1, CARD)))
    assert (Card.objects.get().member_id, Member.objects.count()) == (MEMBER, 1)
    assert KioskJoin.objects.get().ignored == "card-taken"


def test_a_card_that_was_lost_or_whose_member_left_makes_nobody() -> None:
    cards.issue(MEMBER, OTHER, NOON)
    cards.lose(OTHER, NOON)
    leaving.leave(MEMBER, days(1))
    collected(Kiosk().record(joined(1, CARD), joined(2, OTHER), joined(3, EMPTY, CARD)))
    found = KioskJoin.objects.order_by("event").values_list("ignored", flat=True)
    assert list(found) == ["card-left", "card-lost", "card-left"]
    assert Member.objects.count() == 1


def test_two_kiosks_that_were_cut_off_make_one_member_of_one_card() -> None:
    collected(Kiosk().record(joined()))
    collected(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(joined(9)), at=days(1))
    assert Member.objects.count() == 2


@pytest.mark.parametrize(("ways", "personal"), [('["phone"]', False), ('["card"]', True)])
def test_a_way_that_the_club_does_not_offer_is_parked_until_it_does(ways: str, personal: bool) -> None:  # noqa: FBT001 - a case
    joining.decide(f'{{"ways": {ways}}}')
    collected(Kiosk().record(joined(personal=personal), agreed()))
    assert "nobody can join this club by" in Parked.objects.order_by("sequence")[0].reason
    joining.decide("{}")
    assert replay(Parked.objects.all()) == {"posted": 2}
    assert consents.allows(NEWCOMER, "points")


def test_who_joins_is_the_same_member_after_a_restore_of_the_cloud() -> None:
    kiosk = Kiosk().record(joined())
    found = []
    for _ in range(2):
        with transaction.atomic():
            collected(kiosk)
            found.append(set(Member.objects.values_list("id", flat=True)))
            transaction.set_rollback(True)
    assert found[0] == found[1] == {MEMBER, NEWCOMER}


# --- whose a tap is


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_the_taps_before_are_nobodys_and_those_after_earn_however_they_arrive(batch: int) -> None:
    kiosk = Kiosk().record(tap(1, EMPTY, member=None), joined())
    kiosk.record(tap(2, EMPTY, member=None), at=days(1)).record(tap(3, EMPTY), at=days(2))
    stored(kiosk.send(), at=days(3))
    post_all(batch)
    assert Entry.objects.filter(member=NEWCOMER).count() == 2
    assert rebuild(lambda _: None, put_right=False).exact


def test_a_tap_at_another_kiosk_earns_from_when_the_cloud_knows_of_the_join() -> None:
    other = Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(tap(9, EMPTY), at=NOON)
    stored(other.send())
    collected(Kiosk().record(joined()))
    assert not Entry.objects.exists()
    later = datetime.now(UTC) + timedelta(days=1)
    collected(other.record(tap(10, EMPTY), at=later), 2, at=later)
    assert Entry.objects.get().member_id == NEWCOMER
    assert rebuild(lambda _: None, put_right=False).exact


def test_a_tap_counts_under_the_newer_name_of_the_card_too() -> None:
    newer = CardKey(f"2:{77:032x}")
    kiosk = Kiosk().record(tap(1, EMPTY, newer, member=None), joined(1, EMPTY, newer))
    collected(kiosk)
    cards.rekey({EMPTY: newer})
    collected(kiosk.record(tap(2, newer), at=days(1)), 3)
    assert Entry.objects.count() == 1
    assert rebuild(lambda _: None, put_right=False).exact


# --- consents


def test_what_who_joins_agrees_to_is_kept_with_its_wording_and_date() -> None:
    collected(Kiosk().record(joined(), agreed()))
    row = Consent.objects.get()
    assert (row.member_id, row.purpose, row.wording, row.language) == (NEWCOMER, "points", 3, "fa")
    assert (row.given_at, row.withdrawn_at) == (NOON, None)


def test_a_consent_with_a_member_is_that_members() -> None:
    collected(Kiosk().record(agreed(5, "news", MEMBER)))
    assert consents.allows(MEMBER, "news")


def test_a_consent_of_who_did_not_become_a_member_is_nobodys() -> None:
    collected(Kiosk().record(joined(1, CARD), agreed()))
    assert (Consent.objects.count(), Parked.objects.count()) == (0, 0)


def test_a_consent_of_one_who_left_is_not_kept() -> None:
    leaving.leave(MEMBER, NOON)
    collected(Kiosk().record(agreed(5, "news", MEMBER)))
    assert (Consent.objects.count(), Parked.objects.count()) == (0, 0)


@pytest.mark.parametrize("member", [None, MemberId("m-zzzzzzzzzz")])
def test_a_consent_of_nobody_known_is_parked(member: MemberId | None) -> None:
    collected(Kiosk().record(agreed(5, "news", member)))
    assert Parked.objects.count() == 1


def test_a_consent_at_a_kiosk_of_another_group_is_parked() -> None:
    collected(Kiosk(KioskId("zand-1"), StoreId("zand")).record(agreed(5, "news", MEMBER)))
    assert "another store group" in Parked.objects.get().reason


def test_a_consent_that_is_heard_of_late_does_not_undo_what_was_said_since() -> None:
    consents.give(MEMBER, [Agreed("news", 1, "fa")], days(1))
    consents.withdraw(MEMBER, "news", days(3))
    collected(Kiosk().record(agreed(5, "news", MEMBER), at=days(2)), at=days(4))
    assert not consents.allows(MEMBER, "news")
    assert Consent.objects.get(wording=3).withdrawn_at == days(3)


# --- the person


def test_whichever_comes_last_the_event_the_consent_or_the_part_makes_the_person() -> None:
    joining.decide(NEEDS_CONSENT)
    ends = []
    for order in permutations(range(3)):
        kiosk = Kiosk().record(joined(personal=True), agreed())
        steps = kiosk.send(1, 1), kiosk.send(), part()
        with transaction.atomic():
            for number in order:
                stored(steps[number])
                post_all()
                settle(NOON)
            stored(part())
            settle(NOON)
            ends.append((Person.objects.get(phone="+989121234567").member_id, outcome(), emptied()))
            assert consents.allows(NEWCOMER, "points")
            transaction.set_rollback(True)
    assert set(ends) == {(NEWCOMER, "kept", True)}


def test_only_a_telephone_number_can_be_needed_of_who_has_only_digits_to_type() -> None:
    assert "given_name" in joining.rules().needs
    collected(Kiosk().record(joined(personal=True)))
    stored(part())
    settle(NOON)
    person = Person.objects.get(member=NEWCOMER)
    assert (person.given_name, person.phone) == ("", "+989121234567")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"phone": "0912"}, "no-phone"),
        ({"phone": "۰۹۱۲۱۲۳۴۵۶"}, "no-phone"),
        ({"given_name": "نگار"}, "no-phone"),
        ({"phone": PHONE, "email": "n@x.ir"}, "unfit"),
        ({"phone": PHONE, "given_name": "ن" * 61}, "unfit"),
        ({"phone": PHONE, "given_name": "ن\0ن"}, "unfit"),
        ({"phone": PHONE, "given_name": "\u202eن"}, "unfit"),
        ({"phone": "09127654321"}, "phone-taken"),
        ({"other": "x"}, "left"),
    ],
)
def test_what_cannot_be_kept_leaves_a_member_without_a_name_and_only_a_code(
    fields: dict[str, str], code: str
) -> None:
    joining.add_person(MEMBER, Details("مریم", phone="09127654321"), (), NOON)
    collected(Kiosk().record(joined(personal=True)))
    stored(part(EPOCH, **fields))
    settle(NOON)
    assert (outcome(), emptied(), Person.objects.count()) == (code, True, 1)
    assert Card.objects.get(key=EMPTY).member_id == NEWCOMER


def test_what_nobody_foresaw_in_a_part_stops_nobody_else_and_is_emptied(
    caplog: pytest.LogCaptureFixture,
) -> None:
    collected(Kiosk().record(joined(personal=True), joined(2, OTHER, personal=True)))
    PersonPart.objects.create(event=f"vanak-1/{EPOCH}-1", kiosk="vanak-1", fields=PHONE, received_at=NOON)
    stored(said(EPOCH, 2))
    assert settle(NOON) == 2
    assert (outcome(), emptied(), Person.objects.filter(phone="+989121234567").count()) == ("unfit", True, 1)
    assert "912" not in caplog.text


def test_the_number_may_come_in_persian_digits() -> None:
    collected(Kiosk().record(joined(personal=True)))
    stored(part(phone="۰۹۱۲ ۱۲۳ ۴۵۶۷"))
    settle(NOON)
    assert Person.objects.get(member=NEWCOMER).phone == "+989121234567"


def test_without_a_consent_it_waits_for_the_visits_end_and_is_then_emptied() -> None:
    joining.decide(NEEDS_CONSENT)
    kiosk = Kiosk().record(joined(personal=True), agreed(1, "news"))
    collected(kiosk)
    stored(part())
    settle(NOON)
    assert (outcome(), emptied()) == ("waits", False)
    collected(kiosk.record(ended()), 3)
    settle(NOON)
    assert (outcome(), emptied()) == ("no-consent", True)
    assert not Person.objects.filter(member=NEWCOMER).exists()


@pytest.mark.django_db(transaction=True)
def test_however_many_wait_for_a_consent_nobody_else_does() -> None:
    joining.decide(NEEDS_CONSENT)
    empty = [CardKey(f"1:{number:032x}") for number in range(1000, 1000 + AT_ONCE)]
    cut_off = Kiosk().record(*(joined(number, card, personal=True) for number, card in enumerate(empty, 100)))
    later = Kiosk(epoch=Epoch("f" * 16)).record(joined(personal=True), agreed())
    with transaction.atomic():
        stored(cut_off.send(), *(said(EPOCH, place) for place in range(1, AT_ONCE + 1)))
        stored(later.send(), said("f" * 16, 1))
    post_all()
    persons, until = Persons(), time.monotonic() + 20
    while not persons.turn():
        assert time.monotonic() < until
    assert Person.objects.filter(member=NEWCOMER).exists()


def test_where_the_kiosk_tells_nothing_more_it_waits_for_a_day() -> None:
    joining.decide(NEEDS_CONSENT)
    collected(Kiosk().record(joined(personal=True)))
    stored(part())
    now = datetime.now(UTC)
    assert settle(now + timedelta(hours=23)) == 0
    assert settle(now + timedelta(hours=25)) == 1
    assert outcome() == "no-consent"


def test_the_part_of_who_became_nobody_is_emptied() -> None:
    collected(Kiosk().record(joined(1, CARD, personal=True)))
    stored(part())
    settle(NOON)
    assert (outcome(), emptied()) == ("no-member", True)
    assert Person.objects.get(member=MEMBER).phone is None


def test_what_was_said_of_a_member_meanwhile_stays() -> None:
    collected(Kiosk().record(joined(personal=True)))
    joining.add_person(NEWCOMER, Details("نگار", phone="09127654321"), (), NOON)
    stored(part())
    settle(NOON)
    assert (outcome(), Person.objects.get(member=NEWCOMER).phone) == ("known", "+989127654321")


def test_one_who_was_merged_meanwhile_is_the_one_they_became() -> None:
    Person.objects.all().delete()
    collected(Kiosk().record(joined(personal=True)))
    merging.merge(NEWCOMER, MEMBER, NOON)
    stored(part())
    settle(NOON)
    assert Person.objects.get().member_id == MEMBER


def test_one_who_left_before_the_part_came_is_not_brought_back() -> None:
    collected(Kiosk().record(joined(personal=True)))
    leaving.leave(NEWCOMER, days(1))
    stored(part())
    settle(NOON)
    assert (outcome(), emptied()) == ("left", True)


def test_a_part_sent_again_is_not_kept_again() -> None:
    collected(Kiosk().record(joined(personal=True)))
    for _ in range(2):
        stored(part())
        settle(NOON)
    assert emptied()


def test_nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "cloud")
    collected(Kiosk().record(joined(personal=True)))
    stored(part(phone=PHONE, given_name="نگار"))
    assert settle(NOON) == 1
    assert "kept" in caplog.text
    assert not any(word in caplog.text for word in ("912", "نگار"))


def test_posting_all_again_makes_nobody_join_twice() -> None:
    collected(Kiosk().record(joined(personal=True), agreed(), tap(2, EMPTY)))
    stored(part())
    settle(NOON)
    before = [list(table.objects.values()) for table in (Member, Person, Card, Consent, KioskJoin)]
    assert rebuild(lambda _: None, put_right=True).exact
    assert [list(table.objects.values()) for table in (Member, Person, Card, Consent, KioskJoin)] == before


def test_who_joined_in_a_visit_is_remembered_for_what_follows() -> None:
    collected(Kiosk(epoch=Epoch("a" * 16)).record(joined()))
    assert kiosk_joining.joiner(KioskId("vanak-1"), visit_id(1)) == NEWCOMER
    with pytest.raises(LookupError):
        kiosk_joining.joiner(KioskId("tajrish-1"), visit_id(1))


def test_what_somebody_said_and_nobody_joined_by_is_kept_for_a_month() -> None:
    collected(Kiosk().record(joined(personal=True)))
    stored(part(phone=PHONE))
    PersonPart.objects.create(
        event=f"vanak-1/{'d' * 16}-1", kiosk="vanak-1", fields='{"phone": "+98"}', received_at=NOON
    )
    assert parts.forget(days(30)) == 0
    assert parts.forget(days(31)) == 1
    assert PHONE in PersonPart.objects.get(event__contains=EPOCH).fields, "a join waits for it"

"""Joining: with an empty card, with a telephone number, and the person later; as the club decided."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from cloud.club import cards, consents, joining
from cloud.club.arrangement import Agreed, Details, Joining
from cloud.club.errors import BadPhone, ClubError, Taken, Unfit, Unknown
from cloud.club.joining import Occasion
from cloud.club.models import Card, Consent, Member, Person
from cloud.collector.models import Outbox
from mqtt.vocabulary import CardKey, GroupId, MemberId
from tests.cloud.conftest import make_club
from tests.cloud.kiosks import CARD, MEMBER, NOON, days

HERE = Occasion(GroupId("tehran"), "fa", NOON)
NEGAR = Details("نگار", "کریمی", "۰۹۱۲ ۱۲۳ ۴۵۶۷", date(1990, 3, 21))
NEWS = Agreed("news", 3, "fa")
EMPTY = CardKey(f"1:{77:032x}")


@pytest.fixture(autouse=True)
def _club(db: None) -> None:  # noqa: ARG001 - what it needs
    make_club()


def told() -> set[str]:
    return set(Outbox.objects.values_list("member_id", flat=True))


def test_an_empty_card_makes_a_member_without_a_name() -> None:
    member = joining.join_with_card(EMPTY, HERE)
    row = Member.objects.get(id=member)
    assert (row.group_id, row.language, row.joined_on, row.kind) == ("tehran", "fa", NOON.date(), "consumer")
    card = Card.objects.get(key=EMPTY)
    assert (card.member_id, card.status, card.issued_at) == (member, "active", NOON)
    assert not Person.objects.filter(member=member).exists()
    assert member in told()


def test_a_business_joins_as_one() -> None:
    member = joining.join_with_card(EMPTY, Occasion(GroupId("tehran"), "fa", NOON, "business"))
    assert Member.objects.get(id=member).kind == "business"


def test_the_person_comes_later_and_the_kiosks_hear_the_name() -> None:
    member = joining.join_with_card(EMPTY, HERE)
    Outbox.objects.all().delete()
    joining.add_person(member, NEGAR, (NEWS,), days(3))
    person = Person.objects.get(member=member)
    assert (person.given_name, person.phone, person.birthday) == ("نگار", "+989121234567", date(1990, 3, 21))
    assert told() == {member}


def test_a_telephone_number_makes_a_member_with_or_without_a_card() -> None:
    member = joining.join_with_phone(NEGAR, (NEWS,), HERE)
    assert not Card.objects.filter(member=member).exists()
    other = joining.join_with_phone(Details("مریم", phone="09121234568"), (), HERE, EMPTY)
    assert Card.objects.get(key=EMPTY).member_id == other


def test_a_member_has_several_cards() -> None:
    for number in (1, 2):
        cards.issue(MEMBER, CardKey(f"1:{number + 70:032x}"), days(number))
    assert Card.objects.filter(member=MEMBER, status="active").count() == 3


def test_a_phone_that_is_another_members_is_refused_and_nothing_is_told_or_kept() -> None:
    joining.join_with_phone(NEGAR, (), HERE)
    before = Member.objects.count()
    with pytest.raises(Taken) as refused:
        joining.join_with_phone(Details("مریم", phone="+98 912 123 45 67"), (NEWS,), HERE, EMPTY)
    assert not any(word in str(refused.value) for word in ("m-", "912", "نگار", "another", "exists"))
    assert (refused.value.__cause__, Member.objects.count()) == (None, before)
    assert not Card.objects.filter(key=EMPTY).exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_say_one_number_at_the_same_moment_one_joins() -> None:
    def joins(_: int) -> bool:
        try:
            joining.join_with_phone(NEGAR, (), HERE)
        except Taken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(joins, range(16))) == 1
    assert Member.objects.count() == 2


def test_a_member_may_say_the_same_number_again_and_change_it() -> None:
    member = joining.join_with_phone(NEGAR, (), HERE)
    joining.add_person(member, NEGAR, (), days(1))
    joining.add_person(member, Details("نگار", phone="09121234568"), (), days(2))
    assert Person.objects.get(member=member).phone == "+989121234568"
    joining.join_with_phone(NEGAR, (), HERE)


@pytest.mark.parametrize("card", [CARD])
def test_a_card_that_is_somebodys_is_refused(card: CardKey) -> None:
    with pytest.raises(Taken):
        joining.join_with_card(card, HERE)
    with pytest.raises(Taken):
        cards.issue(MEMBER, card, NOON)


def test_nobody_joins_as_a_member_who_is_not_there() -> None:
    with pytest.raises(Unknown):
        joining.add_person(MemberId("m-zzzzzzzzzz"), NEGAR, (), NOON)


@pytest.mark.parametrize(
    ("said", "error", "word"),
    [
        (Details("نگار"), Unfit, "phone"),
        (Details("نگار", phone="0912"), BadPhone, "telephone"),
        (Details("نگار", phone="09121234567", email="n@x.ir"), Unfit, "does not ask for: email"),
        (Details("ن" * 61, phone="09121234567"), Unfit, "given_name"),
        (Details("نگار", phone="09121234567", birthday=date(2027, 1, 1)), Unfit, "birthday"),
        (Details("نگار", phone="09121234567", birthday=date(1390, 1, 1)), Unfit, "birthday"),
    ],
)
def test_data_that_are_not_asked_missing_or_wrong_are_refused(
    said: Details, error: type[ClubError], word: str
) -> None:
    with pytest.raises(error, match=word):
        joining.join_with_phone(said, (), HERE)


def test_the_club_decides_what_is_asked() -> None:
    joining.decide('{"asks": ["email"], "needs": ["email"], "ways": ["card"], "consents": ["news"]}')
    with pytest.raises(Unfit, match="by phone"):
        joining.join_with_phone(NEGAR, (), HERE)
    member = joining.join_with_card(EMPTY, HERE)
    for said, agreed in ((NEGAR, (NEWS,)), (Details(email="n@x"), (NEWS,)), (Details(email="n@x.ir"), ())):
        with pytest.raises(Unfit):
            joining.add_person(member, said, agreed, NOON)
    joining.add_person(member, Details(email="n@x.ir"), (NEWS,), NOON)
    person = Person.objects.get(member=member)
    assert (person.email, person.phone) == ("n@x.ir", None)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        '{"ways": ["fax"]}',
        '{"asks": []}',
        '{"fields": []}',
        '{"asks": ["email"], "needs": ["email"]}',
    ],
)
def test_a_document_that_contradicts_itself_changes_nothing(document: str) -> None:
    with pytest.raises(Unfit):
        joining.decide(document)
    assert joining.rules() == Joining()


def test_what_was_decided_is_read_again_as_it_was() -> None:
    decided = joining.decide('{"ways": ["card"], "needs": [], "home": "DE"}')
    assert joining.rules() == decided


def test_a_consent_stands_until_it_is_withdrawn_and_says_to_which_words() -> None:
    joining.add_person(MEMBER, NEGAR, (NEWS,), NOON)
    assert consents.allows(MEMBER, "news")
    assert not consents.allows(MEMBER, "survey")
    assert consents.withdraw(MEMBER, "news", days(1))
    assert not consents.withdraw(MEMBER, "news", days(2))
    assert not consents.allows(MEMBER, "news")
    row = Consent.objects.get()
    assert (row.wording, row.language, row.given_at, row.withdrawn_at) == (3, "fa", NOON, days(1))


def test_a_purpose_has_one_consent_that_stands() -> None:
    for number in (1, 2):
        consents.give(MEMBER, [Agreed("news", number, "fa")], days(number))
    assert Consent.objects.get(withdrawn_at=None).wording == 2
    assert Consent.objects.count() == 2

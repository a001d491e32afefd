"""Members are found by the beginnings of their words, by an index, and only while they are persons."""

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cloud.club import joining, leaving, merging
from cloud.club.arrangement import Details
from cloud.club.finding import Place, by_name, by_phone
from cloud.club.models import Member, NameWord, Person
from cloud.club.names import typed_words
from mqtt.vocabulary import GroupId, MemberId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import NOON

pytestmark = pytest.mark.usefixtures("club")
PHONE = "09121234567"


def join(given_name: str, family_name: str = "", phone: str = PHONE, group: str = "tehran") -> MemberId:
    said = Details(given_name=given_name, family_name=family_name, phone=phone)
    return joining.join_with_phone(said, (), joining.Occasion(GroupId(group), "fa", NOON))


def found(text: str, **options: Any) -> list[MemberId]:  # noqa: ANN401 - those of by_name
    return [place.member for place in by_name(typed_words(text), 50, **options)]


def test_a_member_is_found_by_the_beginning_of_either_name_in_any_order() -> None:
    member = join("Sara", "Rezaei")
    for text in ("sa", "SARA", "rez", "rez sa", "Sara Rezaei", "s rez"):
        assert found(text) == [member], text
    for text in ("ara", "sarah", "sara x", "rez so"):
        assert found(text) == [], text


def test_who_has_two_words_that_begin_so_is_found_once() -> None:
    assert found("sar") == []
    member = join("Sara", "Sarabi")
    assert found("sar") == [member]
    assert found("sara sarabi") == [member]


def test_the_rarest_word_is_looked_through_whichever_it_is() -> None:
    fill(300)
    member = join("Kazan", "Mo")
    for text in ("mo kaz", "kaz mo"):
        with CaptureQueriesContext(connection) as asked:
            assert found(text) == [member]
        through = asked.captured_queries[-1]["sql"].partition(" AND ")[0]
        assert through.endswith("'kaz'"), through


def test_only_members_of_the_groups_asked_for_are_found() -> None:
    member = join("Sara", group="shiraz")
    assert found("sara", groups=("shiraz", "tehran")) == [member]
    assert found("sara", groups=("tehran",)) == []
    assert found("sara", groups=()) == []


def test_one_page_follows_the_other_and_nobody_is_missed() -> None:
    everyone = {
        join("Sara", family, f"0912123{n:04}") for n, family in enumerate(("Sarabi", "Bi", "Sar", "", "Z"))
    }
    shown: list[MemberId] = []
    after: Place | None = None
    while page := by_name(typed_words("sar"), 2, after=after):
        shown += [place.member for place in page]
        after = page[-1]
    assert len(shown) == len(everyone) == 5
    assert set(shown) == everyone


@pytest.mark.parametrize("text", ["", "a", "a b", "%", "_"])
def test_too_little_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="long enough"):
        found(text)


def test_a_word_with_signs_of_a_pattern_is_only_a_word() -> None:
    join("Sara")
    assert found("s%ra") == []
    assert found("sa_a") == []


def test_another_name_is_found_in_place_of_the_old_one() -> None:
    member = join("Sara")
    joining.add_person(member, Details(given_name="Mina", phone=PHONE), (), NOON)
    assert (found("sara"), found("mina")) == ([], [member])


def test_nobody_is_found_who_has_left() -> None:
    member = join("Sara")
    leaving.leave(member, NOON)
    assert found("sara") == []
    assert not NameWord.objects.exists()
    assert by_phone("+989121234567") is None


def test_a_person_who_moves_by_a_merge_takes_the_words_along() -> None:
    gone = join("Sara")
    Member.objects.create(id="m-nameless22", group_id="tehran", joined_on=date(2026, 1, 1))
    kept = MemberId("m-nameless22")
    merging.confirm(merging.merge(gone, kept, NOON).id, NOON)
    assert found("sara") == [kept]


def test_a_telephone_number_is_one_members() -> None:
    member = join("Sara")
    assert by_phone("+989121234567") == member
    assert by_phone("+989121234568") is None


def test_persons_who_were_there_before_get_their_words() -> None:
    make_member("m-2222222222")
    assert not NameWord.objects.exists()
    import_module("cloud.club.migrations.0011_nameword").index_all(apps, connection.schema_editor())
    assert found(Person.objects.get(member="m-2222222222").given_name) != []


def test_the_index_is_used() -> None:
    fill(20_000)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found("ka mo", after=Place("kara", MemberId("m-0000000000")))
    with connection.cursor() as cursor:
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        cursor.execute(explain + asked.captured_queries[-1]["sql"])
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    assert "club_word" in plan
    assert [sign for sign in ("SCAN w", "SCAN o", "Seq Scan", "TEMP B-TREE", "Sort") if sign in plan] == []


def fill(count: int) -> None:
    """So many persons with names of the demo's."""
    names = [f"m-{n:010}" for n in range(count)]
    Member.objects.bulk_create(
        Member(id=name, group_id="tehran", joined_on=date(2026, 1, 1)) for name in names
    )
    Person.objects.bulk_create(Person(member_id=name, given_name="", family_name="") for name in names)
    NameWord.objects.bulk_create(
        NameWord(person_id=name, word=f"{word}{n % 997}")
        for n, name in enumerate(names)
        for word in ("ka", "mo")
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

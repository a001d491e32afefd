"""`python -m cloud member`: what an operator does, and what it says when it cannot be done."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cloud.club import joining
from cloud.club.arrangement import Details
from cloud.club.codes import is_code
from cloud.club.models import Card, Merge, Person
from mqtt.vocabulary import CardKey, MemberId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, Kiosk, answer, shown, tap
from tests.cloud.test_poster import post_all

NEW = f"1:{50:032x}"
TWIN = MemberId("m-bbbbbbbbbb")
PHONE = "09121234567"


def member(*words: str) -> str:
    out = io.StringIO()
    call_command("member", *words, stdout=out)
    return out.getvalue()


@contextmanager
def typed(text: str) -> Iterator[None]:
    """What a person types meanwhile."""
    before, sys.stdin = sys.stdin, io.StringIO(f"{text}\n")
    try:
        yield
    finally:
        sys.stdin = before


@pytest.fixture(autouse=True)
def _negar(club: None) -> None:  # noqa: ARG001 - what it needs
    joining.add_person(MEMBER, Details("نگار", phone=PHONE), (), NOON)


def test_a_member_is_found_by_a_number_in_any_digits_and_their_cards_are_shown() -> None:
    with typed("۰۹۱۲ ۱۲۳ ۴۵۶۷"):
        assert MEMBER in member("find")
    assert f"{CARD}  active" in member("show", MEMBER)


def test_a_lost_card_is_blocked_and_replaced() -> None:
    assert "blocked" in member("lost", CARD)
    assert MEMBER in member("replace", CARD, NEW)
    assert f"{CARD}  replaced" in member("show", MEMBER)


@pytest.mark.django_db(transaction=True)
def test_two_are_merged_put_back_and_merged_for_good() -> None:
    make_member(TWIN, CardKey(f"1:{60:032x}"))
    assert "unmerge" in member("merge", TWIN, MEMBER)
    first = Merge.objects.get().id
    assert f"merge {first}: {TWIN} into {MEMBER}, open" in member("show", MEMBER)
    assert TWIN in member("unmerge", str(first))
    member("merge", TWIN, MEMBER)
    assert MEMBER in member("confirm", str(Merge.objects.latest("id").id))
    assert Person.objects.get().member_id == MEMBER


def test_nobody_leaves_by_a_slip() -> None:
    with pytest.raises(CommandError, match="--yes"):
        member("leave", MEMBER)
    assert Person.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_leaves_gets_a_receipt() -> None:
    said = member("leave", MEMBER, "--yes").splitlines()
    assert is_code(said[0].removeprefix("receipt "))
    assert said[1].startswith("erased: 1 persons")
    assert said[3] == "what was erased is out of the database's files"
    assert member("scrub").strip() == said[3]


def test_an_export_has_all_there_is_and_nothing_to_know_a_card_by(store: Callable[..., object]) -> None:
    store(Kiosk().record(tap(1), shown(1), answer(1, 5)).send())
    post_all()
    found = json.loads(member("export", MEMBER))
    assert found["members"] == [MEMBER]
    assert found["persons"][0] | {"phone": "+989121234567"} == found["persons"][0]
    assert found["cards"] == [{"key_id": "1", "status": "active", "issued_at": None}]
    assert [(line["points"], line["store"]) for line in found["entries"]] == [(10, "vanak")]
    assert [line["value"] for line in found["answers"]] == [5]
    assert [line["question"] for line in found["asked"]] == ["ces"]
    assert CARD.partition(":")[2] not in json.dumps(found)


def test_the_club_decides_how_one_can_join(tmp_path: Path) -> None:
    assert json.loads(member("joining"))["home"] == "IR"
    document = tmp_path / "joining.json"
    document.write_text('{"ways": ["card"], "needs": []}', "utf-8")
    assert json.loads(member("joining", str(document)))["ways"] == ["card"]
    assert joining.rules().ways == ("card",)
    document.write_text('{"ways": ["fax"]}', "utf-8")
    with pytest.raises(CommandError, match="joining"):
        member("joining", str(document))


@pytest.mark.parametrize(
    "words",
    [
        ("show", "m-zzzzzzzzzz"),
        ("lost", NEW),
        ("replace", CARD, CARD),
        ("merge", MEMBER, MEMBER),
        ("unmerge", "999"),
        ("export", "m-zzzzzzzzzz"),
        ("leave", "m-zzzzzzzzzz", "--yes"),
        ("unmerge", "x"),
        ("joining", "/nowhere/joining.json"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(words: tuple[str, ...]) -> None:
    before = list(Card.objects.values())
    with pytest.raises(CommandError) as refused:
        member(*words)
    assert str(refused.value)
    assert list(Card.objects.values()) == before


@pytest.mark.parametrize("number", ["0912", "09129999999"])
def test_a_number_that_nobody_has_is_not_repeated(number: str) -> None:
    with typed(number), pytest.raises(CommandError) as refused:
        member("find")
    assert number not in str(refused.value)


def test_nothing_personal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    member("lost", CARD)
    member("replace", CARD, NEW)
    make_member(TWIN)
    member("merge", TWIN, MEMBER)
    assert MEMBER in caplog.text
    assert not any(word in caplog.text for word in ("نگار", "912", CARD.partition(":")[2]))


def test_how_the_clubs_swiped_cards_look_is_shown_and_decided(tmp_path: Path) -> None:
    assert json.loads(member("card-schema")) == {"fewest": 6, "most": 11, "prefix": "", "check": "none"}
    document = tmp_path / "cards.json"
    document.write_text('{"fewest": 8, "prefix": "77", "check": "luhn"}', "utf-8")
    assert json.loads(member("card-schema", str(document)))["prefix"] == "77"
    document.write_text('{"most": 16}', "utf-8")
    with pytest.raises(CommandError, match="card-schema"):
        member("card-schema", str(document))

"""Members and their entries, over the interface."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from cloud.club import accounts, joining
from cloud.club.account import Cause, Terms
from cloud.club.models import Card, Entry, Member, Person
from cloud.club.postings import goodwill
from cloud.club.rules import Credit
from cloud.collector.models import Outbox
from mqtt.vocabulary import ClubKey, MemberId, Points, StoreId, card_key
from tests.cloud.api.caller import JOINING, NUMBER, Caller, caller
from tests.cloud.kiosks import CARD, MEMBER, NOON, UNKNOWN, days

pytestmark = pytest.mark.django_db
KEY = ClubKey("1", bytes.fromhex("5a" * 16))
OTHERS = "m-bbbbbbbbbb"


def visits(count: int, member: str = MEMBER) -> None:
    """Ten points on each of so many days."""
    accounts.book([visit(MemberId(member), number) for number in range(count)])


def visit(member: MemberId, number: int) -> Credit:
    at, name = days(number), f"{member}/{number}"
    points, store = Points(10), StoreId("vanak")
    return Credit(member, points, "visit", at, at, store, name, f"visit/{name}", "visit", 1, at, None)


def paged(till: Caller, path: str) -> list[list[int]]:
    """The ids on each page, from the first to the last."""
    pages = []
    following: str | None = path
    while following:
        body = till.get(following).body
        pages.append([entry["id"] for entry in body["items"]])
        following = body["next"]
    return pages


def test_a_member_is_shown_with_cards_and_points_and_without_a_name(till: Caller) -> None:
    visits(3)
    answer = till.get(f"/api/v1/members/{MEMBER}")
    assert answer.body == {
        "id": MEMBER,
        "group": "tehran",
        "language": "fa",
        "joined_on": "2026-01-01",
        "cards": [CARD],
        "balance": 30,
        "available": 30,
        "pending": 0,
        "held": 0,
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_pending_is_in_the_balance_and_cannot_be_spent(till: Caller) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    visits(1)
    goodwill(MEMBER, Points(7), Cause("a letter", NOON, NOON), Terms(tomorrow))
    body = till.get(f"/api/v1/members/{MEMBER}").body
    assert (body["balance"], body["available"], body["pending"], body["held"]) == (17, 10, 7, 0)


def test_a_member_of_the_group_is_shown_to_each_of_its_stores_and_to_no_other(club: None) -> None:  # noqa: ARG001 - what it needs
    path = f"/api/v1/members/{MEMBER}"
    assert caller(stores=("tajrish",)).get(path).status == 200
    assert caller(stores=("tajrish", "vanak", "zand")).get(path).status == 200
    stranger = caller(stores=("zand",))
    hidden, nobody = stranger.get(path), stranger.get(f"/api/v1/members/{OTHERS}")
    assert (hidden.status, hidden.problem) == (404, "not-found")
    assert hidden.text == nobody.text
    assert stranger.get(f"{path}/entries").status == 404


def test_a_member_is_found_by_a_cardkey_within_the_keys_groups(till: Caller) -> None:
    path = f"/api/v1/members?card_key={CARD}"
    assert till.get(path).body == {"items": [till.get(f"/api/v1/members/{MEMBER}").body]}
    assert till.get(f"/api/v1/members?card_key={UNKNOWN}").body == {"items": []}
    assert caller(stores=("zand",)).get(path).body == {"items": []}


def test_a_cards_number_in_place_of_its_cardkey_is_refused_and_not_quoted(till: Caller) -> None:
    answer = till.get(f"/api/v1/members?card_key={NUMBER}")
    assert (answer.status, answer.problem) == (422, "invalid")
    assert NUMBER not in answer.text


def test_entries_are_the_newest_first_and_every_page_size_shows_each_once(till: Caller) -> None:
    visits(7)
    path = f"/api/v1/members/{MEMBER}/entries"
    expected = list(Entry.objects.order_by("-id").values_list("id", flat=True))
    for limit in (1, 2, 3, 6, 7, 8, 200):
        pages = paged(till, f"{path}?limit={limit}")
        assert [entry for page in pages for entry in page] == expected
        assert len(pages) == -(-7 // limit)
    assert paged(till, path) == [expected]


def test_an_entry_says_what_it_was_for(till: Caller) -> None:
    visits(1)
    (entry,) = till.get(f"/api/v1/members/{MEMBER}/entries").body["items"]
    assert entry == {
        "id": Entry.objects.get().id,
        "kind": "earn",
        "points": 10,
        "reason": "visit",
        "occurred_at": "2026-03-21T08:30:00Z",
        "store": "vanak",
    }


def test_an_entry_that_no_store_made_has_none(till: Caller) -> None:
    goodwill(MEMBER, Points(5), Cause("a letter", NOON, NOON), Terms(NOON))
    (entry,) = till.get(f"/api/v1/members/{MEMBER}/entries").body["items"]
    assert (entry["kind"], entry["points"], entry["store"]) == ("goodwill", 5, None)
    assert till.get(f"/api/v1/members/{MEMBER}").body["balance"] == 5


def test_what_is_booked_between_two_pages_shifts_none(till: Caller) -> None:
    visits(4)
    first = till.get(f"/api/v1/members/{MEMBER}/entries?limit=2").body
    visits(6)
    second = till.get(first["next"]).body
    expected = list(Entry.objects.order_by("id").values_list("id", flat=True))[:4]
    assert [entry["id"] for page in (first, second) for entry in page["items"]] == expected[::-1]


@pytest.mark.parametrize(
    ("asked", "where"),
    [("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"), ("cursor=tooshort", "cursor")],
)
def test_a_page_that_cannot_be_is_422_and_names_the_parameter(till: Caller, asked: str, where: str) -> None:
    answer = till.get(f"/api/v1/members/{MEMBER}/entries?{asked}")
    assert (answer.status, answer.problem) == (422, "invalid")
    assert [one["parameter"] for one in answer.body["errors"]] == [where]


def test_the_largest_cursor_that_can_be_written_is_a_cursor(till: Caller) -> None:
    visits(1)
    for cursor in ("___________", "AAAAAAAAAAA"):
        assert till.get(f"/api/v1/members/{MEMBER}/entries?cursor={cursor}").status == 200


def test_who_joins_is_anonymous_has_the_card_and_is_told_to_the_kiosks(till: Caller) -> None:
    answer = till.post("/api/v1/members", JOINING | {"language": "en"})
    assert answer.status == 201
    made = Member.objects.get(id=answer.body["id"])
    card = card_key(KEY, "iso14443", bytes.fromhex(NUMBER))
    assert answer.body["cards"] == [card]
    assert (made.group_id, made.language, Card.objects.get(key=card).member_id) == ("tehran", "en", made.id)
    assert not Person.objects.filter(member=made).exists()
    assert Outbox.objects.filter(member_id=made.id).exists()
    assert till.get(f"/api/v1/members/{made.id}").body == answer.body


def test_the_day_of_joining_is_the_stores(till: Caller) -> None:
    body = till.post("/api/v1/members", JOINING).body
    # Tehran is 3.5 hours ahead
    assert 0 <= (datetime.fromisoformat(f"{body['joined_on']}T23:59:59+03:30") - datetime.now(UTC)).days < 1


def test_a_magnetic_card_has_the_name_that_a_kiosk_gives_it(till: Caller) -> None:
    body = till.post("/api/v1/members", JOINING | {"card": {"kind": "magstripe", "identity": "770012"}}).body
    assert body["cards"] == [card_key(KEY, "magstripe", b"770012")]


def test_where_nobody_joins_by_card_alone_it_is_409_and_nobody_joins(till: Caller) -> None:
    joining.decide('{"ways": ["phone"]}')
    answer = till.post("/api/v1/members", JOINING)
    assert (answer.status, answer.problem) == (409, "conflict")
    assert Member.objects.count() == 1


def test_a_card_that_is_somebodys_is_409_and_whose_is_not_said(till: Caller) -> None:
    first = till.post("/api/v1/members", JOINING).body
    again = till.post("/api/v1/members", JOINING)
    assert (again.status, again.problem) == (409, "conflict")
    assert first["id"] not in again.text
    assert Member.objects.count() == 2


def test_nobody_joins_at_a_store_for_which_the_key_does_not_speak(till: Caller) -> None:
    for store in ("tajrish", "zand", "nowhere"):
        answer = till.post("/api/v1/members", JOINING | {"store": store})
        assert (answer.status, answer.problem) == (403, "forbidden")
    assert Member.objects.count() == 1


def test_without_a_club_key_nobody_can_join_and_the_reason_is_said(till: Caller, settings: Settings) -> None:
    settings.CLUB_KEY = None
    answer = till.post("/api/v1/members", JOINING)
    assert (answer.status, answer.problem) == (503, "unavailable")
    assert "BASHGAH_CLUB_KEY" in answer.body["detail"]


def test_a_cards_number_is_nowhere_afterwards(till: Caller, logged: pytest.LogCaptureFixture) -> None:
    answers = [
        till.post("/api/v1/members", JOINING, name) for name in ("request-1", "request-1", "request-2")
    ]
    answers.append(till.post("/api/v1/members", JOINING | {"surplus": NUMBER}))
    answers.append(
        till.post("/api/v1/members", {"store": "vanak", "card": {"kind": NUMBER, "identity": NUMBER}})
    )
    assert [answer.status for answer in answers] == [201, 201, 409, 422, 422]
    assert not [answer.text for answer in answers if NUMBER in answer.text]
    assert NUMBER not in logged.text
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            assert not [row for row in cursor.fetchall() if NUMBER in str(row)], table

"""What can be done for a member: by whom, only when it is meant, once, and with a word where it cannot be."""

# ruff: noqa: RUF001 - Persian digits are meant

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from pytest_django import Settings

from cloud.club import consents, decisions, holds, joining, merging, postings
from cloud.club.account import Cause, Terms
from cloud.club.accounts import balances
from cloud.club.arrangement import Agreed, Datum, Details, Joining
from cloud.club.models import Card, Entry, Hold, Member, Merge, Person, Receipt
from cloud.desk.access import PAGES, ROLES, Role, may
from cloud.desk.members.actions import ACTIONS
from cloud.desk.models import AuditLine
from mqtt.vocabulary import ClubKey, KioskId, MemberId, Points, card_key
from tests.cloud.conftest import make_member
from tests.cloud.desk.staffed import employ
from tests.cloud.kiosks import CARD, MEMBER, NOON

pytestmark = pytest.mark.usefixtures("club")
OTHER = MemberId("m-2222222222")
ELSEWHERE = MemberId("m-3333333333")
SignIn = Callable[..., "Desk"]


class Desk:
    """Somebody at the page of a member."""

    def __init__(self, client: Client, role: Role, *stores: str) -> None:
        client.force_login(employ(role, role, *stores))
        client.cookies["django_language"] = "en"
        self.client = client

    def open(self, action: str, of: str = "", member: str = MEMBER) -> str:
        answer = self.client.get(f"/members/{member}/{action}", {"of": of} if of else {})
        assert answer.status_code == 200, answer.status_code
        return unescape(answer.content.decode())

    def send(self, action: str, member: str = MEMBER, **said: str) -> tuple[int, str]:
        answer = self.client.post(f"/members/{member}/{action}", said)
        return answer.status_code, unescape(answer.content.decode())

    def do(self, action: str, of: str = "", member: str = MEMBER, **said: str) -> str:
        """Go through all steps, and send the last one twice; what is said afterwards."""
        once = hidden(self.open(action, of, member), "once")
        form = said | {"once": once} | ({"of": of} if of else {})
        if said:
            status, page = self.send(action, member, **form)
            assert status == 200
            assert 'name="sure"' in page, page
        for _again in range(2):
            assert self.send(action, member, sure="1", **form)[0] == 302
        return unescape(self.client.get(f"/members/{member}/").content.decode())

    def ref(self) -> str:
        found = re.search(r"lost\?of=([0-9a-f]+)", self.client.get(f"/members/{MEMBER}/").content.decode())
        assert found is not None
        return found[1]


def hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None, page
    return found[1]


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.SECOND_FACTOR = False


@pytest.fixture
def clerk(client: Client) -> Desk:
    return Desk(client, "clerk", "vanak")


@pytest.fixture
def manager(client: Client) -> Desk:
    return Desk(client, "store-manager", "vanak")


@pytest.fixture
def owner(client: Client) -> Desk:
    return Desk(client, "owner")


def give(points: int, member: MemberId = MEMBER) -> None:
    postings.goodwill(member, Points(points), Cause(f"given/{member}", NOON, NOON), Terms(NOON))


def hold(points: int) -> Hold:
    return holds.hold(MEMBER, Points(points), holds.ALLOWANCE, KioskId("vanak-1"), Cause("held", NOON, NOON))


def balance(member: MemberId = MEMBER) -> int:
    return balances([member]).get(member, 0)


def lines(action: str) -> list[AuditLine]:
    return list(AuditLine.objects.filter(action=f"member-{action}").order_by("id"))


@pytest.mark.parametrize("role", ROLES)
def test_each_action_is_open_to_its_roles_alone(client: Client, role: Role) -> None:
    give(100)
    of = {"release": str(hold(10).pk), "write-off": str(hold(10).pk)}
    consents.give(MEMBER, (Agreed("contact", 1, "fa"),), NOON)
    make_member(OTHER)
    merged = str(merging.merge(OTHER, MEMBER, NOON).pk)
    desk = Desk(client, role, "vanak")
    of |= {"withdraw": "contact", "unmerge": merged, "confirm": merged}
    of["lost"] = of["replace"] = desk.ref() if may(role, "member") else "x"
    for action in ACTIONS:
        expected = 200 if may(role, f"member-{action}") else 403
        found = client.get(f"/members/{MEMBER}/{action}", {"of": of.get(action, "")}).status_code
        assert (action, found) == (action, expected)
        found = client.post(f"/members/{MEMBER}/{action}", {"of": of.get(action, "")}).status_code
        assert (action, found) == (action, expected)
    assert Entry.objects.filter(kind="adjust").count() == 0


def test_who_may_do_what() -> None:
    assert PAGES["member-lost"] == {"owner", "manager", "store-manager", "clerk"}
    assert PAGES["member-leave"] == PAGES["member-adjust"] == {"owner", "manager", "store-manager"}
    assert PAGES["member-write-off"] == PAGES["member-release"] == {"owner", "manager"}


@pytest.mark.parametrize("action", ACTIONS)
def test_another_groups_member_and_nobody_are_the_same(manager: Desk, action: str) -> None:
    make_member(ELSEWHERE, group="shiraz")
    for member in (ELSEWHERE, "m-zzzzzzzzzz", "%00"):
        if may("store-manager", f"member-{action}"):
            assert manager.client.get(f"/members/{member}/{action}").status_code == 404
            assert manager.send(action, member, sure="1")[0] == 404


@pytest.mark.parametrize("of", ["", "x", "0" * 16, "1", "\x00", "9" * 400])
@pytest.mark.parametrize(
    "action", ["lost", "replace", "withdraw", "unmerge", "confirm", "release", "write-off"]
)
def test_a_part_that_is_not_the_members_is_not_there(owner: Desk, action: str, of: str) -> None:
    assert owner.client.get(f"/members/{MEMBER}/{action}", {"of": of}).status_code == 404
    assert owner.send(action, of=of, sure="1")[0] == 404


def test_a_lost_card_is_blocked_once_and_without_its_key_anywhere(clerk: Desk) -> None:
    ref = clerk.ref()
    assert CARD not in clerk.open("lost", ref)
    said = clerk.do("lost", ref)
    assert "blocked at every kiosk" in said
    assert "It was done already" in said
    assert Card.objects.get(key=CARD).status == "lost"
    assert [(line.who, line.store) for line in lines("lost")] == [("clerk", "vanak")]
    assert clerk.client.get(f"/members/{MEMBER}/lost", {"of": ref}).status_code == 200
    status, page = clerk.send("lost", of=ref, sure="1")
    assert status == 200
    assert "cannot be done as things are now" in page


@pytest.fixture
def club_key(settings: Settings) -> ClubKey:
    settings.CLUB_KEY = ClubKey("1", b"x" * 16)
    return ClubKey("1", b"x" * 16)


def test_an_empty_card_is_issued_by_a_swipe(clerk: Desk, club_key: ClubKey) -> None:
    page = clerk.open("issue")
    assert "data-swipe" in page
    once = hidden(page, "once")
    for _again in range(2):
        assert clerk.send("issue", card=";۱234567?\n", sure="1", once=once)[0] == 302
    key = card_key(club_key, "magstripe", b"1234567")
    assert Card.objects.get(key=key).member_id == MEMBER
    assert [line.detail for line in lines("issue")] == [f"#{once}"]
    status, page = clerk.send("issue", card="1234567", sure="1")
    assert status == 200
    assert "cannot be used for this member" in page
    assert "1234567" not in page


def test_a_card_takes_the_place_of_another(clerk: Desk, club_key: ClubKey) -> None:
    ref = clerk.ref()
    once = hidden(clerk.open("replace", ref), "once")
    for _again in range(2):
        assert clerk.send("replace", of=ref, card="1234567", sure="1", once=once)[0] == 302
    assert Card.objects.get(key=CARD).status == "replaced"
    assert Card.objects.get(key=card_key(club_key, "magstripe", b"1234567")).status == "active"


@pytest.mark.usefixtures("club_key")
@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("6037991234567893", "bank card"),
        (";6037991234567893=99121010000?", "bank card"),
        ("12", "not a card of this club"),
        ("", "required"),
        ("\u202e", "could not be read"),
        ("<script>", "could not be read"),
        ("1" * 5000, "at most 240"),
    ],
)
def test_what_is_no_card_of_the_clubs_is_refused_and_said_nowhere(clerk: Desk, card: str, said: str) -> None:
    status, page = clerk.send("issue", card=card, sure="1")
    assert status == 200
    assert said in page
    assert len(card) < 3 or card not in page
    found = clerk.client.post("/members/card", {"card": card}).content.decode()
    assert said in unescape(found)
    assert "6037991234567893" not in found
    assert not lines("issue")


def test_a_member_is_found_by_a_card_and_nobody_elses(clerk: Desk, club_key: ClubKey) -> None:
    key = card_key(club_key, "magstripe", b"1234567")
    make_member(OTHER, key)
    make_member(ELSEWHERE, card_key(club_key, "magstripe", b"7654321"), group="shiraz")
    assert OTHER in clerk.client.post("/members/card", {"card": "1234567"}).content.decode()
    for card in ("7654321", "1111111"):
        assert "no such member" in clerk.client.post("/members/card", {"card": card}).content.decode()
    assert clerk.client.get("/members/card").status_code == 405
    assert AuditLine.objects.filter(action="members-searched", detail="card: 1").count() == 1


def test_without_a_club_key_no_card_is_read(clerk: Desk, settings: Settings) -> None:
    settings.CLUB_KEY = None
    assert "no club key" in clerk.send("issue", card="1234567", sure="1")[1]


def test_kiosks_speak_another_language(clerk: Desk) -> None:
    clerk.do("language", language="en")
    assert Member.objects.get(id=MEMBER).language == "en"
    assert [line.detail.split(" #")[0] for line in lines("language")] == ["en"]
    assert clerk.send("language", language="xx")[0] == 200
    assert Member.objects.get(id=MEMBER).language == "en"


def test_points_are_added_and_taken_with_a_reason(manager: Desk) -> None:
    manager.do("adjust", way="give", points="۱٬۵۰۰", reason="promised")
    manager.do("adjust", way="take", points="200", reason="typing-error")
    assert balance() == 1300
    entries = Entry.objects.filter(member=MEMBER).order_by("id")
    assert [(one.kind, one.points, one.reason, one.actor) for one in entries] == [
        ("adjust", 1500, "promised", "store-manager"),
        ("adjust", -200, "typing-error", "store-manager"),
    ]
    assert [line.detail.split(" #")[0] for line in lines("adjust")] == [
        "give 1500: promised",
        "take 200: typing-error",
    ]


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("", "This field is required"),
        ("0", "1 to 1,000,000"),
        ("1000001", "1 to 1,000,000"),
        ("-5", "whole number"),
        ("1.5", "whole number"),
        ("²", "whole number"),
        ("<script>", "whole number"),
        ("\u202e5", "whole number"),
        ("9" * 5000, "at most 20 characters"),
    ],
)
def test_points_that_cannot_be_are_refused_beside_the_field(manager: Desk, points: str, said: str) -> None:
    status, page = manager.send("adjust", way="give", points=points, reason="promised", sure="1")
    assert status == 200
    assert said in page
    assert 'aria-invalid="true"' in page
    assert not Entry.objects.exists()


def test_a_reason_is_one_of_the_list_and_the_limit_is_the_clubs(manager: Desk) -> None:
    decisions.decide(decisions.Adjusting, '{"store_manager": 10}')
    for said in ({"points": "11", "reason": "promised"}, {"points": "10", "reason": "for Maryam"}):
        manager.send("adjust", way="give", sure="1", **said)
    assert not Entry.objects.exists()
    manager.do("adjust", way="give", points="10", reason="promised")
    assert balance() == 10


def test_nothing_is_done_before_it_is_meant(owner: Desk) -> None:
    consents.give(MEMBER, (Agreed("contact", 1, "fa"),), NOON)
    owner.send("adjust", way="give", points="5", reason="promised")
    owner.send("leave", wanted="on")
    owner.send("withdraw", of="contact")
    owner.send("lost", of=owner.ref())
    assert balance() == 0
    assert Person.objects.filter(member=MEMBER).exists()
    assert consents.standing(MEMBER) == {"contact"}
    assert Card.objects.get(key=CARD).status == "active"


def test_a_consent_is_withdrawn(manager: Desk) -> None:
    consents.give(MEMBER, (Agreed("contact", 1, "fa"),), NOON)
    manager.do("withdraw", "contact")
    assert consents.standing(MEMBER) == set()


def test_details_are_kept_with_the_consents(manager: Desk) -> None:
    asks: tuple[Datum, ...] = ("given_name", "phone", "birthday", "email")
    rules = Joining(asks=asks, needs=("given_name", "phone"), consents=("points",))
    joining.decide(decisions.written(rules))
    Person.objects.all().delete()
    form = {
        "given_name": "سارا",
        "phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷",
        "birthday": "۱۳۷۰/۵/۲",
        "email": "sara@example.com",
    }
    status, page = manager.send("details", sure="1", **form)
    assert status == 200
    assert "This field is required" in page
    manager.do("details", **form, **{"consent-points": "on"})
    person = Person.objects.get()
    assert (person.given_name, person.phone, str(person.birthday)) == ("سارا", "+989121234567", "1991-07-24")
    assert consents.standing(MEMBER) == {"points"}
    assert "سارا" not in str([line.__dict__ for line in lines("details")])


def test_an_empty_number_stays_as_it_was(manager: Desk) -> None:
    joining.add_person(MEMBER, Details(given_name="Sara", phone="09121234567"), (), NOON)
    assert "09121234567" not in manager.open("details")
    manager.do("details", given_name="Mina", phone="", family_name="", birthday="")
    person = Person.objects.get()
    assert (person.given_name, person.phone) == ("Mina", "+989121234567")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("phone", "12", "no telephone number"),
        ("phone", "6037991234567890", "no telephone number"),
        ("birthday", "tomorrow", "no day"),
        ("birthday", "1370/13/1", "no day"),
        ("birthday", "2999-01-01", "cannot be kept"),
        ("given_name", "\u202eevil", "cannot be kept"),
        ("given_name", "x" * 61, "at most 60 characters"),
        ("given_name", "x" * 100_000, "at most 60 characters"),
        ("given_name", "", "required"),
        ("phone", "09127654321", "cannot be used"),
    ],
)
def test_details_that_cannot_be_are_refused_in_words(
    manager: Desk, field: str, value: str, said: str
) -> None:
    make_member(OTHER)
    joining.add_person(OTHER, Details(given_name="Mina", phone="09127654321"), (), NOON)
    form = {"given_name": "Sara", "phone": "09121234567", "family_name": "", "birthday": ""} | {field: value}
    status, page = manager.send("details", sure="1", **form)
    assert status == 200
    assert said in page
    assert Person.objects.get(member=MEMBER).phone is None


@pytest.mark.django_db(transaction=True)
def test_two_become_one_and_two_again_and_one_for_good(manager: Desk) -> None:
    make_member(OTHER)
    give(70, OTHER)
    assert "70 points came along" in manager.do("merge", other=OTHER.upper())
    assert (balance(), balance(OTHER)) == (70, 0)
    manager.do("unmerge", str(Merge.objects.get().pk))
    assert (balance(), balance(OTHER)) == (0, 70)
    manager.do("merge", other=OTHER)
    manager.do("confirm", str(Merge.objects.latest("id").pk))
    assert list(Person.objects.values_list("member", flat=True)) == [MEMBER]
    assert len(lines("merge")) == 2


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (MEMBER, "one member already"),
        ("m-zzzzzzzzzz", "no such member"),
        (ELSEWHERE, "no such member"),
        ("\u202e", "no such member"),
        ("x" * 41, "at most 40"),
        ("", "required"),
    ],
)
def test_whom_one_cannot_merge_with(manager: Desk, other: str, said: str) -> None:
    make_member(ELSEWHERE, group="shiraz")
    status, page = manager.send("merge", other=other, sure="1")
    assert status == 200
    assert said in page
    assert not Merge.objects.exists()


def test_members_of_two_groups_are_not_merged_by_who_sees_both(owner: Desk) -> None:
    make_member(ELSEWHERE, group="shiraz")
    assert "two groups of stores" in owner.send("merge", other=ELSEWHERE, sure="1")[1]


def test_points_on_hold_keep_two_from_being_merged(manager: Desk) -> None:
    make_member(OTHER)
    give(50, OTHER)
    holds.hold(OTHER, Points(5), holds.ALLOWANCE, KioskId("vanak-1"), Cause("held", NOON, NOON))
    status, page = manager.send("merge", other=OTHER, sure="1")
    assert status == 200
    assert "called back now" in page
    assert Hold.objects.get().recalled_at is not None
    assert not lines("merge")


def test_the_export_is_a_file_that_no_cache_keeps(manager: Desk) -> None:
    answer = manager.client.post(f"/members/{MEMBER}/export", {"sure": "1"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{MEMBER}.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert json.loads(answer.content)["members"] == [MEMBER]
    assert len(lines("export")) == 1


@pytest.mark.django_db(transaction=True)
def test_who_leaves_is_erased_and_there_is_a_receipt(manager: Desk) -> None:
    give(5)
    page = manager.open("leave")
    status, refused = manager.send("leave", sure="1", once=hidden(page, "once"))
    assert status == 200
    assert "This field is required" in refused
    assert Person.objects.filter(member=MEMBER).exists()
    said = manager.do("leave", wanted="on")
    assert not Person.objects.filter(member=MEMBER).exists()
    assert Receipt.objects.get().code in said
    assert balance() == 5
    assert len(lines("leave")) == 1


def test_a_hold_is_released_or_written_off(owner: Desk) -> None:
    give(100)
    first = hold(10)
    owner.do("release", str(first.pk))
    assert (Hold.objects.get().state, balance()) == ("released", 100)
    second = holds.hold(MEMBER, Points(20), holds.ALLOWANCE, KioskId("vanak-1"), Cause("held2", NOON, NOON))
    owner.do("write-off", str(second.pk))
    assert (Hold.objects.get(id=second.pk).state, balance()) == ("written-off", 80)


def test_the_needs_of_the_club_are_those_of_the_form() -> None:
    assert decisions.decided(Joining).needs == ("given_name", "phone")

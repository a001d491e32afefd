"""The members' pages: whom one finds and may see, and that looking leaves its trace and no name elsewhere."""

from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cloud.club import cards, joining, leaving, merging, postings
from cloud.club.account import Cause, Terms
from cloud.club.arrangement import Details
from cloud.club.models import Coupon, Member, Merge
from cloud.desk.members.sayings import isolated
from cloud.desk.models import AuditLine
from cloud.voice.models import Answer, Message, Ticket
from mqtt.vocabulary import CardKey, GroupId, MemberId, Points
from tests.cloud.desk.staffed import employ
from tests.cloud.kiosks import CARD, MEMBER, NOON

pytestmark = pytest.mark.usefixtures("club")
PHONE = "+989121234567"
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    settings.SECOND_FACTOR = False


@pytest.fixture
def clerk(client: Client) -> Client:
    return sign_in(client, "clerk", "vanak")


@pytest.fixture
def sara() -> MemberId:
    return join("Sara", "Rezaei")


def sign_in(client: Client, role: str, *stores: str) -> Client:
    client.force_login(employ(role, role, *stores))  # type: ignore[arg-type]
    client.cookies["django_language"] = "en"
    return client


def join(given: str, family: str = "", phone: str = PHONE, group: str = "tehran") -> MemberId:
    said = Details(given_name=given, family_name=family, phone=phone)
    return joining.join_with_phone(said, (), joining.Occasion(GroupId(group), "fa", NOON))


def seek(client: Client, typed: str, **more: str) -> str:
    answer = client.post("/members/", {"typed": typed, **more}, headers=HX)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return unescape(answer.content.decode())


def see(client: Client, member: str, path: str = "") -> str:
    answer = client.get(f"/members/{member}/{path}")
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.content.decode())


@pytest.mark.parametrize(
    "typed",
    ["0912 123 4567", "۰۹۱۲۱۲۳۴۵۶۷", "+98 (912) 123-4567", "00989121234567", "rez SA", "sara"],
)
def test_a_member_is_found_by_number_or_name_however_it_is_written(
    clerk: Client, sara: MemberId, typed: str
) -> None:
    found = seek(clerk, typed)
    assert sara in found
    assert "Sara Rezaei" in found
    assert PHONE not in found


def test_a_member_is_found_by_id(clerk: Client, sara: MemberId) -> None:
    assert "Sara" in seek(clerk, f" {sara.upper()} ")
    assert "There is no such member" in seek(clerk, "m-zzzzzzzzzz")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a telephone number"),
        ("   ", "Type a telephone number"),
        ("a", "too short"),
        ("a b c", "too short"),
        ("x" * 100_000, "too long"),
        ("123", "no telephone number"),
        ("09121234568", "There is no such member"),
        ("nobody", "There is no such member"),
        ("\u202eanobody", "There is no such member"),
        ("<script>alert(1)</script>", "There is no such member"),
        ("\x00", "Type a telephone number"),
        ("' OR 1=1 --", "There is no such member"),
    ],
)
def test_what_cannot_be_found_is_said_in_words(clerk: Client, typed: str, said: str) -> None:
    found = seek(clerk, typed)
    assert said in found
    assert "<script>" not in clerk.post("/members/", {"typed": typed}).content.decode().replace(
        "<script src=", ""
    )


def test_a_list_goes_on_where_it_stopped(clerk: Client) -> None:
    everyone = {join("Sara", f"S{n:02}", f"0912123{n:04}") for n in range(45)}
    shown: set[str] = set()
    more: dict[str, str] = {}
    for _page in range(3):
        found = seek(clerk, "sara", **more)
        shown |= {one for one in everyone if one in found}
        more = hidden(found)
    assert shown == everyone
    assert "word" not in more


def hidden(page: str) -> dict[str, str]:
    pieces = [piece.split('"')[0::2] for piece in page.split('<input type="hidden" name="')[1:]]
    return {name: value for name, value in ((piece[0], piece[1]) for piece in pieces) if name != "typed"}


def test_a_search_stands_in_the_log_without_what_was_looked_for(clerk: Client, sara: MemberId) -> None:
    seek(clerk, "sara")
    line = AuditLine.objects.get()
    assert (line.action, line.detail, line.subject) == ("members-searched", "name: 1", "")
    assert sara not in str(line.__dict__)


def test_another_groups_member_is_not_there(client: Client) -> None:
    other = join("Sara", group="shiraz")
    clerk = sign_in(client, "clerk", "vanak")
    assert other not in seek(clerk, "sara")
    assert other not in seek(clerk, "09121234567")
    assert other not in seek(clerk, other)
    for path in ("", "timeline", "lost", "language"):
        assert clerk.get(f"/members/{other}/{path}").status_code == 404
    assert clerk.post(f"/members/{other}/phone").status_code == 404


@pytest.mark.parametrize("bad", ["m-zzzzzzzzzz", "x", "%00", "m-" + "a" * 500, "\u202e", "..%2f", "<script>"])
def test_nobody_is_not_there(clerk: Client, bad: str) -> None:
    assert clerk.get(f"/members/{bad}/").status_code == 404


@pytest.mark.parametrize("role", ["analyst", "fleet"])
def test_who_does_not_serve_members_sees_none(client: Client, role: str) -> None:
    sign_in(client, role)
    for path in ("/members/", f"/members/{MEMBER}/", f"/members/{MEMBER}/timeline"):
        assert client.get(path).status_code == 403


def test_a_look_is_written_down_once_an_hour(clerk: Client, sara: MemberId) -> None:
    see(clerk, sara)
    see(clerk, sara)
    see(clerk, sara, "timeline")
    lines = AuditLine.objects.filter(subject=f"member:{sara}")
    assert [(line.action, line.who) for line in lines] == [("member-seen", "clerk")]


def test_the_number_is_shown_when_asked_for_and_each_time_written_down(clerk: Client, sara: MemberId) -> None:
    assert PHONE not in see(clerk, sara)
    shown = clerk.post(f"/members/{sara}/phone", headers=HX).content.decode()
    assert PHONE in shown
    assert AuditLine.objects.filter(subject=f"member:{sara}", action="phone-seen").count() == 1
    assert clerk.post(f"/members/{MEMBER}/phone").status_code == 404
    assert clerk.get(f"/members/{sara}/phone").status_code == 405


def test_a_page_tells_balance_cards_consents_tickets_and_coupons(clerk: Client, sara: MemberId) -> None:
    cards.issue(sara, CardKey(f"1:{9:032x}"), NOON)
    postings.goodwill(sara, Points(1234), Cause("a", NOON, NOON), Terms(NOON))
    Ticket.objects.create(
        code="04HMASW9N5",
        event=1,
        member=sara,
        store_id="vanak",
        kind="complaint",
        category="staff",
        opened_at=NOON,
    )
    Message.objects.create(ticket_id="04HMASW9N5", number=1, text="We are <b>sorry</b>", at=NOON)
    Coupon.objects.create(
        code="04HMASW9N5",
        member_id=sara,
        store_id="vanak",
        kiosk="vanak-1",
        points=10,
        rial=50_000,
        issued_at=NOON,
        expires_at=NOON.replace(year=2999),
    )
    Answer.objects.create(
        visit="0" * 16,
        question="ces",
        attempt=1,
        wording=1,
        value=6,
        store_id="vanak",
        member=sara,
        bucket="2026-03-21T12",
        occurred_at=NOON,
        source_key="q",
    )
    page = see(clerk, sara)
    for said in ("1,234", "active", "04HMA-SW9N5", "answered", "50,000 Rial", "Customer effort: answered 6"):
        assert said in page, said
    assert "We are &lt;b&gt;sorry" in clerk.get(f"/members/{sara}/").content.decode()
    assert f"{9:032x}" not in page


def test_business_members_are_marked(clerk: Client) -> None:
    Member.objects.filter(id=MEMBER).update(kind="business")
    assert "Business" in see(clerk, MEMBER)


def test_a_name_that_bears_a_script_is_only_a_name(clerk: Client) -> None:
    member = join("<script>alert(1)</script>", '"><img src=x>')
    for page in (see_raw(clerk, member), clerk.post("/members/", {"typed": "script"}).content.decode()):
        assert "<script>alert" not in page
        assert "<img" not in page.replace('<img src="/static', "")
        assert "&lt;script&gt;" in page


def see_raw(client: Client, member: str) -> str:
    return client.get(f"/members/{member}/").content.decode()


def test_who_left_has_no_name_and_nothing_that_can_be_done(client: Client, sara: MemberId) -> None:
    owner = sign_in(client, "owner")
    leaving.leave(sara, NOON)
    page = see(owner, sara)
    assert "A member who left" in page
    assert "Sara" not in page
    assert PHONE[-4:] not in page
    assert "Adjust points" not in page
    assert "Export the member's data" in page
    answer = owner.get(f"/members/{sara}/adjust")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/members/{sara}/")


def test_who_was_merged_points_at_whom_and_their_history_is_there_too(clerk: Client, sara: MemberId) -> None:
    postings.goodwill(MEMBER, Points(77), Cause("a", NOON, NOON), Terms(NOON))
    merging.merge(MEMBER, sara, NOON)
    assert f'href="/members/{sara}/"' in see(clerk, MEMBER)
    page = see(clerk, sara)
    assert "77 points as a present" in page
    assert f"{isolated(MEMBER)} into {isolated(sara)}" in page
    assert Merge.objects.exists()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_page_is_in_the_viewers_language(clerk: Client, sara: MemberId, language: str) -> None:
    clerk.cookies["django_language"] = language
    page = see(clerk, sara)
    assert ("Can be spent" in page) == (language == "en")


def test_an_anonymous_member_has_a_page(clerk: Client) -> None:
    Member.objects.create(id="m-nameless22", group_id="tehran", joined_on=date(2026, 1, 1))
    assert "Without a name" in see(clerk, "m-nameless22")
    assert CARD not in see(clerk, MEMBER)


def test_a_page_without_a_script_shows_the_same(clerk: Client, sara: MemberId) -> None:
    shown = clerk.post(f"/members/{sara}/phone").content.decode()
    assert PHONE in shown
    assert "<title>" in shown
    assert "<title>" in see(clerk, sara, "timeline")
    assert "<title>" not in clerk.get(f"/members/{sara}/timeline", headers=HX).content.decode()


@pytest.mark.parametrize("kind", ["nothing", "<script>", "\u202e", "x" * 1000])
def test_a_kind_that_is_none_is_not_there(clerk: Client, kind: str) -> None:
    assert clerk.get(f"/members/{MEMBER}/timeline", {"kind": kind}).status_code == 404


def test_a_second_look_within_the_hour_waits_for_no_writer(clerk: Client) -> None:
    see(clerk, MEMBER)
    with CaptureQueriesContext(connection) as asked:
        see(clerk, MEMBER)
    words = {query["sql"].split()[0] for query in asked.captured_queries}
    assert words == {"SELECT"}
    assert len(asked) <= 40


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks through a table that is so small")
def test_whoever_was_merged_into_a_member_is_looked_up_also_where_nobody_was(sara: MemberId) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert "club_member_merged" in Member.objects.filter(merged_into=sara).explain()

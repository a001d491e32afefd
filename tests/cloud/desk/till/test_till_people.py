"""Whom a till finds, by what, and what may be done with their cards; and who may see which page."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from cloud.club.models import Card, Member, Person
from cloud.collector.models import StoredEvent, Stream
from cloud.desk.access import PAGES, ROLES, Role
from cloud.desk.models import AuditLine
from cloud.desk.till.arrivals import present, tapped
from cloud.fleet.models import Till
from mqtt.envelope import encode_data
from mqtt.events import NAMES, CardTapped, Event, VisitEnded
from mqtt.vocabulary import CardKey, ClubKey, MemberId, VisitId, card_key
from tests.cloud.conftest import make_member
from tests.cloud.desk.staffed import employ
from tests.cloud.desk.till.counter import AWAY, TILL, Counter, furnish
from tests.cloud.kiosks import CARD, MEMBER, UNKNOWN

KEY = ClubKey("1", bytes.fromhex("5a" * 16))
SWIPED = card_key(KEY, "magstripe", b"7712345")
BANK = "6037991234567890"
VISIT = VisitId("a" * 16)


def tell(*events: Event, late: bool = False) -> None:
    """Store events of the kiosk beside the till, as the collector does."""
    now = datetime.now(UTC)
    defaults = {"chain": "0" * 16, "seen_at": now}
    stream, _ = Stream.objects.get_or_create(kiosk="vanak-1", epoch="0" * 16, defaults=defaults)
    for event in events:
        stream.upto += 1
        at = datetime(2026, 1, 1, tzinfo=UTC) if late else now
        StoredEvent.objects.create(
            stream=stream,
            sequence=stream.upto,
            chain="0" * 16,
            store="vanak",
            type=NAMES[type(event)],
            occurred_at=at,
            clock="synced",
            received_at=now,
            data=encode_data(event).decode(),
        )
    stream.save()


def at_kiosk() -> tuple[CardKey, ...] | None:
    found = present("vanak-1", datetime.now(UTC))
    return found.cards if found else None


def tap(card: CardKey = CARD, visit: VisitId = VISIT) -> CardTapped:
    return CardTapped(visit, "em4100", (card,))


def test_who_taps_is_there_until_the_visit_ends_or_another_comes(counter: Counter) -> None:  # noqa: ARG001
    assert at_kiosk() is None
    tell(tap())
    assert at_kiosk() == (CARD,)
    tell(tap(UNKNOWN, VisitId("b" * 16)))
    assert at_kiosk() == (UNKNOWN,)
    tell(VisitEnded(VisitId("b" * 16), None, "done", 1.0))
    assert at_kiosk() is None
    tell(tap(), late=True)
    assert at_kiosk() is None, "a kiosk that was cut off tells of long ago"
    assert tapped("vanak-1", "b" * 16) == (UNKNOWN,)


def test_a_swiped_card_a_number_in_any_digits_and_a_token_find_their_member(counter: Counter) -> None:
    Person.objects.filter(member=MEMBER).update(phone="+989121234567")
    Card.objects.create(key=SWIPED, member_id=MEMBER)
    for fields in ({"card": ";7712345?"}, {"phone": "۰۹۱۲ ۱۲۳ ۴۵۶۷"}, {"token": counter.customer().token}):
        page = counter.find(**fields)
        assert f'data-member="{MEMBER}"' in page
        assert "مریم کریمی" in page
    assert AuditLine.objects.filter(action="member-seen", subject=f"member:{MEMBER}").count() == 3


@pytest.mark.parametrize("typed", [BANK, f"%B{BANK}^A^25?;{BANK}=25?", f";{BANK}?", "60379912", "99"])
def test_the_server_refuses_a_bank_card_again_and_says_no_digit_of_it(counter: Counter, typed: str) -> None:
    page = counter.find(card=typed)
    assert "data-ok" not in page
    assert "603799" not in page
    assert "603799" not in str(list(AuditLine.objects.values()))


@pytest.mark.parametrize("path", ["customer", "card", "join", "quote", "sale", "return"])
def test_no_answer_and_no_log_has_a_digit_of_a_card_whatever_it_is_sent_to(
    counter: Counter, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    own = {"token": counter.customer().token, "action": "issue"}
    with caplog.at_level("DEBUG"):
        for field in ("card", "phone", "token", "which", "invoice", "amount", "coupon", "line_name"):
            said = counter.client.post(f"/till/{path}", {**own, field: f";{BANK}?"})
            assert BANK[:8] not in said.content.decode()
        counter.client.post(f"/till/{path}", {**own, "card": "7712345"})
    assert BANK[:8] not in caplog.text
    assert "7712345" not in caplog.text


def test_what_is_not_here_is_said_and_nothing_of_it_repeated(counter: Counter) -> None:
    make_member("m-bbbbbbbbbb", SWIPED, group="shiraz")
    Person.objects.filter(member="m-bbbbbbbbbb").update(phone="+989121234567")
    for fields in ({"card": "7712345"}, {"phone": "09121234567"}, {"phone": "x"}, {"phone": "09120000000"}):
        page = counter.find(**fields)
        assert "data-ok" not in page
        assert 'data-member="m-' not in page
        assert "912" not in page


def test_an_empty_card_that_is_swiped_or_tapped_joins(counter: Counter) -> None:
    page = counter.find(card="7712345")
    token = page.split('data-token="')[1].split('"')[0]
    assert 'data-do="join"' in page
    assert "data-ok" in counter.client.post("/till/join", {"token": token}).content.decode()
    assert Card.objects.get(key=SWIPED).member.group_id == "tehran"
    tell(tap(UNKNOWN))
    waiting = counter.customer("")
    at_kiosk = type(waiting)(waiting.till, MemberId(""), VISIT, waiting.clerk, waiting.at)
    assert "data-ok" in counter.client.post("/till/join", {"token": at_kiosk.token}).content.decode()
    assert Card.objects.filter(key=UNKNOWN).exists()
    assert "data-ok" not in counter.client.post("/till/join", {"token": token}).content.decode()


def test_a_card_is_given_replaced_and_blocked(counter: Counter) -> None:
    def done(**fields: str) -> bool:
        said = counter.client.post("/till/card", {"token": counter.customer().token, **fields})
        return "data-ok" in said.content.decode()

    assert done(action="issue", card="7712345")
    assert not done(action="issue", card="7712345"), "it is somebody's"
    assert not done(action="issue", card=BANK)
    assert done(action="replace", which=CARD, card="7712346")
    assert Card.objects.get(key=CARD).status == "replaced"
    assert done(action="block", which=SWIPED)
    assert not done(action="block", which=SWIPED)
    assert not done(action="melt", which=SWIPED)
    make_member("m-bbbbbbbbbb", UNKNOWN)
    assert not done(action="block", which=UNKNOWN), "another member's"


def test_tills_are_set_up_within_ones_stores_with_a_kiosk_of_the_same_store(counter: Counter) -> None:  # noqa: ARG001
    manager = Client()
    manager.force_login(employ("manager", "store-manager", "vanak", "tajrish"))
    manager.post("/till/setup", {"add": "1", "store": "vanak", "name": "سوم"})
    made = Till.objects.get(name="سوم")
    assert manager.post("/till/setup", {"till": made.id, "kiosk": "vanak-1", "name": "x"}).status_code == 302
    assert manager.post("/till/setup", {"till": made.id, "kiosk": "tajrish-1"}).status_code == 404
    assert manager.post("/till/setup", {"till": AWAY, "kiosk": ""}).status_code == 404
    assert manager.post("/till/setup", {"add": "1", "store": "zand", "name": "x"}).status_code == 200
    assert manager.post("/till/setup", {"till": made.id, "kiosk": "", "name": ""}).status_code == 302
    made.refresh_from_db()
    assert (made.kiosk_id, made.name) == (None, "x")


ASKED = {
    "till": ("GET", "/till/"),
    "till-choose": ("GET", "/till/choose"),
    "till-setup": ("GET", "/till/setup"),
    "till-stream": ("GET", "/till/stream"),
    "till-customer": ("POST", "/till/customer"),
    "till-join": ("POST", "/till/join"),
    "till-card": ("POST", "/till/card"),
    "till-history": ("GET", f"/till/history/{MEMBER}"),
    "till-quote": ("POST", "/till/quote"),
    "till-sale": ("POST", "/till/sale"),
    "till-return": ("GET", "/till/return"),
    "till-receipt": ("GET", "/till/receipt/x"),
}


@pytest.mark.parametrize("role", ROLES)
def test_who_sells_sees_the_tills_pages_and_nobody_else(club: None, tmp_path: Path, role: Role) -> None:  # noqa: ARG001
    furnish(tmp_path)
    client = Client()
    client.force_login(employ("somebody", role, "vanak"))
    for page, (method, path) in ASKED.items():
        status = client.generic(method, path).status_code
        assert (status == 403) == (role not in PAGES[page]), (page, status)
        assert Client().generic(method, path).status_code in {302, 401}
    assert set(ASKED) == {page for page in PAGES if page.startswith("till")}


def test_another_groups_member_has_no_history_here(counter: Counter) -> None:
    make_member("m-bbbbbbbbbb", group="shiraz")
    for member in ("m-bbbbbbbbbb", "m-nobody", "x" * 500):
        assert counter.client.get(f"/till/history/{member}").status_code == 404


def test_a_till_is_chosen_among_ones_own(counter: Counter) -> None:
    for name in (AWAY, "none", "<script>"):
        assert counter.client.post("/till/choose", {"till": name}).status_code == 404
    counter.client.cookies["till"] = TILL
    assert counter.client.get("/till/").status_code == 302, "the cookie is signed"
    assert Member.objects.count() == 1


def test_the_tills_cookie_goes_over_tls_alone_where_there_is_tls(
    counter: Counter, settings: Settings
) -> None:
    settings.SESSION_COOKIE_SECURE = True
    answer = counter.client.post("/till/choose", {"till": TILL})
    assert answer.cookies["till"]["secure"] is True

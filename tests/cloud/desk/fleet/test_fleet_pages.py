"""The fleet's pages: who does what to which kiosk, what is said of it, and that a token is seen once."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cloud.desk.access import Role
from cloud.desk.models import AuditLine
from cloud.fleet import tokens
from cloud.fleet.models import (
    Certificate,
    Command,
    EnrolmentToken,
    FleetAlarm,
    HealthSample,
    Kiosk,
    KioskHealth,
    Store,
    Touchpoint,
    Unit,
)
from mqtt.vocabulary import KioskId
from tests.cloud.desk.staffed import employ
from tests.cloud.desk.walks.machines import authority, certificate, samples

pytestmark = pytest.mark.usefixtures("club")
DAY = timedelta(days=1)
VANAK = KioskId("vanak-1")
As = Callable[[Role], Client]


@pytest.fixture
def come() -> As:
    """Somebody of a role, in English; who is bound to stores has Vanak."""

    def signed_in(role: Role) -> Client:
        client = Client()
        client.cookies["django_language"] = "en"
        client.force_login(employ(role, role, "vanak"))
        return client

    return signed_in


@pytest.fixture
def owner(come: As) -> Client:
    return come("owner")


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def said(client: Client, path: str, form: Mapping[str, object] | None = None) -> str:
    """What a form was answered with, on the page that follows."""
    answer = client.post(path, form or {})
    assert answer.status_code == 302, answer.status_code
    return text(client, answer["Location"])


def audit() -> list[tuple[str, str, str]]:
    return list(AuditLine.objects.order_by("id").values_list("action", "subject", "detail"))


def listed(client: Client, query: str = "") -> list[str]:
    return re.findall(r'data-kiosk="([^"]+)"', client.get(f"/fleet/{query}").content.decode())


def well(kiosk: str, **more: object) -> None:
    fields = {"online": True, "clock": True, "disk_free": 10**10, "heard_at": datetime.now(UTC)}
    KioskHealth.objects.create(kiosk_id=kiosk, **(fields | more))


def token(client: Client, days: object = 3) -> str:
    """The text of a token that was issued on the page."""
    answer = client.post(f"/fleet/{VANAK}/token", {"days": days})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'<code class="token"[^>]*>([^<]+)</code>', answer.content.decode())
    assert found
    return found[1]


# --- the list


def test_the_worst_is_first_and_a_need_shows_only_its_kiosks(owner: Client) -> None:
    well("vanak-1")
    well("tajrish-1", online=False)
    assert listed(owner) == ["tajrish-1", "zand-1", "vanak-1"]
    assert listed(owner, "?need=offline") == ["tajrish-1"]
    assert listed(owner, "?need=never") == ["zand-1"]
    assert listed(owner, "?need=nonsense") == ["tajrish-1", "zand-1", "vanak-1"]
    assert listed(owner, "?store=vanak") == ["vanak-1"]
    assert listed(owner, "?q=ZAN") == ["zand-1"]
    assert "No kiosk is like this" in text(owner, "/fleet/?q=nobody")


def test_who_runs_a_store_sees_its_kiosks_only(come: As) -> None:
    who = come("store-manager")
    assert listed(who) == ["vanak-1"]
    assert who.get("/fleet/?store=zand").status_code == 404
    for path in ("/fleet/zand-1/", "/fleet/zand-1/commands"):
        assert who.get(path).status_code == 404
    assert who.post("/fleet/command", {"kiosk": ["vanak-1", "zand-1"], "kind": "identify"}).status_code == 404
    assert not Command.objects.exists()


def test_pages_hold_fifty_and_lead_on(owner: Client) -> None:
    Kiosk.objects.bulk_create(Kiosk(id=f"k-{n:03d}", store_id="vanak") for n in range(97))
    first, second = listed(owner), listed(owner, "?page=2")
    assert (len(first), len(second), len({*first, *second})) == (50, 50, 100)
    assert "Page 2 of 2" in text(owner, "/fleet/?page=2")
    assert "page=2" in owner.get("/fleet/").content.decode()
    for mad in ("0", "-1", "x", "9" * 30):
        assert owner.get("/fleet/", {"page": mad}).status_code == 200


def test_the_list_asks_as_many_questions_for_fifty_kiosks_as_for_three(owner: Client) -> None:
    asked = []
    for more in (0, 97):
        Kiosk.objects.bulk_create(Kiosk(id=f"k-{n:03d}", store_id="vanak") for n in range(more))
        with CaptureQueriesContext(connection) as captured:
            assert owner.get("/fleet/list").status_code == 200
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 12


def test_the_board_leads_to_the_open_alarms(owner: Client) -> None:
    assert "Open alarms" not in text(owner, "/board")
    now = datetime.now(UTC)
    FleetAlarm.objects.create(kiosk_id=VANAK, kind="offline", at=now, raised_at=now)
    assert "Open alarms : 1" in " ".join(text(owner, "/board").split()).replace("alarms:", "alarms :")


def test_a_club_without_kiosks_is_told_how_to_add_the_first(come: As) -> None:
    Kiosk.objects.all().delete()
    assert "Add the first kiosk" in text(come("fleet"), "/fleet/")
    assert "Add the first kiosk" not in text(come("manager"), "/fleet/")


def test_an_alarm_is_on_the_page_and_beside_its_name_for_who_sees_the_kiosk(come: As) -> None:
    now = datetime.now(UTC)
    for kiosk in ("vanak-1", "zand-1", None):
        FleetAlarm.objects.create(kiosk_id=kiosk, kind="refused", at=now, count=25, raised_at=now)
    FleetAlarm.objects.create(kiosk_id="vanak-1", kind="offline", at=now, raised_at=now, ended_at=now)
    expected: dict[Role, str] = {"owner": "3", "store-manager": "1"}
    for role, open_ones in expected.items():
        page = come(role).get("/fleet/").content.decode()
        assert re.search(r'class="badge">(\d+)', page)[1] == open_ones  # type: ignore[index]
    assert "badge" not in come("analyst").get("/alarms/").content.decode()
    assert "Not heard for 30 minutes" not in page


# --- one kiosk


def test_a_kiosks_page_tells_all_of_it(owner: Client) -> None:
    now = datetime.now(UTC)
    well(VANAK, queue=7, queue_age=120, app="0.8.0", image="2026.11.2", readers={"a": True, "b": False})
    issuer = authority(now)
    certificate(VANAK, "aa", issuer, now)
    certificate(VANAK, "bb", issuer, now - 80 * DAY, superseded_at=now)
    certificate(VANAK, "cc", issuer, now - 80 * DAY, revoked_at=now)
    samples(VANAK, now, days=2)
    page = text(owner, f"/fleet/{VANAK}/")
    for words in ("7, for 2 min", "0.8.0", "2026.11.2", "live", "superseded", "revoked", "does not answer"):
        assert words in page
    drawn = owner.get(f"/fleet/{VANAK}/?span=week").content.decode()
    assert drawn.count('<svg viewBox="0 0 520') == 4
    assert re.search(r'aria-label="Waiting events \(the most at a time\)\. Lowest 0, highest 40', drawn)


@pytest.mark.parametrize("span", ["day", "week", "month", "x", ""])
def test_a_kiosk_without_any_history_is_shown_too(owner: Client, span: str) -> None:
    assert "Nothing was heard in this time" in text(owner, f"/fleet/zand-1/?span={span}")


def test_one_sample_alone_is_drawn(owner: Client) -> None:
    HealthSample.objects.create(kiosk_id=VANAK, at=datetime.now(UTC), online=True, queue=3)
    page = owner.get(f"/fleet/{VANAK}/").content.decode()
    assert page.count('r="2.5"/>') == 3, "online, queue and disk: no temperature was told"


# --- adding


def test_a_kiosk_is_added_where_it_stands(owner: Client) -> None:
    unit = Unit.objects.create(id="sales", name_fa="f", name_en="Sales")
    Touchpoint.objects.create(id="till", unit=unit, name_fa="f", name_en="Till")
    form = {"id": "vanak-2", "store": "vanak", "touchpoint": "till"}
    assert "The kiosk is added" in said(owner, "/fleet/add", form)
    made = Kiosk.objects.get(id="vanak-2")
    assert (made.store_id, made.touchpoint_id) == ("vanak", "till")
    assert audit() == [("kiosk-added", "kiosk:vanak-2", "")]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("vanak-1", "already"),
        ("VANAK-2", "small Latin letters"),
        ("v", "small Latin letters"),
        ("v" * 41, "at most 40"),
        ("a#b", "small Latin letters"),
        ("+/+", "small Latin letters"),
        ("cloud.club", "small Latin letters"),
        ("vanak-2\n", ""),
        ("a\0bc", "Null characters"),
        ("", "required"),
    ],
)
def test_a_name_that_no_kiosk_can_have_is_refused_with_the_reason(owner: Client, name: str, why: str) -> None:
    answer = owner.post("/fleet/add", {"id": name, "store": "vanak"})
    if not why:  # blanks round a name are nobody's intention
        assert answer.status_code == 302
        return
    assert answer.status_code == 200
    assert why in unescape(answer.content.decode())
    assert Kiosk.objects.count() == 3
    assert not audit()


# --- tokens


def test_a_token_is_shown_once_and_kept_nowhere(owner: Client, caplog: pytest.LogCaptureFixture) -> None:
    authority(datetime.now(UTC))
    found = token(owner)
    assert re.fullmatch(r"([a-z2-7]{5}-){4}[a-z2-7]{5}", found)
    row = EnrolmentToken.objects.get()
    assert (row.hash, row.kiosk_id, row.made_by) == (tokens.digest(found), VANAK, "owner")
    assert row.expires_at - row.made_at == 3 * DAY
    kept = [str(each) for each in AuditLine.objects.values_list()]
    kept += [str(each.get_decoded()) for each in Session.objects.all()]
    kept += [owner.get(f"/fleet/{VANAK}/").content.decode(), caplog.text]
    assert not [each for each in kept if found in each or found.partition("-")[0] in each]
    assert audit() == [("token-issued", f"kiosk:{VANAK}", row.hash[:8])]


def test_a_token_comes_as_lines_of_kiosk_toml(owner: Client) -> None:
    authority(datetime.now(UTC))
    found = token(owner)
    answer = owner.post(f"/fleet/{VANAK}/token/file", {"token": found})
    lines = dict(line.split(" = ") for line in answer.content.decode().splitlines())
    assert lines.keys() == {"store", "cloud", "authority", "token"}
    assert (lines["store"], lines["token"]) == ('"vanak"', f'"{found}"')
    assert re.fullmatch(r'"[0-9a-f]{64}"', lines["authority"])
    assert lines["cloud"].startswith('"https://')
    assert answer["Cache-Control"] == "no-store"
    assert 'filename="kiosk.toml"' in answer["Content-Disposition"]


@pytest.mark.parametrize("mad", ["", "x", "aaaaa-aaaaa-aaaaa-aaaaa-aaaaa", '"\ntoken = "', "0" * 5000])
def test_a_file_is_made_of_no_token_that_does_not_wait(owner: Client, mad: str) -> None:
    authority(datetime.now(UTC))
    token(owner)
    assert "does not wait" in said(owner, f"/fleet/{VANAK}/token/file", {"token": mad})


@pytest.mark.parametrize("days", ["", "0", "2", "365", "-1", "x"])
def test_a_token_waits_for_a_time_that_was_offered(owner: Client, days: str) -> None:
    authority(datetime.now(UTC))
    assert "Choose how long" in said(owner, f"/fleet/{VANAK}/token", {"days": days})
    assert not EnrolmentToken.objects.exists()


def test_without_an_authority_no_token_is_issued(owner: Client) -> None:
    assert "no authority yet" in said(owner, f"/fleet/{VANAK}/token", {"days": 1})


def test_a_token_is_withdrawn_unless_it_was_used(owner: Client) -> None:
    authority(datetime.now(UTC))
    form = {"token": tokens.digest(token(owner))}
    assert "The token is withdrawn" in said(owner, f"/fleet/{VANAK}/token/withdraw", form)
    assert audit()[-1] == ("token-withdrawn", f"kiosk:{VANAK}", form["token"][:8])
    assert "no such token" in said(owner, "/fleet/zand-1/token/withdraw", form)
    EnrolmentToken.objects.update(used_at=datetime.now(UTC))
    assert "was used already" in said(owner, f"/fleet/{VANAK}/token/withdraw", form)


# --- revoking


def test_a_kiosk_is_revoked_by_who_types_its_name_and_says_why(owner: Client) -> None:
    certificate(VANAK, "aa", authority(datetime.now(UTC)), datetime.now(UTC))
    for form in ({"name": "zand-1", "reason": "stolen"}, {"name": VANAK, "reason": ""}, {}):
        assert owner.post(f"/fleet/{VANAK}/revoke", form).status_code == 200
    assert not audit()
    page = said(owner, f"/fleet/{VANAK}/revoke", {"name": VANAK, "reason": "stolen"})
    assert "The kiosk is revoked" in page
    assert "stolen" in page
    assert Kiosk.objects.get(id=VANAK).revoked_at
    assert Certificate.objects.get().revoked_at
    assert "Let it in again first" in said(owner, f"/fleet/{VANAK}/token", {"days": 1})
    assert "may come back" in said(owner, f"/fleet/{VANAK}/admit")
    assert not Kiosk.objects.get(id=VANAK).revoked_at
    assert "is not revoked" in said(owner, f"/fleet/{VANAK}/admit")
    assert [action for action, _subject, _detail in audit()] == ["kiosk-revoked", "kiosk-admitted"]


# --- commands


def test_several_kiosks_are_told_at_once_and_it_is_said_which_were_not(owner: Client) -> None:
    Kiosk.objects.filter(id="zand-1").update(revoked_at=datetime.now(UTC))
    owner.post("/fleet/command", {"kiosk": "vanak-1", "kind": "restart", "from": "kiosk"})
    every = ["vanak-1", "tajrish-1", "zand-1"]
    page = said(owner, "/fleet/command", {"kiosk": every, "kind": "restart", "list": "need=offline"})
    assert "“Restart” was sent to kiosks: 1" in page
    assert "were not told again: 1" in page
    assert "revoked, and cannot be told anything: 1" in page
    assert sorted(Command.objects.values_list("kiosk", flat=True)) == ["tajrish-1", "vanak-1"]
    assert [detail for _action, _subject, detail in audit()] == ["restart", "restart"]


def test_a_command_is_given_again_when_the_first_was_answered_or_is_too_late(owner: Client) -> None:
    form = {"kiosk": "vanak-1", "kind": "identify", "from": "kiosk"}
    for change in ({"result": "done"}, {"deadline": datetime.now(UTC)}):
        owner.post("/fleet/command", form)
        Command.objects.update(**change)
    owner.post("/fleet/command", form)
    assert Command.objects.count() == 3


def test_a_result_comes_up_by_itself(owner: Client) -> None:
    owner.post("/fleet/command", {"kiosk": "vanak-1", "kind": "logs", "from": "kiosk"})
    assert "waits for the kiosk" in text(owner, "/fleet/vanak-1/commands")
    Command.objects.update(result="failed", detail="no room")
    assert "no room" in text(owner, "/fleet/vanak-1/commands")
    Command.objects.update(result="", deadline=datetime.now(UTC))
    assert "no answer" in text(owner, "/fleet/vanak-1/commands")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("owner", {"identify", "restart", "resync", "reload", "logs", "renew"}),
        ("fleet", {"identify", "restart", "resync", "reload", "logs", "renew"}),
        ("manager", {"identify", "restart", "resync", "reload", "logs", "renew"}),
        ("store-manager", {"identify", "restart"}),
        ("analyst", set()),
        ("clerk", set()),
    ],
)
def test_a_role_gives_its_commands_and_no_others(come: As, role: Role, may: set[str]) -> None:
    who = come(role)
    for kind in ("identify", "restart", "resync", "reload", "logs", "renew"):
        status = who.post("/fleet/command", {"kiosk": "vanak-1", "kind": kind}).status_code
        assert status == (302 if kind in may else 403), kind
    assert set(Command.objects.values_list("kind", flat=True)) == may
    if may:
        offered = set(re.findall(r'name="kind" value="(\w+)"', who.get("/fleet/vanak-1/").content.decode()))
        assert offered == may


def test_nothing_is_sent_where_nothing_became_of_anything(owner: Client) -> None:
    owner.post("/fleet/command", {"kiosk": "vanak-1", "kind": "logs", "from": "kiosk"})
    found = re.search(r'hx-get="([^"]+)"', owner.get("/fleet/vanak-1/commands").content.decode())
    assert found
    assert owner.get(unescape(found[1])).status_code == 204
    Command.objects.update(result="done")
    assert owner.get(unescape(found[1])).status_code == 200


def test_mad_commands_are_refused(owner: Client) -> None:
    assert owner.post("/fleet/command", {"kiosk": "vanak-1", "kind": "format"}).status_code == 404
    assert owner.post("/fleet/command", {"kiosk": "nobody", "kind": "restart"}).status_code == 404
    assert "Choose at least one" in said(owner, "/fleet/command", {"kind": "restart"})
    many = [f"k-{number}" for number in range(201)]
    assert "At most 200" in said(owner, "/fleet/command", {"kind": "restart", "kiosk": many})
    for kept in ("//evil.example", "x\r\nSet-Cookie: a=b", "\N{RIGHT-TO-LEFT OVERRIDE}"):
        form = {"kind": "restart", "kiosk": "vanak-1", "list": kept}
        there = owner.post("/fleet/command", form)["Location"]
        assert there.partition("?")[0] == "/fleet/"
    assert not Command.objects.exclude(kind="restart")


def test_stores_have_names_in_the_readers_language(owner: Client) -> None:
    Store.objects.filter(id="vanak").update(name_en="Vanak Square", name_fa="میدان ونک")
    assert "Vanak Square" in text(owner, "/fleet/")
    owner.cookies["django_language"] = "fa"
    assert "میدان ونک" in text(owner, "/fleet/")

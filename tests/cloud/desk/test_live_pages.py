"""The live page, the board and what was set aside: to whom they show what, and in which order."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from cloud.collector.models import Parked, StoredEvent, Stream
from cloud.desk.access import ROLES, Role
from cloud.desk.live.horizon import Horizon
from cloud.desk.live.today import Today
from cloud.desk.wording import Kind
from cloud.fleet.models import Group, Kiosk, KioskHealth, Store
from tests.cloud.desk.staffed import employ

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
DOWN = "club.reader.went-down.v1"
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def club(db: None) -> None:  # noqa: ARG001 - what it needs
    """Two stores, each with a kiosk, an event and a message that was set aside."""
    group = Group.objects.create(id="all", name="all")
    for name, fa in (("vanak", "ونک"), ("zand", "زند")):
        store = Store.objects.create(id=name, group=group, name_fa=fa, name_en=name.title())
        Kiosk.objects.create(id=f"{name}-1", store=store)
        stored(name, "club.case.opened.v1")
        Parked.objects.create(topic="t", kiosk=f"{name}-1", reason=f"of {name}.", raw=b"", received_at=NOW)
    Parked.objects.create(topic="t", kiosk="nobody-9", reason="of nobody.", raw=b"", received_at=NOW)


@pytest.fixture
def as_role(client: Client) -> SignIn:
    def signed_in(role: Role, *stores: str) -> Client:
        client.force_login(employ(role, role, *stores))
        client.cookies["django_language"] = "en"
        return client

    return signed_in


def stored(store: str, type_name: str, *, at: datetime = NOW, received: datetime = NOW) -> StoredEvent:
    stream, _ = Stream.objects.get_or_create(
        kiosk=f"{store}-1", epoch="0" * 16, defaults={"chain": "0", "seen_at": NOW}
    )
    return StoredEvent.objects.create(
        stream=stream,
        sequence=StoredEvent.objects.count() + 1,
        chain="0",
        store=store,
        type=type_name,
        occurred_at=at,
        clock="synced",
        received_at=received,
        data="{}",
    )


def said(kiosk: str, **other: object) -> None:
    fine = {
        "heard_at": datetime.now(UTC),
        "online": True,
        "app": "2.1",
        "clock": True,
        "disk_free": 9 * 10**9,
    }
    KioskHealth.objects.create(kiosk_id=kiosk, **fine | other)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


SEEN: dict[Role, dict[str, int]] = {
    "owner": {"/": 200, "/board": 200, "/parked": 200},
    "analyst": {"/": 200, "/board": 403, "/parked": 403},
    "manager": {"/": 200, "/board": 200, "/parked": 200},
    "store-manager": {"/": 200, "/board": 200, "/parked": 200},
    "fleet": {"/": 200, "/board": 200, "/parked": 200},
}


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"clerk"}))
def test_each_role_sees_its_pages(as_role: SignIn, role: Role) -> None:
    client = as_role(role, "zand")
    assert {path: client.get(path).status_code for path in SEEN[role]} == SEEN[role]


def test_a_clerk_is_sent_to_the_till_and_sees_none_of_these(as_role: SignIn) -> None:
    clerk = as_role("clerk", "zand")
    answer = clerk.get("/")
    assert answer.status_code == 403 or answer["Location"].startswith("/till")
    assert [clerk.get(path).status_code for path in ("/board", "/parked", "/stream")] == [403] * 3


@pytest.mark.parametrize("path", ["/", "/board", "/parked"])
def test_a_store_manager_sees_nothing_of_another_store(as_role: SignIn, path: str) -> None:
    html = page(as_role("store-manager", "zand"), path)
    assert "zand" in html
    assert not re.search("vanak|nobody", html, re.IGNORECASE)


@pytest.mark.parametrize("path", ["/", "/board", "/parked"])
@pytest.mark.parametrize("query", ["store=vanak", "store=zand&store=vanak", "store=nowhere"])
def test_another_store_in_the_address_is_as_one_that_is_not(as_role: SignIn, path: str, query: str) -> None:
    assert as_role("store-manager", "zand").get(f"{path}?{query}").status_code == 404


@pytest.mark.parametrize("path", ["/", "/board", "/parked"])
def test_who_sees_all_may_choose_some(as_role: SignIn, path: str) -> None:
    html = page(as_role("owner"), f"{path}?store=zand").replace('value="vanak"', "").replace(">Vanak<", "")
    assert "zand" in html
    assert not re.search("vanak|nobody", html, re.IGNORECASE)
    both = page(as_role("manager"), f"{path}?store=zand&store=vanak&store=")
    assert "vanak" in both
    assert "nobody" not in both


def test_a_store_that_is_none_is_not_found(as_role: SignIn) -> None:
    assert as_role("owner").get("/?store=nowhere").status_code == 404


def test_the_stream_of_a_page_is_of_the_same_stores(as_role: SignIn) -> None:
    newest = StoredEvent.objects.latest("id").id
    client = as_role("owner")
    assert f'data-stream="/stream?after={newest}"' in page(client, "/")
    assert f"/stream?after={newest}&amp;store=zand" in page(client, "/?store=zand")
    assert "/stream?view=board&amp;store=zand" in page(client, "/board?store=zand")


def test_who_looks_after_machines_sees_no_customers_figure(as_role: SignIn) -> None:
    html = page(as_role("fleet"), "/")
    assert "CES" not in html
    assert "effort" not in html
    assert 'data-kind="answer"' not in html
    assert 'data-part="state"' in html


def test_events_say_of_which_kind_they_are_and_each_kind_has_its_count_of_today(as_role: SignIn) -> None:
    html = page(as_role("analyst"), "/?store=zand")
    assert html.count('data-kind="fault" data-tone="trouble"') == 1
    kinds = re.findall(r'<button type="button" data-kind="(\w*)" aria-pressed="(\w+)"', html)
    assert [kind for kind, _ in kinds] == ["", "tap", "answer", "redemption", "ticket", "fault"]
    assert [pressed for _, pressed in kinds] == ["true"] + ["false"] * 5


def test_the_worst_store_and_the_worst_kiosk_stand_first(as_role: SignIn) -> None:
    for number in (2, 3):
        Kiosk.objects.create(id=f"vanak-{number}", store_id="vanak")
    said("zand-1", clock=False)
    said("vanak-1")
    said("vanak-2", readers={"rc522": False, "magstripe": True})
    said("vanak-3", online=False)
    Parked.objects.all().delete()
    html = page(as_role("fleet"), "/board")
    assert re.findall(r'<details class="card" id="store-(\w+)"', html) == ["vanak", "zand"]
    assert re.findall(r'data-kiosk="([\w-]+)" data-state="(\w+)"', html) == [
        *(("vanak-3", "offline"), ("vanak-2", "online"), ("vanak-1", "online"), ("zand-1", "online")),
    ]
    for words in (
        "offline",
        "a card reader does not answer",
        "the clock is unsure",
        "2.1",
        "9.0 GB",
        "rc522",
    ):
        assert words in html


def test_a_club_without_stores_or_kiosks_says_so_on_the_board(as_role: SignIn) -> None:
    KioskHealth.objects.all().delete()
    Kiosk.objects.all().delete()
    client = as_role("owner")
    assert "no kiosk" in page(client, "/board")
    assert "There are no kiosks yet." in page(client, "/")


def test_a_store_manager_of_no_store_sees_empty_pages(as_role: SignIn) -> None:
    client = as_role("store-manager")
    assert "There are no stores yet." in page(client, "/")
    assert "There are no stores yet." in page(client, "/board")
    assert "Nothing is set aside." in page(client, "/parked")


def counted(today: Today, *stores: str, at: datetime = NOW) -> dict[Kind, int]:
    return dict(+today.counts(at, list(Store.objects.filter(id__in=stores))))


def test_what_was_received_before_the_day_is_not_read() -> None:
    StoredEvent.objects.all().delete()
    noon = NOW.replace(hour=8, minute=30)
    for days in (9, 5, 2, 1):
        # dated by a kiosk whose clock was ahead
        stored("vanak", DOWN, at=noon, received=noon - timedelta(days=days))
    stored("vanak", DOWN, at=noon, received=noon)
    assert counted(Today(Horizon()), "vanak", at=noon) == {"fault": 1}


def test_what_is_stored_is_counted_once_by_store_and_day() -> None:
    StoredEvent.objects.all().delete()
    today, noon = Today(Horizon()), NOW.replace(hour=8, minute=30)
    yesterday = noon - timedelta(days=1)
    for _ in range(3):
        stored("vanak", DOWN, at=yesterday, received=yesterday)
    stored("vanak", DOWN, at=yesterday, received=noon)
    stored("vanak", DOWN, at=noon, received=noon)
    stored("zand", "club.ticket.opened.v1", at=noon, received=noon)
    stored("vanak", "club.card.tapped.v1", at=noon, received=noon)
    assert counted(today, "vanak", at=noon) == {"fault": 1}
    assert counted(today, "vanak", "zand", at=noon) == {"fault": 1, "ticket": 1}
    stored("zand", "club.redemption.confirmed.v1", at=noon, received=noon)
    stored("zand", "club.redemption.asked.v1", at=noon, received=noon)
    assert counted(today, "zand", at=noon) == {"ticket": 1, "redemption": 1}
    assert counted(today, "zand", at=noon + timedelta(days=1)) == {}

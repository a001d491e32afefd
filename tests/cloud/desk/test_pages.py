"""The pages: who may see them, in which language, and that they never show more than they should."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from cloud.collector.models import Hole, Parked, StoredEvent, Stream
from cloud.desk import access, throttle
from cloud.desk.models import SignInTry
from cloud.desk.numerals import digits, figure, interval
from cloud.fleet.models import Group, Kiosk, Store
from cloud.urls import urlpatterns
from cloud.voice.indices import ces
from cloud.voice.models import DayCount, TapCount
from mqtt.vocabulary import Language
from tests.cloud.booked import book, roll_up_anew, sides
from tests.cloud.desk.staffed import employ

pytestmark = pytest.mark.django_db
OPEN = set(access.OPEN)
COUNTS = {4: 3, 5: 20, 6: 31, 7: 12}
NAMES = {"CES", "English", "UTC", "n"}
"""What stands in Latin letters on the Persian page too."""


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(employ("hq", "owner"))
    return client


@pytest.fixture
def club() -> Store:
    store = Store.objects.create(
        id="vanak", group=Group.objects.create(id="all", name="all"), name_fa="ونک", name_en="Vanak"
    )
    Kiosk.objects.create(id="vanak-1", store=store)
    bucket = datetime.now(ZoneInfo("Asia/Tehran")).strftime("%Y-%m-%dT%H")
    for value, count in COUNTS.items():
        book(sides("vanak", bucket[:10]), value, count)
    TapCount.objects.create(store=store, bucket=bucket, count=120)
    return store


@pytest.fixture
def stream(club: Store) -> Stream:
    return Stream.objects.create(kiosk=f"{club.id}-1", epoch="0" * 16, chain="0", seen_at=datetime.now(UTC))


def stored(stream: Stream, type_name: str, data: str = "{}", store: str = "vanak") -> StoredEvent:
    now = datetime.now(UTC)
    return StoredEvent.objects.create(
        stream=stream,
        sequence=StoredEvent.objects.count() + 1,
        chain="0",
        store=store,
        type=type_name,
        occurred_at=now,
        clock="synced",
        received_at=now,
        data=data,
    )


def page(client: Client, path: str = "/", language: str = "fa") -> str:
    client.cookies["django_language"] = language
    return str(client.get(path).content.decode())


def words(html: str) -> str:
    """What a person reads of a page, technical names aside."""
    html = re.sub(r"<(script|code|bdi)\b.*?</\1>|<head.*?</head>", " ", html, flags=re.DOTALL)
    spoken = " ".join(re.findall(r'aria-label="([^"]*)"', html))
    return unescape(re.sub(r"<[^>]*>", " ", html) + spoken)


@pytest.mark.parametrize(
    "name",
    sorted(
        {str(each.name) for each in urlpatterns if isinstance(each, URLPattern)} - OPEN - {"stream", "logout"}
    ),
)
def test_a_page_sends_who_is_not_signed_in_to_the_login(client: Client, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/login?next=")


def test_signing_in_and_out(client: Client) -> None:
    employ("hq", "owner")
    assert client.post("/login", {"username": "hq", "password": "right"})["Location"] == "/"
    assert client.get("/").status_code == 200
    assert client.post("/logout")["Location"] == "/login"
    assert client.get("/").status_code == 302


def test_after_signing_in_nobody_is_sent_to_another_site(client: Client) -> None:
    employ("hq", "owner")
    form = {"username": "hq", "password": "right", "next": "https://elsewhere.example/"}
    assert client.post("/login", form)["Location"] == "/"


def wrong(client: Client, times: int, name: str = "hq", address: str = "10.0.0.1") -> int:
    form = {"username": name, "password": "wrong"}
    return [client.post("/login", form, REMOTE_ADDR=address).status_code for _ in range(times)][-1]


def test_the_sixth_wrong_try_has_to_wait_and_the_right_password_with_it(client: Client) -> None:
    employ("hq", "owner")
    assert wrong(client, 5) == 200
    response = client.post("/login", {"username": "HQ ", "password": "right"}, REMOTE_ADDR="10.0.0.1")
    assert response.status_code == 429
    assert digits("10", "fa") in words(response.content.decode())
    assert client.get("/").status_code == 302


def test_another_name_or_address_need_not_wait(client: Client) -> None:
    employ("hq", "owner")
    wrong(client, 5)
    assert wrong(client, 1, name="boss") == 200
    assert wrong(client, 1, address="10.0.0.2") == 200


def test_the_right_password_forgets_the_wrong_tries(client: Client) -> None:
    employ("hq", "owner")
    wrong(client, 4)
    form = {"username": "hq", "password": "right"}
    assert client.post("/login", form, REMOTE_ADDR="10.0.0.1").status_code == 302
    assert wrong(Client(), 5) == 200


def test_the_wait_ends_and_trying_does_not_lengthen_it() -> None:
    now, counts = datetime(2026, 3, 1, tzinfo=UTC), throttle.of_password("hq", "a")
    for second in range(5):
        assert not throttle.admit(counts, now + timedelta(seconds=second))
    assert throttle.admit(counts, now + throttle.WINDOW / 2) == throttle.WINDOW / 2
    assert not throttle.admit(counts, now + throttle.WINDOW)


def test_neither_name_nor_address_of_a_try_is_kept(client: Client) -> None:
    wrong(client, 1, name="somebody")
    kept = SignInTry.objects.values_list("key", flat=True)
    assert len(kept) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)


@pytest.mark.parametrize("path", ["/login", "/", "/parked", "/nowhere"])
def test_the_content_policy_is_strict_and_the_page_keeps_to_it(signed_in: Client, path: str) -> None:
    response = signed_in.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    html = response.content.decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|https?://", html)


def test_a_page_is_persian_from_right_to_left_before_anything_is_chosen(client: Client) -> None:
    response = client.get("/login", headers={"Accept-Language": "en-GB,en"})
    assert '<html lang="fa" dir="rtl">' in response.content.decode()
    assert response["Content-Language"] == "fa"


def test_the_chosen_language_stays(client: Client) -> None:
    assert client.post("/language", {"language": "en", "next": "/login"})["Location"] == "/login"
    html = client.get("/login").content.decode()
    assert '<html lang="en" dir="ltr">' in html
    assert "Sign in" in html


def test_a_language_that_is_none_is_persian(client: Client) -> None:
    assert 'lang="fa"' in page(client, "/login", "xx")


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize("path", ["/login", "/", "/parked", "/nowhere"])
def test_no_text_of_a_persian_page_is_left_in_english(signed_in: Client, stream: Stream, path: str) -> None:
    stored(stream, "club.card.refused.v1", '{"reason": "unreadable"}')
    Parked.objects.create(topic="t", reason="nested too deep", raw=b"", received_at=datetime.now(UTC))
    if path == "/login":
        signed_in.logout()
    html = re.sub(r'<td dir="ltr" lang="en">.*?</td>', "", page(signed_in, path))
    left = set(re.findall(r"[A-Za-z]+", words(html))) - NAMES
    assert left == set()
    assert not re.search("[0-9]", words(html))


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize("path", ["/login", "/", "/parked"])
def test_no_text_of_an_english_page_is_left_in_persian(signed_in: Client, path: str) -> None:
    html = page(signed_in, path, "en").replace("فارسی", "")
    assert not re.search("[\\u0600-\\u06ff]", words(html))


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_page_shows_the_figures_that_the_indices_compute(signed_in: Client, language: Language) -> None:
    mean, html = ces(COUNTS), page(signed_in, "/", language)
    assert html.count(figure(mean, language)) >= 2
    assert html.count(interval(mean, language)) >= 2
    assert f">{digits('120', language)}<" in html
    assert digits("66", language) in html


@pytest.mark.usefixtures("club")
def test_a_figure_of_too_few_answers_is_grey(signed_in: Client) -> None:
    assert 'data-of="ces" class="ces">' in page(signed_in)
    DayCount.objects.filter(value__gt=4).delete()
    roll_up_anew()
    assert 'data-of="ces" class="ces grey">' in page(signed_in)


def test_a_page_without_anything_says_so(signed_in: Client) -> None:
    html = page(signed_in, "/", "en")
    assert "There are no stores yet." in html
    assert "Nothing has happened yet." in html


def test_the_newest_events_stand_on_the_page_and_the_stream_goes_on_from_there(
    signed_in: Client, stream: Stream
) -> None:
    rows = [stored(stream, "club.reader.went-up.v1", '{"reader": "rc522"}') for _ in range(40)]
    html = page(signed_in, "/", "en")
    shown = [int(found) for found in re.findall(r'data-id="(\d+)"', html)]
    assert shown == [row.id for row in rows][:-31:-1]
    assert f"/stream?after={rows[-1].id}" in html


def test_what_a_kiosk_sends_cannot_become_part_of_the_page(signed_in: Client, stream: Stream) -> None:
    stored(stream, "<script>alert(1)</script>", store="<b>x")
    stored(stream, "club.reader.went-up.v1", '{"reader": "<img src=x onerror=1>"}')
    html = page(signed_in)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "<b>x" not in html


def test_what_was_set_aside_is_shown_with_its_reason_and_never_with_its_bytes(
    signed_in: Client,
) -> None:
    now = datetime.now(UTC)
    Parked.objects.create(topic="t", kiosk="k-1", reason="nested too deep", raw=b"secret", received_at=now)
    assert "/parked" in page(signed_in, "/")
    html = page(signed_in, "/parked")
    assert "nested too deep" in html
    assert "k-1" in html
    assert "secret" not in html


def test_rows_that_will_never_come_are_shown(signed_in: Client) -> None:
    assert "ردیف‌هایی که هرگز" not in page(signed_in, "/parked")
    now = datetime.now(UTC)
    stream = Stream.objects.create(kiosk="k-7", epoch="e" * 16, upto=40, chain="0" * 16, seen_at=now)
    Hole.objects.create(stream=stream, first=4, last=39, reason="not-held", at=now)
    html = page(signed_in, "/parked")
    assert "ردیف‌هایی که هرگز" in html
    assert "k-7" in html
    assert "۴ تا ۳۹" in html


def test_older_ones_that_were_set_aside_can_be_reached(signed_in: Client) -> None:
    now = datetime.now(UTC)
    Parked.objects.bulk_create(
        Parked(topic="t", reason=f"reason {n}.", raw=b"", received_at=now) for n in range(150)
    )
    newest = page(signed_in, "/parked")
    older = re.search(r"\?before=(\d+)", newest)
    assert older
    assert "reason 149." in newest
    assert "reason 49." not in newest
    rest = page(signed_in, f"/parked?before={older[1]}")
    assert "reason 49." in rest
    assert "reason 50." not in rest
    assert "reason 149." in page(signed_in, "/parked?before=x")


def test_a_stale_form_is_answered_with_what_to_do() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/login", {"username": "hq", "password": "right"})
    assert response.status_code == 403
    assert "منقضی" in response.content.decode()

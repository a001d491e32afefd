"""Signing in and out: throttled for guessers of every kind, written down, and over in time."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from cloud.desk import throttle
from cloud.desk.models import AuditLine, Staff
from cloud.desk.people.sessions import AGE, BEGAN, IDLE, SEEN
from tests.cloud.desk.people.factors import sign_in
from tests.cloud.desk.staffed import employ

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def clerk() -> User:
    return employ("sara", "clerk", "tajrish")


def test_many_names_from_one_address_have_to_wait(client: Client) -> None:
    tried = [sign_in(client, f"name{each}", "wrong") for each in range(throttle.TRIES_OF_ADDRESS + 1)]
    assert tried == [200] * throttle.TRIES_OF_ADDRESS + [429]
    assert sign_in(Client(), "somebody", "wrong", address="10.0.0.2") == 200


def test_one_name_from_many_addresses_has_to_wait_for_a_window_and_no_longer() -> None:
    def tried(address: int, now: datetime) -> timedelta:
        return throttle.admit(throttle.of_password("sara", f"10.0.0.{address}"), now)

    for each in range(throttle.TRIES_OF_NAME):
        assert not tried(each, NOW)
    assert tried(99, NOW) == throttle.WINDOW
    assert not tried(99, NOW + throttle.WINDOW)


@pytest.mark.usefixtures("clerk")
def test_strangers_do_not_keep_somebody_out_of_their_own_browser() -> None:
    own = Client()
    sign_in(own, "sara")
    own.post("/logout")
    for each in range(throttle.TRIES_OF_NAME + 1):
        sign_in(Client(), "sara", "wrong", address=f"10.1.0.{each}")
    assert sign_in(Client(), "sara", address="10.2.0.1") == 429
    assert sign_in(own, "sara", address="10.2.0.1") == 302


@pytest.mark.usefixtures("clerk")
def test_a_known_browser_guesses_no_more_than_others_and_no_other_name() -> None:
    own = Client()
    sign_in(own, "sara")
    own.post("/logout")
    employ("boss", "owner")
    assert [sign_in(own, "sara", "wrong", f"10.1.0.{each}") for each in range(6)] == [200] * 5 + [429]
    mark = next(name for name in own.cookies if name.startswith("known-"))
    assert own.cookies[mark]["httponly"]
    value = own.cookies[mark].value
    thief = Client()
    for each in range(throttle.TRIES_OF_NAME):
        sign_in(thief, "boss", "wrong", f"10.3.0.{each}")
    thief.cookies[mark] = value
    assert sign_in(thief, "boss", "wrong", "10.3.1.1") == 429


@pytest.mark.usefixtures("clerk")
def test_the_right_password_is_not_counted_against_an_address() -> None:
    for _ in range(throttle.TRIES_OF_ADDRESS + 5):
        assert sign_in(Client(), "sara") == 302


@pytest.mark.usefixtures("clerk")
def test_coming_and_going_is_written_down(client: Client) -> None:
    sign_in(client, "sara", "wrong")
    sign_in(client, "sara")
    client.post("/logout")
    lines = AuditLine.objects.order_by("id").values_list("action", "who", "role", "store", "address")
    assert list(lines) == [
        ("sign-in-failed", "sara", "clerk", "tajrish", "10.0.0.1"),
        ("sign-in", "sara", "clerk", "tajrish", "10.0.0.1"),
        ("sign-out", "sara", "clerk", "tajrish", "127.0.0.1"),
    ]


def test_a_name_that_is_nobodys_is_not_written_down_it_may_be_a_password(client: Client) -> None:
    sign_in(client, "my secret word", "x")
    line = AuditLine.objects.get()
    assert (line.action, line.who, line.subject) == ("sign-in-failed", "", "")


@pytest.mark.usefixtures("clerk")
def test_the_session_has_another_key_after_signing_in(client: Client) -> None:
    client.get("/login")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key or ""
    sign_in(client, "sara")
    assert client.cookies["sessionid"].value not in {"", before}


def aged(client: Client, **ago: timedelta) -> None:
    session = client.session
    for name, by in ago.items():
        session[name] -= by.total_seconds()
    session.save()


@pytest.mark.parametrize("role", ["owner", "clerk"])
def test_a_session_ends_after_a_working_day(client: Client, role: str) -> None:
    employ("she", role, "tajrish")  # type: ignore[arg-type]
    sign_in(client, "she")
    aged(client, **{BEGAN: AGE - timedelta(minutes=1)})
    assert client.get("/account").status_code == 200
    aged(client, **{BEGAN: timedelta(minutes=1)})
    assert client.get("/account")["Location"] == "/login?next=%2Faccount"
    assert client.get("/account")["Location"] == "/login?next=/account"
    assert client.get("/stream").status_code == 401


def test_an_owners_session_ends_after_a_rest_and_a_clerks_does_not(client: Client) -> None:
    employ("boss", "owner")
    employ("sara", "clerk", "tajrish")
    for name, status in (("boss", 302), ("sara", 200)):
        sign_in(client, name)
        aged(client, **{SEEN: IDLE})
        assert client.get("/account").status_code == status
        client.post("/logout")


def test_a_page_keeps_the_session_alive_and_its_stream_alone_does_not(client: Client) -> None:
    employ("boss", "owner")
    sign_in(client, "boss")
    half = IDLE / 2
    for _ in range(3):
        aged(client, **{SEEN: half})
        assert client.get("/account").status_code == 200
    aged(client, **{SEEN: half})
    client.get("/stream")
    aged(client, **{SEEN: half})
    assert client.get("/stream").status_code == 401


@pytest.mark.usefixtures("clerk")
def test_the_language_is_the_users_on_every_browser(client: Client) -> None:
    sign_in(client, "sara")
    assert client.post("/language", {"language": "en", "next": "/account"})["Location"] == "/account"
    assert Staff.objects.get(user__username="sara").language == "en"
    other = Client()
    sign_in(other, "sara")
    assert '<html lang="en"' in other.get("/account").content.decode()


def test_a_strangers_language_is_nobodys(client: Client, clerk: User) -> None:
    client.post("/language", {"language": "en"})
    assert Staff.objects.get(user=clerk).language == ""
    sign_in(client, "sara")
    client.post("/language", {"language": "xx"})
    assert Staff.objects.get(user=clerk).language == ""


@pytest.mark.parametrize("path", ["/login", "/account", "/nowhere"])
@pytest.mark.usefixtures("clerk")
def test_every_page_tells_the_browser_what_to_refuse(client: Client, path: str) -> None:
    sign_in(client, "sara")
    if path == "/login":
        client.post("/logout")
    answer = client.get(path)
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "Strict-Transport-Security" not in answer


def test_over_tls_the_browser_is_to_stay_there(client: Client, settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert client.get("/login", secure=True)["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.usefixtures("clerk")
def test_who_has_a_password_cannot_wash_an_address_clean() -> None:
    for each in range(throttle.TRIES_OF_ADDRESS - 1):
        sign_in(Client(), f"name{each}", "wrong")
    assert sign_in(Client(), "sara") == 302
    assert [sign_in(Client(), name, "wrong") for name in ("last", "beyond")] == [200, 429]

"""Setting up a second factor, and being asked for it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from cloud.desk.access import GUARDED, ROLES, Role
from cloud.desk.models import AuditLine, RecoveryCode, Staff
from cloud.desk.people import factor
from tests.cloud.desk.people.factors import code, codes_on, give_factor, secret_on, sign_in
from tests.cloud.desk.staffed import employ


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    settings.SECOND_FACTOR = True


@pytest.fixture
def boss() -> User:
    return employ("boss", "owner")


def actions() -> list[str]:
    return list(AuditLine.objects.order_by("id").values_list("action", flat=True))


@pytest.mark.parametrize("role", ROLES)
def test_guarded_roles_and_no_others_are_sent_to_set_one_up(client: Client, role: Role) -> None:
    employ("she", role, "tajrish")
    sign_in(client, "she")
    answer = client.get("/account")
    if role in GUARDED:
        assert answer["Location"] == "/second?next=%2Faccount"
        assert client.get("/second?next=%2Fparked")["Location"] == "/second/setup?next=%2Fparked"
    else:
        assert answer.status_code == 200


def test_setting_up_shows_the_secret_takes_a_code_and_gives_recovery_codes(
    client: Client, boss: User
) -> None:
    sign_in(client, "boss")
    html = client.get("/second/setup?next=/parked").content.decode()
    secret = secret_on(html)
    assert secret_on(client.get("/second/setup").content.decode()) == secret
    assert client.post("/second/setup", {"code": "000000"}).status_code == 200
    assert client.get("/").status_code == 302
    done = client.post("/second/setup", {"code": code(secret), "next": "/parked"}).content.decode()
    assert len(codes_on(done)) == 10
    assert 'href="/parked"' in done
    assert client.get("/").status_code == 200
    staff = Staff.objects.get(user=boss)
    assert staff.totp_secret is not None
    assert secret not in bytes(staff.totp_secret)
    assert actions() == ["sign-in", "second-set"]


def test_without_a_code_nothing_but_the_way_in_answers(client: Client, boss: User) -> None:
    give_factor(boss)
    sign_in(client, "boss")
    for path in ("/", "/account", "/staff", "/audit", "/account/password", "/parked"):
        assert client.get(path)["Location"].startswith("/second?next="), path
    assert client.post("/account/elsewhere")["Location"] == "/second"
    assert client.get("/stream").status_code == 401
    assert client.get("/second/setup")["Location"].startswith("/second?")


def test_the_code_lets_in_and_leads_on(client: Client, boss: User) -> None:
    secret = give_factor(boss)
    assert (
        client.post("/login?next=/parked", {"username": "boss", "password": "right"})["Location"] == "/parked"
    )
    answer = client.get("/parked")
    before = client.session.session_key
    assert client.get(answer["Location"]).status_code == 200
    done = client.post("/second", {"code": code(secret), "next": "/parked"})
    assert done["Location"] == "/parked"
    assert client.get("/parked").status_code == 200
    assert client.session.session_key != before
    assert client.get("/second")["Location"] == "/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_code_leads_to_no_other_site(client: Client, boss: User, elsewhere: str) -> None:
    secret = give_factor(boss)
    sign_in(client, "boss")
    assert client.post("/second", {"code": code(secret), "next": elsewhere})["Location"] == "/"


def test_a_code_is_taken_once(client: Client, boss: User) -> None:
    secret = give_factor(boss)
    sign_in(client, "boss")
    once = code(secret)
    assert client.post("/second", {"code": once}).status_code == 302
    other = Client()
    sign_in(other, "boss")
    assert other.post("/second", {"code": once}).status_code == 200
    assert other.post("/second", {"code": code(secret, 1)}).status_code == 302


def test_the_code_of_the_setting_up_is_used_up(client: Client, boss: User) -> None:
    sign_in(client, "boss")
    secret = secret_on(client.get("/second/setup").content.decode())
    used = code(secret)
    client.post("/second/setup", {"code": used})
    assert not factor.accepts(Staff.objects.get(user=boss), used, datetime.now(UTC))


def test_a_recovery_code_lets_in_once(boss: User) -> None:
    give_factor(boss)
    first, *_ = factor.renew_codes(Staff.objects.get(user=boss))
    assert first not in RecoveryCode.objects.values_list("digest", flat=True)
    for status in (302, 200):
        browser = Client()
        sign_in(browser, "boss")
        assert browser.post("/second", {"code": first.upper()}).status_code == status
    assert factor.codes_left(Staff.objects.get(user=boss)) == 9


def test_a_recovery_code_is_its_owners_only(boss: User) -> None:
    other = Staff.objects.get(user=employ("other", "owner"))
    code, *_ = factor.renew_codes(Staff.objects.get(user=boss))
    assert not factor.accepts(other, code, datetime.now(UTC))


def test_guessing_codes_has_to_wait_for_the_user_wherever_they_are(client: Client, boss: User) -> None:
    secret = give_factor(boss)
    sign_in(client, "boss")
    statuses = [client.post("/second", {"code": "000000"}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    other = Client()
    sign_in(other, "boss", address="10.0.0.9")
    assert other.post("/second", {"code": code(secret)}).status_code == 429
    assert actions().count("second-failed") == 5


def test_who_set_one_up_is_asked_in_any_role_and_where_it_is_not_required(
    client: Client, settings: Settings
) -> None:
    settings.SECOND_FACTOR = False
    user = employ("kaveh", "analyst")
    sign_in(client, "kaveh")
    assert client.get("/").status_code == 200
    give_factor(user)
    assert client.get("/")["Location"].startswith("/second")


def test_who_must_not_have_one_may_set_it_up(client: Client) -> None:
    employ("kaveh", "clerk", "tajrish")
    sign_in(client, "kaveh")
    html = client.get("/second/setup?next=/account").content.decode()
    assert len(codes_on(client.post("/second/setup", {"code": code(secret_on(html))}).content.decode())) == 10


def test_a_secret_that_the_key_does_not_open_lets_nobody_in(
    client: Client, boss: User, settings: Settings
) -> None:
    secret = give_factor(boss)
    settings.SECRET_KEY = "another"
    sign_in(client, "boss")
    assert client.post("/second", {"code": code(secret)}).status_code == 200


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    for path in ("/second", "/second/setup"):
        assert client.get(path)["Location"].startswith("/login?next=")


def test_a_user_who_is_nobody_to_the_club_is_refused(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", password="right"))
    for path in ("/second", "/second/setup", "/account"):
        assert client.get(path).status_code == 403


def test_the_code_of_a_minute_ago_is_too_old(boss: User) -> None:
    secret = give_factor(boss)
    staff = Staff.objects.get(user=boss)
    assert not factor.accepts(staff, code(secret), datetime.now(UTC) + timedelta(minutes=2))


def test_a_part_of_a_page_sends_the_whole_page_to_show_the_code(client: Client, boss: User) -> None:
    give_factor(boss)
    sign_in(client, "boss")
    htmx = {"HX-Request": "true", "HX-Current-URL": "http://testserver/members/?q=a"}
    answer = client.get("/members/", headers=htmx)
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/second?next=%2Fmembers%2F%3Fq%3Da")


def test_a_code_is_taken_once_also_by_two_at_the_same_time(boss: User) -> None:
    secret = give_factor(boss)
    one, other = Staff.objects.get(user=boss), Staff.objects.get(user=boss)
    now, typed = datetime.now(UTC), code(secret)
    assert [factor.accepts(each, typed, now) for each in (one, other)] == [True, False]

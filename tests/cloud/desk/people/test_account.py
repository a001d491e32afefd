"""The page of one's own account: password, second factor, sessions elsewhere."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import Settings

from cloud.desk.models import AuditLine, RecoveryCode, Staff
from cloud.desk.people import factor
from tests.cloud.desk.people.factors import code, codes_on, give_factor, secret_on, sign_in
from tests.cloud.desk.staffed import employ

NEW = "plum lantern 4 winters"


@pytest.fixture
def clerk(client: Client) -> User:
    user = employ("sara", "clerk", "tajrish")
    sign_in(client, "sara")
    return user


def change(client: Client, new: str, old: str = "right", again: str | None = None) -> int:
    form = {"old_password": old, "new_password1": new, "new_password2": new if again is None else again}
    return client.post("/account/password", form).status_code


@pytest.mark.usefixtures("clerk")
def test_the_account_says_who_one_is(client: Client) -> None:
    client.cookies["django_language"] = "en"
    html = client.get("/account").content.decode()
    assert "sara" in html
    assert "Clerk" in html
    assert "Tajrish" in html
    assert "Vanak" not in html
    assert 'href="/account"' in html


def test_the_password_is_changed_and_other_sessions_end_with_the_old_one(client: Client, clerk: User) -> None:
    other = Client()
    sign_in(other, "sara")
    assert change(client, NEW) == 302
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    clerk.refresh_from_db()
    assert clerk.check_password(NEW)
    assert AuditLine.objects.filter(action="password-changed", who="sara").count() == 1


@pytest.mark.parametrize(
    ("new", "old", "again"),
    [
        ("short 9ch", "right", None),
        ("qwertyuiop", "right", None),
        ("x1 " * 43, "right", None),
        (NEW, "wrong", None),
        (NEW, "right", "another " + NEW),
        ("", "", None),
    ],
)
def test_a_bad_new_password_is_refused_in_words(
    client: Client, clerk: User, new: str, old: str, again: str | None
) -> None:
    assert change(client, new, old, again) == 200
    clerk.refresh_from_db()
    assert clerk.check_password("right")


@pytest.mark.usefixtures("clerk")
def test_what_is_wrong_stands_beside_its_field(client: Client) -> None:
    form = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    html = client.post("/account/password", form).content.decode()
    assert 'aria-invalid="true"' in html
    assert 'id="id_old_password_error"' in html
    assert "id_old_password_error" in html.split('name="old_password"')[1].split(">")[0]


@pytest.mark.usefixtures("clerk")
def test_the_same_password_again_is_no_change(client: Client) -> None:
    change(client, NEW)
    assert change(client, NEW, old=NEW) == 200


def test_who_guesses_the_password_at_an_open_screen_has_to_wait(client: Client, clerk: User) -> None:
    for _ in range(5):
        change(client, NEW, old="wrong")
    assert change(client, NEW) == 200
    clerk.refresh_from_db()
    assert clerk.check_password("right")


@pytest.mark.usefixtures("clerk")
def test_signing_out_elsewhere_leaves_this_browser(client: Client) -> None:
    other = Client()
    sign_in(other, "sara")
    assert other.get("/account").status_code == 200
    client.post("/account/elsewhere")
    assert client.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def with_factor(client: Client, name: str) -> bytes:
    """Set one up through the pages; the secret."""
    sign_in(client, name)
    secret = secret_on(client.get("/second/setup").content.decode())
    client.post("/second/setup", {"code": code(secret)})
    return secret


def test_new_recovery_codes_replace_the_old_ones(client: Client, clerk: User) -> None:
    with_factor(client, "sara")
    before = set(RecoveryCode.objects.values_list("digest", flat=True))
    html = client.post("/account/second", {"do": "codes", "password": "right"}).content.decode()
    assert len(codes_on(html)) == 10
    assert not before & set(RecoveryCode.objects.values_list("digest", flat=True))
    assert factor.codes_left(Staff.objects.get(user=clerk)) == 10


@pytest.mark.parametrize("do", ["codes", "off"])
def test_without_the_password_the_second_factor_stays_as_it_is(client: Client, clerk: User, do: str) -> None:
    with_factor(client, "sara")
    before = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert client.post("/account/second", {"do": do, "password": "wrong"}).status_code == 200
    assert set(RecoveryCode.objects.values_list("digest", flat=True)) == before
    assert factor.has_one(Staff.objects.get(user=clerk))


def test_it_can_be_turned_off_where_the_role_allows(client: Client, clerk: User, settings: Settings) -> None:
    settings.SECOND_FACTOR = True
    with_factor(client, "sara")
    client.post("/account/second", {"do": "off", "password": "right"})
    assert not factor.has_one(Staff.objects.get(user=clerk))
    boss = employ("boss", "owner")
    owner = Client()
    with_factor(owner, "boss")
    owner.post("/account/second", {"do": "off", "password": "right"})
    assert factor.has_one(Staff.objects.get(user=boss))


def test_moving_it_to_another_telephone_needs_the_password_and_the_new_code(
    client: Client, clerk: User
) -> None:
    with_factor(client, "sara")
    before = bytes(Staff.objects.get(user=clerk).totp_secret or b"")
    secret = secret_on(client.get("/second/setup").content.decode())
    client.post("/second/setup", {"code": code(secret), "password": "wrong"})
    assert bytes(Staff.objects.get(user=clerk).totp_secret or b"") == before
    html = client.post("/second/setup", {"code": code(secret), "password": "right"}).content.decode()
    assert len(codes_on(html)) == 10
    assert bytes(Staff.objects.get(user=clerk).totp_secret or b"") != before


def test_nothing_is_turned_off_that_is_not_on(client: Client, clerk: User) -> None:
    assert client.post("/account/second", {"do": "codes", "password": "right"}).status_code == 302
    assert not RecoveryCode.objects.exists()
    give_factor(clerk)
    assert client.get("/account")["Location"].startswith("/second")


@pytest.mark.parametrize("new", ["short", "qwertyuiop", "x" * 129, "sara sara sara", ""])
@pytest.mark.usefixtures("clerk")
def test_what_is_wrong_with_a_password_is_said_in_persian(client: Client, new: str) -> None:
    form = {"old_password": "", "new_password1": new, "new_password2": new + "x"}
    html = client.post("/account/password", form).content.decode()
    wrong = re.findall(r'class="errorlist"[^>]*>(.*?)</ul>', html, re.DOTALL)
    assert wrong
    assert not re.search("[A-Za-z]", re.sub("<[^>]*>", "", "".join(wrong)))

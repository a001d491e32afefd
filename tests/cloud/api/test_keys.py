"""Keys: shown once, useless to a thief of the database, and dead when revoked."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from cloud.api import keys
from cloud.api.models import ApiKey
from tests.cloud.api.caller import Caller, caller
from tests.cloud.kiosks import MEMBER

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 21, 8, 30, tzinfo=UTC)
PATH = f"/api/v1/members/{MEMBER}"


def make(*, scopes: tuple[str, ...] = ("members:read",), now: datetime = NOW) -> str:
    return keys.make("a till", scopes, ("vanak",), 10, now)


@pytest.fixture
def token(club: None) -> str:  # noqa: ARG001 - what it needs
    return make()


def test_a_key_is_found_by_the_whole_of_what_was_shown(token: str) -> None:
    found = keys.find(token, NOW)
    assert found is not None
    assert (found.id, found.scopes) == (token.partition(".")[0], "members:read")


def test_a_key_with_one_character_changed_added_or_left_out_is_none(token: str) -> None:
    other = token[:-1] + ("A" if token[-1] != "A" else "B")
    for wrong in (other, token[:-1], f"{token}A", token.partition(".")[0], "", ".", f"{token}\0", "x\0.y"):
        assert keys.find(wrong, NOW) is None


def test_the_secret_of_one_key_opens_no_other(token: str) -> None:
    name, _, secret = make().partition(".")
    assert keys.find(f"{token.partition('.')[0]}.{secret}", NOW) is None
    assert keys.find(f"{name}.{secret}", NOW) is not None


def test_a_stolen_database_reveals_no_usable_key(token: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM api_apikey")
        stolen = [str(value) for row in cursor.fetchall() for value in row]
    secret = token.partition(".")[2]
    assert not [value for value in stolen if secret in value]
    name = token.partition(".")[0]
    for value in stolen:
        assert keys.find(value, NOW) is None
        assert keys.find(f"{name}.{value}", NOW) is None


def test_a_digest_made_under_another_secret_of_the_server_opens_nothing(
    token: str, settings: Settings
) -> None:
    settings.SECRET_KEY = "another"
    assert keys.find(token, NOW) is None


def test_a_revoked_key_opens_nothing_any_more_and_stays_revoked(token: str) -> None:
    name = token.partition(".")[0]
    keys.revoke(name, NOW)
    keys.revoke(name, NOW + timedelta(days=1))
    assert keys.find(token, NOW) is None
    assert ApiKey.objects.get(id=name).revoked_at == NOW
    with pytest.raises(keys.Unknown):
        keys.revoke("nobody", NOW)


def test_when_a_key_was_used_is_known_to_the_hour(token: str) -> None:
    name = token.partition(".")[0]
    for minutes, known in ((0, 0), (59, 0), (60, 60), (119, 60)):
        keys.find(token, NOW + timedelta(minutes=minutes))
        assert ApiKey.objects.get(id=name).used_at == NOW + timedelta(minutes=known)


def test_a_key_needs_a_scope_and_a_store_that_exist(club: None) -> None:  # noqa: ARG001 - what it needs
    for scopes, stores, rate in (
        ((), ("vanak",), 1),
        (("members:read",), (), 1),
        (("all",), ("vanak",), 1),
        (("members:read",), ("nowhere",), 1),
        (("members:read",), ("vanak",), 0),
    ):
        with pytest.raises(keys.Unknown):
            keys.make("x", scopes, stores, rate, NOW)
    assert not ApiKey.objects.exists()


def test_a_request_without_a_key_or_with_a_wrong_one_is_401_and_says_how(club: None) -> None:  # noqa: ARG001 - what it needs
    for who in (Caller(), Caller("wrong"), Caller("a.b")):
        answer = who.get(PATH)
        assert (answer.status, answer.problem) == (401, "no-key")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_with_another_scope_is_403_and_told_which_it_needs(club: None) -> None:  # noqa: ARG001 - what it needs
    answer = caller("quotes:read").get(PATH)
    assert (answer.status, answer.problem) == (403, "forbidden")
    assert "members:read" in answer.body["detail"]


def test_too_many_requests_are_429_and_told_how_long_to_wait(club: None) -> None:  # noqa: ARG001 - what it needs
    slow, other = caller(rate=1), caller(rate=1)
    answers = [slow.get(PATH) for _ in range(50)]
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.problem == "too-many"
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["RateLimit"].startswith('"key";r=0;t=')
    assert answers[0].status == other.get(PATH).status == 200
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=5;w=5'


def command(*words: str) -> str:
    said = StringIO()
    call_command("apikey", *words, stdout=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_makes_lists_and_revokes_and_lists_no_secret(club: None) -> None:  # noqa: ARG001 - what it needs
    token = command("make", "Shop", "--scope", "members:read", "--store", "vanak").strip()
    name, _, secret = token.partition(".")
    assert Caller(token).get(PATH).status == 200
    listed = command("list")
    assert secret not in listed
    assert listed.startswith(name)
    command("revoke", name)
    assert Caller(token).get(PATH).status == 401
    assert "revoked" in command("list")


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_there_is(club: None) -> None:  # noqa: ARG001 - what it needs
    with pytest.raises(CommandError, match="members:read"):
        command("make", "Shop", "--scope", "all", "--store", "vanak")
    with pytest.raises(CommandError, match="tajrish, vanak, zand"):
        command("make", "Shop", "--scope", "members:read")
    with pytest.raises(CommandError, match="no key"):
        command("revoke", "nobody")

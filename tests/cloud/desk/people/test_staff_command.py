"""`python -m cloud staff`: the first owner, and who is locked out."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from cloud.desk.models import AuditLine, Staff
from cloud.desk.people import factor
from tests.cloud.desk.people.factors import give_factor, sign_in
from tests.cloud.desk.staffed import employ


def staff(*words: str) -> str:
    out = io.StringIO()
    call_command("staff", *words, stdout=out)
    return out.getvalue()


def test_the_first_owner_gets_in_with_the_password_that_is_printed() -> None:
    password = staff("add", "boss", "owner").split()[-1]
    client = Client()
    assert sign_in(client, "boss", password) == 302
    assert client.get("/staff")["Location"].startswith("/account/password")
    line = AuditLine.objects.get(action="staff-added")
    assert (line.who, line.subject, line.detail) == ("", "user:boss", "python -m cloud staff")


def test_everybody_is_listed_with_stores_and_state() -> None:
    staff("add", "sara", "clerk", "--store", "vanak", "--store", "tajrish")
    give_factor(employ("boss", "owner"))
    staff("lock", "sara")
    assert staff("list").splitlines() == [
        "boss  owner  -  second factor",
        "sara  clerk  tajrish,vanak  locked",
    ]


def test_a_role_is_given_and_the_stores_with_it() -> None:
    employ("sara", "clerk", "tajrish")
    staff("role", "sara", "store-manager", "--store", "vanak")
    assert "sara  store-manager  vanak" in staff("list")
    staff("role", "sara", "owner")
    assert "sara  owner  -" in staff("list")


def test_who_is_locked_out_gets_in_again() -> None:
    give_factor(employ("boss", "owner"))
    employ("other", "owner")
    staff("lock", "boss")
    assert sign_in(Client(), "boss") == 200
    staff("unlock", "boss")
    password = staff("reset", "boss").split()[-1]
    assert not factor.has_one(Staff.objects.get(user__username="boss"))
    assert sign_in(Client(), "boss") == 200
    assert sign_in(Client(), "boss", password) == 302


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lock", "nobody"), "nobody called nobody"),
        (("lock", "boss"), "last owner"),
        (("role", "boss", "analyst"), "last owner"),
        (("add", "BOSS", "owner"), "already"),
        (("add", "sara", "clerk"), "needs a --store"),
        (("add", "sara", "analyst", "--store", "vanak"), "sees every store"),
        (("add", "sara", "clerk", "--store", "moon"), "no store moon"),
        (("add", "sara", "king"), "invalid choice"),
        (("add", "a b", "owner"), "letters, digits"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], said: str) -> None:
    employ("boss", "owner")
    with pytest.raises(CommandError, match=said):
        staff(*words)
    assert staff("list") == "boss  owner  -\n"

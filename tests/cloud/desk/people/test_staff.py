"""Taking people on, changing and locking them: who may, whom, and what happens at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cloud.desk.access import ROLES, Role
from cloud.desk.models import AuditLine, Staff
from cloud.desk.people import factor, staff
from cloud.desk.people.rights import GRANTED, Post
from tests.cloud.desk.people.factors import give_factor, sign_in
from tests.cloud.desk.staffed import employ

EMPLOYERS: tuple[Role, ...] = ("owner", "manager", "store-manager")
STORED = {"store-manager", "clerk"}
GOOD = "plum lantern 4 winters"


def staffed(role: Role, name: str = "she", *stores: str) -> Client:
    """Somebody of a role, signed in; of Tajrish unless said otherwise."""
    client = Client()
    client.force_login(employ(name, role, *(stores or ("tajrish",))))
    client.cookies["django_language"] = "en"
    return client


def add(client: Client, role: str, *stores: str, name: str = "new") -> str:
    form = {"name": name, "full_name": "", "role": role, "stores": stores}
    return client.post("/staff/new", form).content.decode()


def password_on(html: str) -> str:
    found = re.search(r'class="password"[^>]*>([a-z0-9-]+)<', html)
    assert found, html
    return found[1]


@pytest.mark.parametrize("path", ["/staff", "/staff/new", "/audit", "/audit.csv"])
@pytest.mark.parametrize("role", ROLES)
def test_these_pages_are_for_those_who_look_after_people(role: Role, path: str) -> None:
    assert staffed(role).get(path).status_code == (200 if role in EMPLOYERS else 403)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("by", EMPLOYERS)
def test_a_role_grants_those_below_it_and_no_other(by: Role, role: Role) -> None:
    add(staffed(by), role, *(["tajrish"] if role in STORED else []))
    assert User.objects.filter(username="new").exists() == (role in GRANTED[by])


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("by", EMPLOYERS)
def test_a_person_is_there_for_whoever_looks_after_them_and_for_nobody_else(by: Role, role: Role) -> None:
    person = employ("he", role, *(["tajrish"] if role in STORED else []))
    client = staffed(by)
    status = 200 if role in GRANTED[by] else 404
    assert client.get(f"/staff/{person.pk}").status_code == status
    assert client.post(f"/staff/{person.pk}", {"do": "lock"}).status_code == (302 if status == 200 else 404)
    person.refresh_from_db()
    assert person.is_active == (status == 404)
    assert (f"/staff/{person.pk}" in client.get("/staff").content.decode()) == (status == 200)


@pytest.mark.parametrize("stores", [["vanak"], ["tajrish", "vanak"], []])
def test_a_store_manager_meets_clerks_of_own_stores_only(stores: list[str]) -> None:
    person = employ("he", "clerk", *stores)
    client = staffed("store-manager")
    assert client.get(f"/staff/{person.pk}").status_code == 404
    assert client.post(f"/staff/{person.pk}", {"do": "second"}).status_code == 404
    assert f"/staff/{person.pk}" not in client.get("/staff").content.decode()


def test_a_store_manager_gives_no_store_that_is_not_theirs() -> None:
    client = staffed("store-manager")
    add(client, "clerk", "vanak")
    add(client, "clerk")
    assert not User.objects.filter(username="new").exists()
    person = employ("he", "clerk", "tajrish")
    client.post(f"/staff/{person.pk}", {"do": "save", "role": "clerk", "stores": ["tajrish", "vanak"]})
    assert staff.post_of(Staff.objects.get(user=person)).stores == {"tajrish"}


@pytest.mark.parametrize("by", EMPLOYERS)
def test_nobody_changes_themselves(by: Role) -> None:
    client = staffed(by)
    own = User.objects.get(username="she")
    for form in ({"do": "save", "role": "owner"}, {"do": "lock"}, {"do": "second"}):
        assert client.post(f"/staff/{own.pk}", form).status_code in {302, 404}
    own.refresh_from_db()
    assert own.is_active
    assert Staff.objects.get(user=own).role == by


@pytest.mark.parametrize("person", ["0", "999", "x", "9" * 18, "9" * 40, "-1", "%D9%A1"])
def test_a_person_who_is_not_there_is_not_found(person: str) -> None:
    assert staffed("owner").get(f"/staff/{person}").status_code == 404


def test_the_first_password_is_shown_once_and_must_be_changed_first() -> None:
    client = staffed("manager")
    password = password_on(add(client, "clerk", "tajrish"))
    person = Staff.objects.get(user__username="new")
    assert password not in client.get(f"/staff/{person.pk}").content.decode()
    new = Client()
    assert sign_in(new, "new", password) == 302
    for path in ("/", "/account"):
        assert new.get(path)["Location"].startswith("/account/password?next=")
    assert new.post("/account/elsewhere")["Location"] == "/account/password"
    form = {"old_password": password, "new_password1": GOOD, "new_password2": GOOD}
    assert new.post("/account/password", form).status_code == 302
    assert new.get("/account").status_code == 200
    assert sign_in(Client(), "new", GOOD) == 302


def test_a_first_password_opens_nothing_after_a_week() -> None:
    long_ago = datetime.now(UTC) - staff.FIRST_FOR
    _, password = staff.add("new", "", Post("clerk", frozenset({"tajrish"})), long_ago)
    client = Client()
    assert sign_in(client, "new", password) == 200
    _, fresh = staff.add("newer", "", Post("clerk", frozenset({"tajrish"})), long_ago + timedelta(minutes=1))
    assert sign_in(client, "newer", fresh) == 302


@pytest.mark.parametrize(
    "name", ["", "a b", "<script>", "\u202eevil", "SHE", "x" * 61, "a\0b", "../x", "'; DROP TABLE"]
)
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    client = staffed("owner")
    before = User.objects.count()
    assert "<script>" not in add(client, "analyst", name=name)
    assert User.objects.count() == before


def test_a_full_name_keeps_no_character_that_turns_others_round() -> None:
    form = {"name": "reza", "full_name": "\u202eمریم <b>\u0007", "role": "analyst"}
    client = staffed("owner")
    client.post("/staff/new", form)
    assert User.objects.get(username="reza").first_name == "مریم <b>"
    assert "<b>" not in client.get("/staff").content.decode()


def test_role_and_stores_change_at_once() -> None:
    person = employ("he", "clerk", "tajrish")
    his = Client()
    his.force_login(person)
    boss = staffed("manager")
    assert his.get("/staff").status_code == 403
    boss.post(f"/staff/{person.pk}", {"do": "save", "role": "store-manager", "stores": ["vanak"]})
    assert staff.post_of(Staff.objects.get(user=person)) == Post("store-manager", frozenset({"vanak"}))
    assert his.get("/staff").status_code == 200
    boss.post(f"/staff/{person.pk}", {"do": "save", "role": "analyst", "stores": ["vanak"]})
    assert staff.post_of(Staff.objects.get(user=person)) == Post("analyst")


def test_who_is_locked_is_out_at_once_and_comes_in_again_when_unlocked() -> None:
    person = employ("he", "clerk", "tajrish")
    his = Client()
    his.force_login(person)
    boss = staffed("store-manager")
    assert his.get("/account").status_code == 200
    boss.post(f"/staff/{person.pk}", {"do": "lock"})
    assert his.get("/account").status_code == 302
    assert sign_in(Client(), "he") == 200
    boss.post(f"/staff/{person.pk}", {"do": "unlock"})
    assert his.get("/account").status_code == 302
    assert sign_in(Client(), "he") == 302


def test_a_lost_telephone_is_taken_away_with_its_codes_and_sessions() -> None:
    person = employ("he", "clerk", "tajrish")
    give_factor(person)
    factor.renew_codes(Staff.objects.get(user=person))
    his = Client()
    his.force_login(person)
    session = his.session
    session["second"] = True
    session.save()
    assert his.get("/account").status_code == 200
    staffed("manager").post(f"/staff/{person.pk}", {"do": "second"})
    found = Staff.objects.get(user=person)
    assert not factor.has_one(found)
    assert factor.codes_left(found) == 0
    assert his.get("/account").status_code == 302


def test_a_forgotten_password_is_replaced_and_its_sessions_end() -> None:
    person = employ("he", "clerk", "tajrish")
    his = Client()
    his.force_login(person)
    answer = staffed("manager").post(f"/staff/{person.pk}", {"do": "password"})
    assert his.get("/account").status_code == 302
    assert sign_in(Client(), "he") == 200
    assert sign_in(Client(), "he", password_on(answer.content.decode())) == 302


def test_the_last_owner_can_be_neither_locked_nor_demoted() -> None:
    first = Staff.objects.get(user=employ("first", "owner"))
    second = Staff.objects.get(user=employ("second", "owner"))
    staff.lock(second)
    with pytest.raises(staff.LastOwner):
        staff.lock(first)
    with pytest.raises(staff.LastOwner):
        staff.assign(first, Post("analyst"))
    staff.unlock(second)
    staff.assign(first, Post("analyst"))
    with pytest.raises(staff.LastOwner):
        staff.lock(second)


def test_an_owner_demotes_another_and_it_is_written_down() -> None:
    other = employ("other", "owner")
    staffed("owner").post(f"/staff/{other.pk}", {"do": "save", "role": "analyst"})
    line = AuditLine.objects.get(action="staff-changed")
    assert (line.who, line.subject, line.detail) == ("she", "user:other", "analyst")


def test_every_deed_is_written_down_with_its_store() -> None:
    client = staffed("store-manager")
    add(client, "clerk", "tajrish")
    person = Staff.objects.get(user__username="new")
    for do in ("password", "lock", "unlock", "second"):
        client.post(f"/staff/{person.pk}", {"do": do})
    lines = AuditLine.objects.filter(subject="user:new", store="tajrish", who="she").order_by("id")
    assert [line.action for line in lines] == [
        "staff-added",
        "password-given",
        "staff-locked",
        "staff-unlocked",
        "second-taken",
    ]


def test_what_cannot_be_done_is_not_found() -> None:
    person = employ("he", "clerk", "tajrish")
    assert staffed("owner").post(f"/staff/{person.pk}", {"do": "delete"}).status_code == 404
    assert staffed("owner", "her").post(f"/staff/{person.pk}", {}).status_code == 404


def test_people_are_found_by_a_part_of_their_name_and_paged() -> None:
    for each in range(60):
        employ(f"clerk{each:02}", "clerk", "tajrish")
    client = staffed("owner")
    first = client.get("/staff").content.decode()
    assert "clerk49" in first
    assert "clerk50" not in first
    more = re.search(r'href="(\?after=[^"]+)"', first)
    assert more
    assert "clerk50" in client.get(f"/staff{more[1]}").content.decode()
    found = client.get("/staff?q=ERK5").content.decode()
    assert "clerk50" in found
    assert "clerk49" not in found
    assert "Nobody is called so." in client.get("/staff?q=%E2%80%AE<script>").content.decode()

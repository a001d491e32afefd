"""The audit: whose lines one sees, filters, pages, the file, and that nobody rewrites it."""

import csv
import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.test import Client

from cloud.desk.models import AuditLine
from tests.cloud.desk.staffed import employ

NOW = datetime.now(UTC)


def line(number: int = 0, **said: object) -> AuditLine:
    fields = {
        "at": NOW,
        "who": "sara",
        "role": "clerk",
        "action": "card-blocked",
        "subject": f"member:{number}",
    }
    return AuditLine.objects.create(**(fields | said))


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(employ("boss", "owner"))
    client.cookies["django_language"] = "en"
    return client


def subjects(html: str) -> list[str]:
    return re.findall(r"<code dir=\"ltr\">(member:[^<]+)</code>", html)


def test_the_newest_stand_first_and_older_ones_behind_the_cursor(boss: Client) -> None:
    for number in range(120):
        line(number)
    seen: list[str] = []
    path = "/audit?who=sara"
    while path:
        html = boss.get(path).content.decode()
        seen += subjects(html)
        older = re.search(r'href="(\?before=[^"]+)"', html)
        path = "/audit" + older[1].replace("&amp;", "&") if older else ""
    assert seen == [f"member:{number}" for number in reversed(range(120))]


@pytest.mark.parametrize(
    "query",
    ["who=reza", "action=member-seen", "subject=member:2", "days=7", "who=reza&days=7&action=member-seen"],
)
def test_each_filter_leaves_what_is_like_it(boss: Client, query: str) -> None:
    line(1, at=NOW - timedelta(days=8))
    line(2, who="reza", action="member-seen")
    assert subjects(boss.get(f"/audit?{query}").content.decode()) == ["member:2"]


@pytest.mark.parametrize(
    "query", ["days=x", "days=-1", "days=" + "9" * 50, "before=x", "who=" + "x" * 5000, ""]
)
def test_a_filter_that_cannot_be_is_none_or_finds_nothing(boss: Client, query: str) -> None:
    line(1)
    assert boss.get(f"/audit?{query}").status_code == 200


def test_what_somebody_wrote_cannot_become_part_of_the_page(boss: Client) -> None:
    line(1, who="<script>x", detail="<img src=x>", subject='"><b>')
    html = boss.get("/audit?who=%3Cscript%3Ex").content.decode()
    assert not re.search(r"<script>x|<img src=x|<b>", html)


def test_a_store_manager_sees_the_lines_of_own_stores() -> None:
    line(1, store="tajrish")
    line(2, store="vanak")
    line(3)
    client = Client()
    client.force_login(employ("she", "store-manager", "tajrish"))
    assert subjects(client.get("/audit").content.decode()) == ["member:1"]
    assert subjects(client.get("/audit?subject=member:2").content.decode()) == []
    text = client.get("/audit.csv").content.decode()
    assert "member:1" in text
    assert "member:2" not in text
    assert "member:3" not in text


def test_an_empty_audit_says_so(boss: Client) -> None:
    assert "No line is like that." in boss.get("/audit?who=nobody").content.decode()


def test_the_file_has_the_same_lines_and_no_formula_and_is_written_down(boss: Client) -> None:
    line(1, detail='=HYPERLINK("x")')
    line(2, who="reza")
    answer = boss.get("/audit.csv?who=sara")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.content.decode())))
    assert [(row["subject"], row["detail"]) for row in rows] == [("member:1", '\'=HYPERLINK("x")')]
    assert AuditLine.objects.get(action="audit-exported").detail == "who=sara"


def test_the_database_keeps_every_line_as_it_is() -> None:
    kept = line(1)
    for change in (
        lambda: AuditLine.objects.update(who="another"),
        lambda: AuditLine.objects.filter(id=kept.id).update(detail="x"),
        lambda: AuditLine.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    kept.refresh_from_db()
    assert kept.who == "sara"


def test_a_line_outlives_its_user() -> None:
    user = employ("gone", "clerk", "tajrish")
    line(1, who="gone")
    user.delete()
    assert not User.objects.filter(username="gone").exists()
    assert AuditLine.objects.filter(who="gone").count() == 1

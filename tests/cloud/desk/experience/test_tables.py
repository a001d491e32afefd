"""Tables as CSV: what the page shows, under its own query, and nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import AsyncIterator
from typing import cast

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.http import StreamingHttpResponse
from django.test import AsyncClient, Client

from cloud.desk.experience.sheet import lines
from cloud.fleet.models import Store
from tests.cloud.desk.experience.asked import answered, by_hour, counted, n_of, page


def table(path: str, language: str = "en") -> list[list[str]]:
    """What is sent, as a spreadsheet reads it."""

    async def ask() -> bytes:
        client = AsyncClient()
        await client.aforce_login(await User.objects.aget(username="an"))
        client.cookies["django_language"] = language
        response = await client.get(path)
        assert response.status_code == 200
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        sent = cast("StreamingHttpResponse", response)
        return b"".join([part async for part in cast("AsyncIterator[bytes]", sent)])

    sent: bytes = async_to_sync(ask)()
    assert sent.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(sent.decode("utf-8-sig"))))


@pytest.mark.usefixtures("analyst")
def test_the_table_by_store_is_the_pages() -> None:
    counted(6, 40)
    counted(5, 10, store="zand")
    head, *rows = table("/experience/csv/ces/side/")
    assert head[1:6] == ["Name", "Figure", "Interval from", "Interval to", "Answers"]
    assert [(row[0], row[2], row[5]) for row in rows] == [("vanak", "6.0", "40"), ("zand", "5.0", "10")]
    assert table("/experience/csv/ces/side/?store=zand")[1][0] == "zand"


@pytest.mark.usefixtures("analyst")
def test_every_table_is_sent_in_either_language() -> None:
    counted(6, 40)
    counted(5, 40, ago=31)
    counted(2, 3, question="needs")
    by_hour(6, 40)
    for path, rows in {
        "all/overview": 1 + 5 + 4,
        "ces/trend": 31,
        "ces/hours": 2,
        "ces/change": 2,
        "ces/side": 2,
        "needs/answers": 1,
    }.items():
        for language in ("fa", "en"):
            assert len(table(f"/experience/csv/{path}/", language)) == rows, path
    assert table("/experience/csv/all/overview/", "fa")[0][0] == "شاخص"


def test_all_answers_are_sent_however_many_pages(analyst: Client) -> None:
    for number in range(120):
        answered(number, 6, hour=8 + number % 4, flagged=number == 7)
    counted(6, 119, flagged=1)
    rows = table("/experience/csv/ces/answers/")[1:]
    n = n_of(page(analyst, "/experience/ces/answers/"), 'p class="note"')
    assert len([row for row in rows if row[6] == "0"]) == n == 119
    assert len({row[2] for row in rows}) == 4


def test_a_wrong_query_is_answered_in_words(analyst: Client) -> None:
    response = analyst.get("/experience/csv/ces/side/?period=dates&since=2026-03-02&until=2026-03-01")
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")


@pytest.mark.usefixtures("analyst")
def test_a_name_that_would_be_a_formula_is_text() -> None:
    Store.objects.filter(id="vanak").update(name_en='=HYPERLINK("http://x","y")')
    counted(6, 40)
    assert table("/experience/csv/ces/side/")[1][1] == '\'=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_what_a_formula_begins_with_is_quoted(text: str) -> None:
    assert next(csv.reader(io.StringIO(lines([[text]]), newline="")))[0] == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert lines([[-1.5, 3, None, "a"]]) == "-1.5,3,,a\r\n"

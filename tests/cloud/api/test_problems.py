"""Whatever goes wrong, the answer is a problem that says what to do and quotes nothing."""

import json
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cloud.api.parser import DEPTH, parse
from tests.cloud.api.caller import JOINING, NUMBER, Caller
from tests.cloud.kiosks import MEMBER

pytestmark = pytest.mark.django_db
PATH = "/api/v1/members"


def deep(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1/", "/api/v1/nothing", "/api/v2/members", "/api/v1/members/"]
)
def test_where_nothing_is_the_answer_is_a_problem_and_no_page(till: Caller, path: str) -> None:
    answer = till.get(path)
    assert (answer.status, answer.problem) == (404, "not-found")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_is_405_and_told_which_there_are(till: Caller, method: str) -> None:
    answer = till.call(method, f"{PATH}/{MEMBER}")
    assert (answer.status, answer.problem) == (405, "no-such-method")
    assert answer.headers["Allow"] == "GET"


def test_another_host_is_400(till: Caller) -> None:
    answer = till.get(f"{PATH}/{MEMBER}", Host="elsewhere.example")
    assert (answer.status, answer.problem) == (400, "malformed")


def test_a_page_of_the_website_is_still_a_page(till: Caller) -> None:
    assert till.client.get("/nothing").headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "body",
    [
        *(b"{", b"\xff", b'{"a": NaN}', b'{"a": Infinity}', deep(DEPTH + 1), deep(100_000)),
        *(b'{"store": "vanak", "store": "zand"}', '{"a": 1}'.encode("utf-16"), b"1" * 5000),
    ],
)
def test_what_is_no_json_of_ours_is_400(till: Caller, body: bytes) -> None:
    answer = till.post(PATH, body)
    assert (answer.status, answer.problem) == (400, "malformed")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
def test_what_does_not_say_that_it_is_json_is_415(till: Caller, kind: str) -> None:
    answer = till.post(PATH, JOINING, **{"Content-Type": kind})
    assert (answer.status, answer.problem) == (415, "not-json")


def test_json_may_say_its_character_set(till: Caller) -> None:
    assert till.post(PATH, JOINING, **{"Content-Type": "application/json; charset=utf-8"}).status == 201


CARD: dict[str, Any] = {"kind": "em4100", "identity": "0123456789"}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (None, ["#"]),
        ([], ["#"]),
        ({}, ["#/store", "#/card"]),
        (JOINING | {"surplus/~": 1}, ["#/surplus~1~0"]),
        (JOINING | {"store": 7}, ["#/store"]),
        (JOINING | {"store": "va\0nak"}, ["#/store"]),
        (JOINING | {"store": "va\ud800nak"}, ["#/store"]),
        (JOINING | {"language": "de"}, ["#/language"]),
        (JOINING | {"card": CARD | {"identity": "x"}}, ["#/card/identity"]),
        (JOINING | {"card": {"kind": "em4100"}}, ["#/card/identity"]),
        (JOINING | {"card": CARD | {"surplus": 1}}, ["#/card/surplus"]),
        (JOINING | {"card": CARD | {"kind": "chip"}}, ["#/card"]),
        (JOINING | {"card": {"kind": "magstripe", "identity": "6037991234567890"}}, ["#/card/identity"]),
    ],
)
def test_what_is_not_as_described_is_422_with_pointers_to_it(
    till: Caller, body: object, pointers: list[str]
) -> None:
    answer = till.post(PATH, body)
    assert (answer.status, answer.problem) == (422, "invalid")
    assert [one["pointer"] for one in answer.body["errors"]] == pointers
    assert "6037991234567890" not in answer.text


def test_a_request_without_an_idempotency_key_is_422_and_names_the_header(till: Caller) -> None:
    answer = till.call("POST", PATH, JOINING)
    assert answer.status == 422
    assert [one["parameter"] for one in answer.body["errors"]] == ["Idempotency-Key"]


def test_a_fault_is_500_without_a_word_of_it_and_the_log_quotes_no_row(
    till: Caller, logged: pytest.LogCaptureFixture
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE club_card RENAME TO elsewhere")
    answer = till.post(PATH, JOINING)
    assert (answer.status, answer.problem) == (500, "failed")
    assert "club_card" not in answer.text
    assert "POST failed: OperationalError" in logged.text or "POST failed: ProgrammingError" in logged.text
    assert "club_card" not in logged.text
    assert NUMBER not in logged.text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_json_is_read_as_it_was_written(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value


@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_refused(body: bytes) -> None:
    try:
        parse(body)
    except ValueError:
        return

"""A request that is sent again does nothing twice: one after the other, at once, and after a refusal."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import TypeVar

import pytest
from django.db import connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from cloud.api import keys
from cloud.api.idempotency import KEPT, PRUNED, Ask, Reply, assert_alone_elsewhere, idempotent
from cloud.api.models import Answered, ApiKey
from cloud.api.problems import CONFLICT, Problem, of_status
from cloud.api.scopes import SCOPES
from cloud.api.shapes import Entries
from cloud.club.models import Member
from tests.cloud.api.caller import JOINING, Caller, caller
from tests.cloud.kiosks import MEMBER

pytestmark = pytest.mark.django_db
PATH = "/api/v1/members"
NAME = "request-1"
OTHER = {"store": "vanak", "card": {"kind": "em4100", "identity": "0123456789"}}
T = TypeVar("T")
DONE = Reply(201, Entries(items=[], next=None))


def test_the_same_request_again_has_the_same_answer_and_nobody_joins_twice(till: Caller) -> None:
    first, *again = [till.post(PATH, JOINING, NAME) for _ in range(5)]
    assert first.status == 201
    assert {(answer.status, answer.text) for answer in again} == {(201, first.text)}
    assert Member.objects.count() == 2
    assert Answered.objects.count() == 1


def test_another_request_under_the_same_name_is_422_and_does_nothing(till: Caller) -> None:
    till.post(PATH, JOINING, NAME)
    for path, body in ((PATH, OTHER), (f"{PATH}?x=1", JOINING), (PATH, JOINING | {"language": "en"})):
        answer = till.post(path, body, NAME)
        assert (answer.status, answer.problem) == (422, "key-reused")
    assert Member.objects.count() == 2


def test_two_keys_may_use_one_name(till: Caller) -> None:
    assert till.post(PATH, JOINING, NAME).status == 201
    assert caller().post(PATH, OTHER, NAME).status == 201


def test_a_refusal_leaves_the_name_free(till: Caller) -> None:
    till.post(PATH, JOINING, NAME)
    assert till.post(PATH, JOINING, "request-2").status == 409
    assert till.post(PATH, OTHER, "request-2").status == 201


@pytest.mark.parametrize("name", ["short", "x" * 65, "with space", "new\nline", "ناممم‌ممم", "\0" * 8])
def test_a_name_that_cannot_be_kept_is_422(till: Caller, name: str) -> None:
    assert till.post(PATH, JOINING, name).status == 422
    assert not Answered.objects.exists()


def age(by: timedelta, **which: object) -> None:
    Answered.objects.filter(**which).update(at=datetime.now(UTC) - by)


def test_after_a_day_a_name_is_free_again_and_not_before(till: Caller) -> None:
    till.post(PATH, JOINING, NAME)
    age(KEPT - timedelta(minutes=1))
    assert till.post(PATH, OTHER, NAME).status == 422
    age(KEPT)
    assert till.post(PATH, OTHER, NAME).status == 201


def test_old_answers_are_taken_away_a_few_at_a_time_and_the_name_asked_for_is_free(till: Caller) -> None:
    till.post(PATH, JOINING, NAME)
    answered = Answered.objects.get()
    Answered.objects.bulk_create(
        Answered(key_id=answered.key_id, name=f"old-{n}", request="", status=200, body="", at=answered.at)
        for n in range(PRUNED)
    )
    age(KEPT + timedelta(hours=1), name__startswith="old-")
    age(KEPT, name=NAME)
    assert till.post(PATH, OTHER, NAME).status == 201
    assert list(Answered.objects.values_list("name", flat=True)) == [NAME]


def test_no_statement_holds_the_body_that_was_sent(till: Caller) -> None:
    with CaptureQueriesContext(connection) as asked:
        till.post(PATH, OTHER, NAME)
    assert asked.captured_queries
    assert not [query for query in asked.captured_queries if "0123456789" in query["sql"]]


# --- at once, each in a thread with a connection of its own


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


def alone(do: Callable[[], T]) -> Callable[[], T]:
    """In a thread whose connection is closed afterwards."""

    def done() -> T:
        try:
            return do()
        finally:
            connections.close_all()

    return done


def asked(token: str) -> HttpRequest:
    """A request as it is once its key was looked at."""
    request = RequestFactory().post(PATH, b"{}", "application/json")
    request.auth = ApiKey.objects.get(id=token.partition(".")[0])  # type: ignore[attr-defined]
    return request


def call(do: Callable[..., Reply], token: str) -> HttpResponse:
    """Call an endpoint as ninja does."""
    try:
        return idempotent(do)(asked(token), idempotency_key=NAME)
    except Problem as problem:
        return problem.response()


@pytest.fixture
def token(club: None) -> str:  # noqa: ARG001 - what it needs
    return keys.make("a till", SCOPES, ("vanak",), 10, datetime.now(UTC))


@pytest.mark.django_db(transaction=True)
def test_a_repeat_while_the_first_is_under_way_is_409_and_later_has_its_answer(
    token: str, threads: ThreadPoolExecutor
) -> None:
    begun, may_end, count = Event(), Event(), []

    def slow(_: HttpRequest) -> Reply:
        begun.set()
        assert may_end.wait(10)
        count.append(1)
        return DONE

    first = threads.submit(alone(lambda: call(slow, token)))
    assert begun.wait(10)
    repeat = call(slow, token)
    assert repeat.status_code == 409
    assert repeat.headers["Retry-After"] == "1"
    may_end.set()
    answer = first.result()
    later = call(slow, token)
    assert (later.status_code, later.content) == (201, answer.content)
    assert count == [1]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_joins_and_the_others_wait_or_get_its_answer(
    club: None,  # noqa: ARG001 - what it needs
    threads: ThreadPoolExecutor,
) -> None:
    token, together = caller().token, Barrier(8)

    def joins() -> tuple[int, str]:
        together.wait(10)
        answer = Caller(token).post(PATH, JOINING, NAME)
        return answer.status, answer.text

    answers = [each.result() for each in [threads.submit(alone(joins)) for _ in range(8)]]
    assert {status for status, _ in answers} <= {201, 409}
    assert len({text for status, text in answers if status == 201}) == 1
    assert Member.objects.exclude(id=MEMBER).count() == 1
    assert Caller(token).post(PATH, JOINING, NAME).status == 201


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_or_fails_half_way_is_undone_and_its_name_free(token: str) -> None:
    def refused(_: HttpRequest) -> Reply:
        Member.objects.create(id="m-cccccccccc", group_id="tehran", joined_on="2026-01-01")
        raise Problem(CONFLICT)

    def failing(request: HttpRequest) -> Reply:
        with pytest.raises(Problem):
            refused(request)
        raise RuntimeError

    assert call(refused, token).status_code == 409
    with pytest.raises(RuntimeError):
        call(failing, token)
    assert Member.objects.count() == 1
    assert call(lambda _: DONE, token).status_code == 201


@pytest.mark.skipif("connection.vendor != 'postgresql'")
@pytest.mark.django_db(transaction=True)
def test_another_process_of_postgresql_is_not_waited_for_either(
    token: str, threads: ThreadPoolExecutor
) -> None:
    begun, may_end = Event(), Event()

    def elsewhere() -> None:
        with transaction.atomic():
            assert_alone_elsewhere(Ask(token.partition(".")[0], NAME, ""))
            begun.set()
            assert may_end.wait(10)

    held = threads.submit(alone(elsewhere))
    assert begun.wait(10)
    assert call(lambda _: DONE, token).status_code == 409
    may_end.set()
    held.result()
    assert call(lambda _: DONE, token).status_code == 201


def test_every_status_that_the_server_can_have_is_a_problem() -> None:
    assert [of_status(status).kind.status for status in (400, 404, 418, 500, 502)] == [
        400,
        404,
        400,
        500,
        500,
    ]

"""The interface as it runs for real: limits, an open description, many at once, and schemathesis."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from cloud.api.limit import HEARD_OUT, MOST
from cloud.fleet.listening import bound
from tests.cloud.api.fuzz import fuzz
from tests.cloud.api.house import Served, served
from tests.cloud.desk.house import Visitor
from tests.cloud.kiosks import MEMBER

COUPONS = "coupons/{code}", "coupons/{code}/uses"
PATH = "/api/v1/members"
BODY = b'{"store": "vanak", "card": {"kind": "em4100", "identity": "%010x"}}'


@pytest.fixture(scope="module")
def to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("api")) as running:
        yield running


def members(to: Served) -> int:
    return int(to.club.ask("SELECT count(*) FROM club_member")[0][0])


def test_a_key_made_by_the_command_opens_the_interface(to: Served) -> None:
    status, headers, body = to.ask("GET", f"{PATH}/{MEMBER}")
    assert (status, body["balance"]) == (200, 50)
    assert headers["RateLimit-Policy"] == '"key";q=50000;w=5'
    assert to.ask("GET", f"{PATH}/{MEMBER}", Authorization="Bearer a.b")[0] == 401


def test_the_description_is_open_and_names_every_operation_and_its_problems(to: Served) -> None:
    with_no_key = Visitor(to.web.url).get("/api/v1/openapi.json")
    assert with_no_key.status == 200
    with_no_key.close()
    _, _, document = to.ask("GET", "/api/v1/openapi.json")
    told = {f"/api/v1/{name}" for name in ("quotes", "purchases", "returns", "redemptions", *COUPONS)}
    assert set(document["paths"]) == told | {PATH, f"{PATH}/{{member_id}}", f"{PATH}/{{member_id}}/entries"}
    for methods in document["paths"].values():
        for operation in methods.values():
            assert {"400", "401", "403", "404", "413", "422", "429", "500"} <= operation["responses"].keys()
            assert operation["security"][0]["Key"]


@pytest.mark.parametrize("length", [MOST + 1, HEARD_OUT // 2])
def test_a_body_above_the_limit_is_413_whether_its_length_is_said_or_not(to: Served, length: int) -> None:
    for body in (b" " * length, (b" " * 1024 for _ in range(-(-length // 1024)))):
        status, headers, said = to.ask("POST", PATH, body, **{"Idempotency-Key": "too-large"})
        assert (status, headers["Content-Type"], said["status"]) == (413, "application/problem+json", 413)


def test_a_body_without_an_end_is_not_heard_out_and_the_next_request_is_answered(to: Served) -> None:
    endless = (b" " * 65536 for _ in range(100 * HEARD_OUT // 65536))
    with pytest.raises(ConnectionError):
        to.ask("POST", PATH, endless, **{"Idempotency-Key": "without-end"})
    assert to.ask("GET", f"{PATH}/{MEMBER}")[0] == 200


def test_a_body_at_the_limit_is_read(to: Served) -> None:
    body = (BODY % 1).ljust(MOST)
    assert to.ask("POST", PATH, body, **{"Idempotency-Key": "just-fits"})[0] == 201


def test_of_many_at_once_under_one_name_one_joins(to: Served) -> None:
    def join(_again: int) -> tuple[int, str]:
        status, _, body = to.ask("POST", PATH, BODY % 2, **{"Idempotency-Key": "all-at-once"})
        return status, body.get("id", "")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(join, range(24)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({member for status, member in answers if status == 201}) == 1
    assert join(0)[0] == 201


def test_of_many_at_once_under_names_of_their_own_all_join(to: Served) -> None:
    def join(number: int) -> int:
        return to.ask("POST", PATH, BODY % (10 + number), **{"Idempotency-Key": f"member-{number}"})[0]

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(join, range(24))) == {201}


def test_schemathesis_finds_no_answer_outside_the_description(to: Served) -> None:
    before = members(to)
    done = fuzz(to, 5)
    assert done.returncode == 0, done.stdout
    _, _, document = to.ask("GET", "/api/v1/openapi.json")
    count = sum(len(methods) for methods in document["paths"].values())
    assert re.findall(r"Operations: +(\d+) selected / (\d+) total", done.stdout) == [(str(count), str(count))]
    # it came as far as doing something
    assert members(to) > before


def test_a_small_answer_does_not_wait_for_the_callers_acknowledgement() -> None:
    with bound("127.0.0.1", 0, "BASHGAH_WEB") as listening, socket.create_connection(listening.getsockname()):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_the_page_for_people_still_wants_a_session(to: Served) -> None:
    answer = Visitor(to.web.url).get("/")
    assert answer.status == 302
    answer.close()

"""Returns: what a sale gave goes back by line, however the documents come."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from cloud.club.merging import merge
from cloud.club.models import Entry, Return
from cloud.collector.audit import Audit
from mqtt.vocabulary import MemberId
from tests.cloud.api.caller import Answer, Caller
from tests.cloud.api.tills import bought, came_back, lines, redeemed, rule
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER

PURCHASES, RETURNS, REDEMPTIONS = (f"/api/v1/{name}" for name in ("purchases", "returns", "redemptions"))
KEPT = "m-bbbbbbbbbb"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]


def has(till: Caller, member: str = MEMBER) -> int:
    return int(till.get(f"/api/v1/members/{member}").body["available"])


def moved(answer: Answer) -> list[tuple[str, int]]:
    return [(entry["kind"], entry["points"]) for entry in answer.body["entries"]]


def test_a_line_that_comes_back_takes_its_share_along_and_the_last_line_the_rest(till: Caller) -> None:
    till.post(PURCHASES, bought(7000, 3500))
    first = till.post(RETURNS, came_back("B-1", 3500, "2"))
    assert (first.status, first.body["state"], moved(first)) == (201, "applied", [("clawback", -3)])
    assert moved(till.post(RETURNS, came_back("B-2", 7000))) == [("clawback", -7)]
    assert has(till) == 0


def test_two_partial_returns_of_one_line_are_two(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000))
    answers = [till.post(RETURNS, came_back(number, 2000)) for number in ("B-1", "B-2")]
    assert [moved(answer) for answer in answers] == [[("clawback", -2)]] * 2
    assert has(till) == 6


def test_lines_of_one_name_come_back_as_one(till: Caller) -> None:
    till.post(PURCHASES, bought(4000) | {"lines": [*lines(4000), *lines(6000)]})
    both = came_back("B-1", 0) | {"lines": [*lines(5000), *lines(2000)]}
    assert moved(till.post(RETURNS, both)) == [("clawback", -7)]
    assert "line 1: 3000." in till.post(RETURNS, came_back("B-2", 3001)).body["detail"]


def test_a_return_sent_five_times_under_five_keys_is_one(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000))
    first, *again = [till.post(RETURNS, came_back("B-1", 2000)) for _ in range(5)]
    assert {(answer.status, answer.text) for answer in again} == {(200, first.text)}
    assert has(till) == 8


def test_another_return_under_the_same_number_is_409(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000))
    till.post(RETURNS, came_back("B-1", 2000))
    for other in (came_back("B-1", 3000), came_back("B-1", 2000, invoice="A-7")):
        assert (till.post(RETURNS, other).problem, has(till)) == ("conflict", 8)


def test_more_than_is_left_of_a_line_is_409_and_says_what_is_left(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000, 500, -100))
    till.post(RETURNS, came_back("B-1", 4000))
    for line, amount in (("1", 6001), ("2", 501), ("3", 1), ("4", 1)):
        answer = till.post(RETURNS, came_back("B-2", amount, line))
        assert (answer.status, answer.problem) == (409, "conflict")
        assert "line 1: 6000, line 2: 500." in answer.body["detail"]
    assert (Return.objects.count(), has(till)) == (1, 7)


@pytest.mark.parametrize("amount", [0, -1, 10**15, 1.5])
def test_an_amount_that_cannot_come_back_is_422(till: Caller, amount: object) -> None:
    till.post(PURCHASES, bought(10_000))
    assert till.post(RETURNS, came_back("B-1", amount)).problem == "invalid"


def test_a_return_before_its_sale_waits_for_it(till: Caller) -> None:
    early = till.post(RETURNS, came_back("B-1", 4000))
    assert (early.status, early.body["state"], moved(early)) == (202, "waiting", [])
    assert till.post(RETURNS, came_back("B-1", 4000)).status == 202
    assert till.post(PURCHASES, bought(10_000)).body["earned"][0]["points"] == 10
    assert has(till) == 6
    now = till.post(RETURNS, came_back("B-1", 4000))
    assert (now.status, now.body["state"], moved(now)) == (200, "applied", [("clawback", -4)])


def test_an_early_return_that_does_not_fit_its_sale_is_refused_and_the_next_applied(
    till: Caller,
) -> None:
    for number, amount in (("B-1", 10_001), ("B-2", 1000)):
        till.post(RETURNS, came_back(number, amount))
    assert till.post(PURCHASES, bought(10_000)).status == 201
    states = [till.post(RETURNS, came_back(*said)).body["state"] for said in (("B-1", 10_001), ("B-2", 1000))]
    assert (states, has(till)) == (["refused", "applied"], 9)


def test_points_that_were_spent_before_the_return_are_owed_and_the_next_purchase_pays(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000))
    till.post(REDEMPTIONS, redeemed(10))
    till.post(RETURNS, came_back("B-1", 10_000))
    assert has(till) == -10
    till.post(PURCHASES, bought(13_000, invoice="A-3"))
    assert has(till) == 3


def test_nobody_buys_gets_the_money_back_and_keeps_the_points(till: Caller) -> None:
    for number in range(3):
        till.post(PURCHASES, bought(9999, 1, invoice=f"A-{number}"))
        for line, amount in (("1", 3333), ("1", 6666), ("2", 1)):
            answer = till.post(RETURNS, came_back(f"B-{number}-{amount}", amount, line, f"A-{number}"))
            assert answer.status == 201
    assert has(till) == 0


def test_points_that_paid_for_what_comes_back_come_back_too_and_only_once(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000))
    till.post(REDEMPTIONS, redeemed(6))
    till.post(PURCHASES, bought(8000, invoice="A-2", paid=2000))
    assert has(till) == 6
    half = till.post(RETURNS, came_back("B-1", 4000, invoice="A-2"))
    assert moved(half) == [("redeem_return", 3), ("clawback", -1)]
    till.post(RETURNS, came_back("B-2", 4000, invoice="A-2"))
    assert has(till) == 10


def test_points_that_lapsed_unspent_are_not_asked_for_again(till: Caller) -> None:
    rule(valid_days=1)
    long_ago = {"occurred_at": "2026-01-05T09:00:00Z"}
    till.post(PURCHASES, bought(10_000, **long_ago))
    assert moved(till.post(RETURNS, came_back("B-1", 10_000))) == []
    assert has(till) == 0
    assert set(Entry.objects.values_list("kind", "points")) == {("earn", 10), ("expire", -10)}


def test_the_rule_at_the_sale_decides_what_is_taken_back(till: Caller) -> None:
    till.post(PURCHASES, bought(10_000))
    generous: dict[str, Any] = {"kind": "per-amount", "step": 10, "points": 1}
    rule(gives=generous)
    till.post(RETURNS, came_back("B-1", 10_000))
    assert has(till) == 0


@pytest.mark.parametrize("spent", [0, 4])
def test_a_merge_between_purchase_and_return_lets_nobody_keep_the_points(till: Caller, spent: int) -> None:
    make_member(KEPT)
    till.post(PURCHASES, bought(10_000))
    merge(MemberId(MEMBER), MemberId(KEPT), datetime.now(UTC))
    if spent:
        till.post(REDEMPTIONS, redeemed(spent) | {"member": KEPT})
    assert till.post(RETURNS, came_back("B-1", 10_000)).status == 201
    assert (has(till), has(till, KEPT)) == (0, -spent)


@pytest.mark.django_db(transaction=True)
def test_a_sale_and_its_return_that_come_at_once_both_count(till: Caller) -> None:
    together = Barrier(2)

    def send(path: str, said: dict[str, Any]) -> int:
        try:
            together.wait(10)
            return Caller(till.token).post(path, said).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for number in range(5):
            sale = pool.submit(send, PURCHASES, bought(10_000, invoice=f"A-{number}"))
            back = pool.submit(send, RETURNS, came_back(f"B-{number}", 4000, invoice=f"A-{number}"))
            assert (sale.result(), back.result() in {201, 202}) == (201, True)
    assert has(till) == 5 * 6


def test_what_tills_tell_is_nothing_that_an_event_did_twice(till: Caller) -> None:
    for number in ("1", "2"):
        till.post(PURCHASES, bought(10_000, invoice=f"A-{number}"))
        till.post(RETURNS, came_back(f"B-{number}", 4000, invoice=f"A-{number}"))
        till.post(REDEMPTIONS, redeemed(1, f"R-{number}"))
    assert Audit().doubled() == 0

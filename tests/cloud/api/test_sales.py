"""What tills tell: invoices, quotes and redemptions, each document once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from cloud.club.export import export
from cloud.club.models import Entry, Member, Purchase
from cloud.collector.models import Outbox
from tests.cloud.api.caller import Answer, Caller, caller
from tests.cloud.api.tills import BUY, bought, lines, redeemed, rule
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER

PURCHASES, QUOTES, REDEMPTIONS = (f"/api/v1/{name}" for name in ("purchases", "quotes", "redemptions"))
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]


def has(till: Caller) -> int:
    return int(till.get(f"/api/v1/members/{MEMBER}").body["available"])


def refused(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.problem


def test_an_invoice_earns_by_the_rules_and_its_entries_name_it(till: Caller) -> None:
    answer = till.post(PURCHASES, bought(2500, 1700))
    assert answer.status == 201
    assert [(one["points"], one["kind"], one["store"]) for one in answer.body["earned"]] == [
        (4, "earn", "vanak")
    ]
    assert Entry.objects.get().invoice == "A-1"
    assert has(till) == 4


def test_an_invoice_sent_five_times_under_five_keys_is_one_purchase(till: Caller) -> None:
    first, *again = [till.post(PURCHASES, bought(5000)) for _ in range(5)]
    assert [first.status, *(answer.status for answer in again)] == [201, 200, 200, 200, 200]
    assert {answer.text for answer in again} == {first.text}
    assert (Purchase.objects.count(), has(till)) == (1, 5)


@pytest.mark.parametrize(
    "other",
    [{"lines": lines(9000)}, {"paid": 1}, {"due_on": "2026-05-01"}, {"occurred_at": "2026-01-01T00:00:00Z"}],
)
def test_other_content_under_the_same_invoice_is_409_and_changes_nothing(
    till: Caller, other: dict[str, Any]
) -> None:
    till.post(PURCHASES, bought(5000))
    assert refused(till.post(PURCHASES, bought(5000, **other))) == (409, "conflict")
    assert has(till) == 5


def test_two_stores_may_use_one_number(till: Caller) -> None:
    both = caller(stores=("vanak", "tajrish"))
    assert [both.post(PURCHASES, bought(1000, store=at)).status for at in ("vanak", "tajrish")] == [201, 201]
    assert has(till) == 2


def test_what_was_paid_with_points_earns_nothing(till: Caller) -> None:
    assert till.post(PURCHASES, bought(5000, 5000, paid=4000)).body["earned"][0]["points"] == 4


def test_the_days_of_a_business_invoice_are_stored(till: Caller) -> None:
    assert till.post(PURCHASES, bought(1000, due_on="2026-05-01", paid_on="2026-04-30")).status == 201
    stored = Purchase.objects.get()
    assert (str(stored.due_on), str(stored.paid_on)) == ("2026-05-01", "2026-04-30")


@pytest.mark.parametrize("amounts", [(0,), (-7000,), (0, -1), (999,)])
def test_an_amount_of_nothing_or_less_earns_nothing(till: Caller, amounts: tuple[int, ...]) -> None:
    answer = till.post(PURCHASES, bought(*amounts))
    assert (answer.status, answer.body["earned"], has(till)) == (201, [], 0)


@pytest.mark.parametrize("amount", [10**15, -(10**15), 1000.5, "1000", None, True])
def test_an_amount_that_is_no_whole_number_of_rial_or_too_large_is_422(till: Caller, amount: object) -> None:
    answer = till.post(PURCHASES, bought(amount))
    assert refused(answer) == (422, "invalid")
    assert answer.body["errors"][0]["pointer"] == "#/lines/0/amount"
    assert not Purchase.objects.exists()


def test_a_whole_number_may_be_written_with_a_point(till: Caller) -> None:
    first = till.post(PURCHASES, bought(5000.0))
    assert (first.status, has(till)) == (201, 5)
    assert till.post(PURCHASES, bought(5000)).text == first.text


def test_the_largest_invoice_that_can_be_said_is_a_purchase(till: Caller) -> None:
    assert till.post(PURCHASES, bought(*[5 * 10**11 - 1] * 200)).status == 201
    assert has(till) == (5 * 10**11 - 1) * 200 // 1000


@pytest.mark.parametrize(
    "other",
    [
        {"occurred_at": (datetime.now(UTC) + timedelta(days=2)).isoformat()},
        {"occurred_at": "0001-01-01T00:00:00+14:00"},
        {"occurred_at": "2026-01-01T00:00:00"},
        {"occurred_at": 1_700_000_000},
        {"due_on": 5},
        {"lines": []},
        {"invoice": "a/b"},
    ],
)
def test_what_no_invoice_can_say_is_422(till: Caller, other: dict[str, Any]) -> None:
    assert refused(till.post(PURCHASES, bought(1000) | other)) == (422, "invalid")


def test_who_has_left_earns_nothing_and_an_invoice_from_before_is_still_answered(till: Caller) -> None:
    first = till.post(PURCHASES, bought(1000))
    Member.objects.filter(id=MEMBER).update(left_on="2026-04-01")
    assert till.post(PURCHASES, bought(1000)).body == first.body
    assert refused(till.post(PURCHASES, bought(1000, invoice="A-9"))) == (409, "conflict")
    assert refused(till.post(REDEMPTIONS, redeemed(1))) == (409, "conflict")


def test_another_groups_member_and_another_store_are_refused(till: Caller) -> None:
    make_member("m-bbbbbbbbbb", group="shiraz")
    both = caller(stores=("vanak", "zand"))
    for who in (till, both):
        assert refused(who.post(PURCHASES, bought(1000, member="m-bbbbbbbbbb"))) == (404, "not-found")
    assert refused(till.post(PURCHASES, bought(1000, store="tajrish"))) == (403, "forbidden")


def test_the_kiosks_hear_of_a_purchase_and_of_a_redemption(till: Caller) -> None:
    for path, said in ((PURCHASES, bought(1000)), (REDEMPTIONS, redeemed(1))):
        Outbox.objects.all().delete()
        till.post(path, said)
        assert Outbox.objects.filter(member_id=MEMBER).exists()


def test_a_members_own_data_hold_the_invoices(till: Caller) -> None:
    till.post(PURCHASES, bought(1000, due_on="2026-05-01"))
    (purchase,) = json.loads(export(MEMBER))["purchases"]
    assert (purchase["store"], purchase["invoice"], purchase["due_on"]) == ("vanak", "A-1", "2026-05-01")
    assert purchase["lines"][0]["amount"] == 1000


def test_the_database_itself_refuses_to_change_or_drop_a_purchase(till: Caller) -> None:
    till.post(PURCHASES, bought(1000))
    for change in (lambda: Purchase.objects.update(paid=1), lambda: Purchase.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


# --- quotes


def quoting(*amounts: int) -> dict[str, Any]:
    said = bought(*amounts)
    return {name: value for name, value in said.items() if name != "invoice"}


def test_a_quote_says_what_the_purchase_then_earns_and_stores_nothing(till: Caller) -> None:
    quote = till.post(QUOTES, quoting(5000, 2000))
    assert (quote.status, quote.body["points"], quote.body["credits"][0]["rule"]) == (200, 7, "buy")
    assert (Entry.objects.count(), Purchase.objects.count()) == (0, 0)
    assert till.post(PURCHASES, bought(5000, 2000)).body["earned"][0]["points"] == 7


def test_a_quote_needs_no_member(till: Caller) -> None:
    said = quoting(5000)
    del said["member"]
    assert till.post(QUOTES, said).body["points"] == 5


def test_a_quote_knows_what_is_used_of_the_limits(till: Caller) -> None:
    rule(limits={"per_day": 1}, id="once-a-day")
    assert till.post(QUOTES, quoting(5000)).body["points"] == 5
    till.post(PURCHASES, bought(5000))
    assert till.post(QUOTES, quoting(5000)).body == {"points": 0, "credits": []}


# --- redemptions


def test_points_are_spent_once_however_often_the_document_is_sent(till: Caller) -> None:
    till.post(PURCHASES, bought(9000))
    first, *again = [till.post(REDEMPTIONS, redeemed(4)) for _ in range(5)]
    assert (first.status, first.body["entry"]["points"]) == (201, -4)
    assert {(answer.status, answer.text) for answer in again} == {(200, first.text)}
    assert has(till) == 5


def test_more_than_is_available_is_409_and_says_what_is(till: Caller) -> None:
    till.post(PURCHASES, bought(9000))
    answer = till.post(REDEMPTIONS, redeemed(10))
    assert refused(answer) == (409, "conflict")
    assert "available: 9" in answer.body["detail"]
    assert has(till) == 9


def test_another_redemption_under_the_same_number_is_409(till: Caller) -> None:
    till.post(PURCHASES, bought(9000))
    till.post(REDEMPTIONS, redeemed(4))
    for other in (redeemed(5), redeemed(4, invoice="A-7")):
        assert refused(till.post(REDEMPTIONS, other)) == (409, "conflict")
    assert has(till) == 5


@pytest.mark.parametrize("points", [0, -1, 1.5, 10**16])
def test_points_that_cannot_be_are_422(till: Caller, points: object) -> None:
    assert refused(till.post(REDEMPTIONS, redeemed(points))) == (422, "invalid")


def test_points_that_are_pending_cannot_be_spent(till: Caller) -> None:
    rule(pending_hours=24)
    till.post(PURCHASES, bought(9000))
    assert "available: 0" in till.post(REDEMPTIONS, redeemed(1)).body["detail"]
    assert BUY["id"] == Entry.objects.get().rule


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_with_the_same_last_points_one_gets_them(till: Caller) -> None:
    till.post(PURCHASES, bought(9000))
    together = Barrier(2)

    def spend(number: str) -> int:
        try:
            together.wait(10)
            return Caller(till.token).post(REDEMPTIONS, redeemed(9, number)).status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(spend, ("R-1", "R-2"))) == [201, 409]
    assert has(till) == 0

"""Many invoices at once: what they earn is what they would have earned one by one."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from cloud.club import leaving, returns, rule_sets, sales
from cloud.club.errors import Unknown, Untimely
from cloud.club.models import Entry, LimitUse, Purchase, Return
from mqtt.vocabulary import MemberId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("club")]

MADE, NOON = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 4, 1, 12, tzinfo=UTC)
OTHER = MemberId("m-bbbbbbbbbb")
RULES = {
    "rules": [
        {"id": "buy", "when": "purchase", "gives": {"kind": "per-amount", "step": 1000, "points": 1}},
        {"id": "double", "when": "purchase", "gives": {"kind": "multiplier", "percent": 50}},
        {
            "id": "twice",
            "when": "purchase",
            "gives": {"kind": "fixed", "points": 7},
            "limits": {"per_day": 2, "budget": 25},
        },
    ]
}
LINE = ("member", "points", "rule", "source_key", "limit_key", "occurred_at", "received_at", "invoice")


@pytest.fixture(autouse=True)
def rules(club: None) -> None:  # noqa: ARG001 - the tables first
    make_member(OTHER)
    rule_sets.publish(json.dumps(RULES), "hq", MADE)


def invoice(number: int, member: str = MEMBER, amount: int = 10_000) -> Purchase:
    at = NOON + timedelta(minutes=number)
    lines = [{"id": "1", "amount": amount}]
    return Purchase(
        store_id="vanak", invoice=str(number), member_id=member, occurred_at=at, received_at=at, lines=lines
    )


def some() -> list[Purchase]:
    return [invoice(number, MEMBER if number % 3 else OTHER, 1500 * number) for number in range(1, 8)]


def booked() -> tuple[list[object], list[object]]:
    uses = LimitUse.objects.order_by("key", "source_key").values_list("key", "source_key", "amount")
    return list(Entry.objects.order_by("id").values_list(*LINE)), list(uses)


def test_all_at_once_earn_what_they_earn_one_by_one() -> None:
    with transaction.atomic():
        for one in some():
            sales.buy(one)
        singly = booked()
        transaction.set_rollback(True)
    sales.buy_all(some())
    assert booked() == singly
    assert len(singly[0]) > 14


def test_a_return_that_came_first_is_applied() -> None:
    back = Return(
        store_id="vanak", number="r", invoice="2", occurred_at=NOON, received_at=NOON, lines={"1": 3000}
    )
    other = Return(
        store_id="tajrish", number="r", invoice="2", occurred_at=NOON, received_at=NOON, lines={"1": 3000}
    )
    returns.take_back(back)
    returns.take_back(other)
    sales.buy_all(some())
    states = dict(Return.objects.values_list("store", "state"))
    assert states == {"vanak": "applied", "tajrish": "waiting"}
    assert not Entry.objects.filter(invoice="2").exclude(store="vanak").exists()
    assert sum(Entry.objects.filter(invoice="2").values_list("points", flat=True)) == 0


@pytest.mark.parametrize(("member", "refusal"), [(OTHER, Untimely), ("m-nobody", Unknown)])
def test_none_is_stored_where_one_member_is_not_there(member: str, refusal: type[Exception]) -> None:
    leaving.leave(OTHER, NOON)
    with pytest.raises(refusal):
        sales.buy_all([invoice(1), invoice(2, member)])
    assert not Purchase.objects.exists()
    assert not Entry.objects.exists()


def test_none_is_stored_where_one_was_there_before() -> None:
    sales.buy(invoice(2))
    with pytest.raises(IntegrityError), transaction.atomic():
        sales.buy_all(some())
    assert Purchase.objects.count() == 1


def test_no_invoices_are_nothing() -> None:
    sales.buy_all([])
    assert not Entry.objects.exists()

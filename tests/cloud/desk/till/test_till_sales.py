"""Sales at a till: all of it or nothing, each document once, and only for whom its token names."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloud.club import accounts
from cloud.club.models import Coupon, Entry, Purchase
from cloud.desk.models import AuditLine
from cloud.fleet.models import TillDocument
from mqtt.vocabulary import MemberId
from tests.cloud.conftest import make_member
from tests.cloud.desk.till.counter import AWAY, OTHER, RATE, Counter, give
from tests.cloud.kiosks import MEMBER

CODE = "04HMASW9N5"
SOMEBODY = "m-bbbbbbbbbb"


def available() -> int:
    member = MemberId(MEMBER)
    return accounts.standings([member], datetime.now(UTC))[member].available


def issue(code: str = CODE, rial: int = 100_000) -> None:
    now = datetime.now(UTC)
    Coupon.objects.create(
        code=code,
        member_id=MEMBER,
        store_id="vanak",
        kiosk="vanak-1",
        points=100,
        rial=rial,
        issued_at=now,
        expires_at=now + timedelta(days=1),
    )


def test_what_is_earned_and_paid_is_said_while_it_is_typed_and_nothing_is_stored(counter: Counter) -> None:
    give(300)
    issue()
    found = counter.quote(
        counter.typed(
            points="all", coupon=CODE, amount="\u06f1\u066c\u06f0\u06f0\u06f0\u066c\u06f0\u06f0\u06f0"
        )
    )
    assert found["pay"] == 1_000_000 - 100_000 - 300 * RATE
    assert "buy" in found["html"]
    assert not Purchase.objects.exists()
    assert not Coupon.objects.exclude(used_at=None).exists()


def test_a_sale_books_the_invoice_the_points_and_the_coupon_at_once(counter: Counter) -> None:
    give(300)
    issue()
    status, said = counter.sell(counter.typed(points="200", coupon=CODE, invoice="A-17"))
    assert status == 200, said
    sale = Purchase.objects.get(store="vanak", invoice="A-17", member=MEMBER)
    assert sale.paid == 2_500_000 - 200 * RATE - 100_000
    assert available() == 100 + sale.paid // 1_000
    assert Coupon.objects.get(code=CODE).invoice == "A-17"
    assert Entry.objects.filter(invoice="A-17", kind="earn").exists()
    assert AuditLine.objects.get(action="sale").subject == f"member:{MEMBER}"


def test_the_same_document_again_changes_nothing_and_is_answered_alike(counter: Counter) -> None:
    sale = counter.typed()
    first = counter.sell(sale)
    assert counter.sell(sale) == first
    assert counter.sell({**sale, "kept": "1"}) == first
    assert Purchase.objects.count() == 1


@pytest.mark.parametrize("other", [{"amount": "2,500,001"}, {"invoice": "B-1"}, {"points": "1"}])
def test_another_content_under_the_same_number_is_refused_in_words(
    counter: Counter, other: dict[str, object]
) -> None:
    give(300)
    sale = counter.typed()
    counter.sell(sale)
    status, said = counter.sell({**sale, **other})
    assert (status, bool(said["said"])) == (409, True)
    assert Purchase.objects.count() == 1


def test_without_so_many_points_nothing_of_the_sale_is_booked(counter: Counter) -> None:
    give(10)
    status, said = counter.sell(counter.typed(points="11"))
    assert status == 409
    assert "points" in said["errors"]
    assert not Purchase.objects.exists()
    assert not TillDocument.objects.exists()
    assert available() == 10


def test_a_used_coupon_takes_the_whole_sale_back(counter: Counter) -> None:
    issue()
    assert counter.sell(counter.typed(coupon=CODE))[0] == 200
    assert "coupon" in counter.sell(counter.typed(coupon=CODE))[1]["errors"]
    assert Purchase.objects.count() == 1


def test_who_was_told_another_sum_is_asked_to_look_again(counter: Counter) -> None:
    give(100)
    assert counter.sell(counter.typed(points="all", shown="2400000"))[0] == 200
    assert counter.sell(counter.typed(points="all", shown="2400000"))[0] == 409


def test_an_invoice_without_a_number_gets_the_tills_next(counter: Counter) -> None:
    for _ in range(2):
        counter.sell(counter.typed())
    assert sorted(Purchase.objects.values_list("invoice", flat=True)) == [
        "vanak-till-1-000001",
        "vanak-till-1-000002",
    ]


def test_a_number_that_another_sale_has_is_refused(counter: Counter) -> None:
    counter.sell(counter.typed(invoice="7"))
    assert "invoice" in counter.sell(counter.typed(invoice="7"))[1]["errors"]


def test_lines_are_kept_by_name_and_have_to_add_up(counter: Counter) -> None:
    lines: dict[str, Any] = {"line_name": ["چای", "قند"], "line_amount": ["1,000,000", "1,500,000"]}
    assert "amount" in counter.quote(counter.typed(amount="1", **lines))["errors"]
    assert counter.sell(counter.typed(**lines))[0] == 200
    assert [line["product"] for line in Purchase.objects.get().lines] == ["چای", "قند"]


@pytest.mark.parametrize(
    "text", ["", "x" * 9_999, "\u202e123", "<script>alert(1)</script>", "6037991234567890"]
)
@pytest.mark.parametrize(
    "field", ["amount", "points", "coupon", "invoice", "document", "typed_at", "shown", "line_name"]
)
def test_whatever_is_typed_is_answered_in_words_and_never_repeated(
    counter: Counter, field: str, text: str
) -> None:
    answer = counter.client.post("/till/quote", counter.typed(**dict[str, Any]({field: text})))
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert "6037991234567890" not in answer.content.decode()


def test_a_token_serves_its_own_member_till_and_clerk_for_ten_minutes(counter: Counter) -> None:
    make_member(SOMEBODY)
    refused = [
        counter.typed(member=SOMEBODY),
        counter.typed(token="forged"),
        counter.typed(counter.customer("")),
        counter.typed(counter.customer(till=OTHER)),
        counter.typed(counter.customer(ago=timedelta(minutes=11))),
        counter.typed(counter.customer(ago=timedelta(minutes=-5))),
        counter.typed(Counter(counter.clerk + 1).customer()),
    ]
    assert {counter.sell(sale)[0] for sale in refused} == {409}
    assert not Purchase.objects.exists()
    assert counter.sell(counter.typed(counter.customer(ago=timedelta(minutes=9))))[0] == 200


def test_a_kept_sale_is_taken_for_a_day_and_counts_for_when_it_was_typed(counter: Counter) -> None:
    hours = timedelta(hours=23)
    typed_at = datetime.now(UTC) - hours + timedelta(minutes=3)
    late = counter.typed(counter.customer(ago=hours), typed_at=int(typed_at.timestamp() * 1000))
    assert counter.sell(late)[0] == 409
    assert counter.sell({**late, "kept": "1"})[0] == 200
    assert abs(Purchase.objects.get().occurred_at - typed_at) < timedelta(seconds=1)
    too_late = counter.typed(counter.customer(ago=timedelta(hours=25)))
    assert counter.sell({**too_late, "kept": "1"})[0] == 409


def test_a_browsers_wrong_clock_moves_no_sale_out_of_its_time(counter: Counter) -> None:
    before = datetime.now(UTC)
    counter.sell(counter.typed(typed_at=0))
    counter.sell(counter.typed(typed_at=2**42 - 1))
    times = Purchase.objects.values_list("occurred_at", flat=True)
    assert all(before - timedelta(seconds=5) <= at <= datetime.now(UTC) for at in times)


def test_who_has_left_the_store_or_the_till_sells_nothing(counter: Counter) -> None:
    assert counter.client.post("/till/choose", {"till": AWAY}).status_code == 404
    counter.client.cookies.pop("till")
    assert counter.sell(counter.typed())[0] == 409


def test_a_document_of_another_till_is_refused_under_the_same_number(counter: Counter) -> None:
    number = str(uuid.uuid4())
    counter.sell(counter.typed(document=number))
    counter.client.post("/till/choose", {"till": OTHER})
    elsewhere = counter.typed(counter.customer(till=OTHER), document=number)
    assert counter.sell(elsewhere)[0] == 409

"""Coupons at tills: each is taken once, until its day, and books nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from cloud.api.coupons import MISTYPED
from cloud.club import coupons, redeeming
from cloud.club.models import Coupon, Entry, Hold
from cloud.club.recalls import out
from mqtt.tracking import of_visit, spaced
from mqtt.vocabulary import StoreId, VisitId
from tests.cloud.api.caller import Answer, Caller, caller
from tests.cloud.api.tills import redeemed
from tests.cloud.kiosks import MEMBER
from tests.cloud.redeemers import VANAK, WALLET, allow, give

CODE, OTHER = of_visit(VisitId("0123456789abcdef")), of_visit(VisitId("fedcba9876543210"))
PATH = "/api/v1/coupons"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]


def issue(code: str = CODE, store: str = "vanak", ago: timedelta = timedelta()) -> None:
    at = datetime.now(UTC) - ago
    made = Coupon(code=code, member_id=MEMBER, store_id=store, kiosk=f"{store}-1", points=20, rial=20_000)
    made.issued_at = at
    coupons.issue(made)


def use(
    till: Caller, code: str = CODE, number: str = "C-1", invoice: str = "A-1", store: str = "vanak"
) -> Answer:
    return till.post(f"{PATH}/{code}/uses", {"store": store, "number": number, "invoice": invoice})


def test_a_coupon_says_what_it_is_worth_and_until_when(till: Caller) -> None:
    issue()
    answer = till.get(f"{PATH}/{CODE}")
    assert (answer.status, answer.body["rial"], answer.body["points"], answer.body["used_at"]) == (
        *(200, 20_000, 20, None),
    )
    assert till.get(f"{PATH}/{spaced(CODE).lower()}").body == answer.body


def test_a_coupon_is_used_once_however_often_the_document_is_sent_and_books_nothing(till: Caller) -> None:
    issue()
    first, *again = [use(till) for _ in range(3)]
    assert (first.status, first.body["used_store"], first.body["invoice"]) == (201, "vanak", "A-1")
    assert {(answer.status, answer.text) for answer in again} == {(200, first.text)}
    assert not Entry.objects.exists()


def test_another_document_is_told_when_and_where_it_was_used(till: Caller) -> None:
    issue()
    use(till)
    both = caller(stores=("vanak", "tajrish"))
    answer = use(both, number="C-2", store="tajrish")
    assert (answer.status, answer.problem) == (409, "conflict")
    assert f"used at vanak on {datetime.now(UTC):%Y-%m-%d}" in answer.body["detail"]


def test_one_document_takes_one_coupon(till: Caller) -> None:
    issue()
    issue(OTHER)
    assert use(till).status == 201
    assert [use(till, OTHER).status, use(till, invoice="A-9").status] == [409, 409]
    assert Coupon.objects.get(code=OTHER).used_at is None


def test_a_coupon_whose_day_is_over_is_409(till: Caller) -> None:
    issue(ago=timedelta(days=31))
    answer = use(till)
    assert (answer.status, "was good until" in answer.body["detail"]) == (409, True)


def test_a_coupon_of_which_no_kiosk_has_told_is_404_and_says_what_to_do(till: Caller) -> None:
    for answer in (till.get(f"{PATH}/{CODE}"), use(till)):
        assert (answer.status, answer.problem) == (404, "not-found")
        assert "without a network" in answer.body["detail"]


def test_a_mistyped_code_is_404_and_says_so(till: Caller) -> None:
    issue()
    wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
    assert till.get(f"{PATH}/{wrong}").body["detail"] == MISTYPED
    assert till.get(f"{PATH}/short").status == 422


def test_coupons_of_other_groups_are_not_shown_and_other_stores_of_the_group_take_them(till: Caller) -> None:
    issue(store="tajrish")
    assert use(till).status == 201
    issue(OTHER, "zand")
    assert till.get(f"{PATH}/{OTHER}").status == 404
    assert use(caller(stores=("vanak", "zand")), OTHER).status == 404
    assert use(till, store="tajrish").status == 403


def test_a_key_needs_the_scope(till: Caller) -> None:
    issue()
    assert caller("members:read").get(f"{PATH}/{CODE}").status == 403
    assert till.get(f"{PATH}/{CODE}").status == 200


def test_the_database_itself_refuses_to_change_or_drop_a_coupon(till: Caller) -> None:
    issue()
    assert till is not None
    for change in (lambda: Coupon.objects.update(rial=1), lambda: Coupon.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


# --- a till that lacks points which are out at a kiosk


@pytest.mark.django_db(transaction=True)
def test_a_till_that_has_not_enough_calls_back_what_is_out_and_says_so(till: Caller) -> None:
    give(50)
    allow(30)
    assert redeeming.lend(VANAK, WALLET, MEMBER, datetime.now(UTC)) is not None
    answer = till.post("/api/v1/redemptions", redeemed(40))
    assert (answer.status, answer.problem) == (409, "conflict")
    assert "available: 20. 30 more are out at a kiosk" in answer.body["detail"]
    assert Hold.objects.get().recalled_at is not None, "although what the request did is undone"
    assert out(MEMBER) == 30


def test_a_till_says_nothing_of_kiosks_that_hold_nothing(till: Caller) -> None:
    give(50)
    assert till.post("/api/v1/redemptions", redeemed(60)).body["detail"].endswith("available: 50.")


def test_a_code_that_comes_by_chance_a_second_time_stays_the_first_ones(
    till: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    issue()
    issue(store="tajrish")
    assert till.get(f"{PATH}/{CODE}").body["store"] == StoreId("vanak")
    assert "by chance" in caplog.text

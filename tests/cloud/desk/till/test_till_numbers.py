"""Amounts as clerks type them, and a bill taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.desk.till.reckoning import bill
from cloud.desk.till.typed import MOST, NotANumber, whole

RIAL = st.integers(1, MOST - 1)
SCRIPTS = (
    "0123456789",
    "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9",
    "".join(map(chr, range(0x660, 0x66A))),
)


@given(
    amount=RIAL,
    script=st.sampled_from(SCRIPTS),
    sign=st.sampled_from([",", "\u066c", "\u060c", ".", "_", " ", ""]),
)
def test_an_amount_may_be_typed_in_any_digits_with_any_separators(
    amount: int, script: str, sign: str
) -> None:
    typed = f"{amount:,}".replace(",", sign).translate(str.maketrans(SCRIPTS[0], script))
    assert whole(f" {typed} ") == amount


@pytest.mark.parametrize(
    "typed", ["", "0", "-5", "1e6", "abc", "12x", "½", "9" * 12, "1" * 10_000, "<b>1</b>", "+1"]
)
def test_what_is_no_amount_is_refused_without_being_repeated(typed: str) -> None:
    with pytest.raises(NotANumber) as refused:
        whole(typed)
    assert str(refused.value) == "a whole number of at least 1"


@given(
    total=RIAL,
    coupon=st.integers(0, 10**7),
    wanted=st.none() | st.integers(0, 10**6),
    available=st.integers(-(10**6), 10**6),
    rate=st.integers(0, 10**5),
)
def test_a_bill_adds_up_and_takes_no_more_than_there_is(
    total: int, coupon: int, wanted: int | None, available: int, rate: int
) -> None:
    made = bill(total, coupon, wanted, available, rate)
    assert made.coupon + made.points_rial + made.pay == total
    assert made.points_rial == made.points * rate
    assert min(made.coupon, made.points, made.pay) >= 0
    assert made.points <= max(0, available)
    assert wanted is None or made.points <= wanted


def test_a_coupon_comes_first_and_points_pay_whole() -> None:
    made = bill(10_500, 2_000, None, 100, 1_000)
    assert (made.coupon, made.points, made.pay) == (2_000, 8, 500)

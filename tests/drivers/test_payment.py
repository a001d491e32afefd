"""The club's own cards and nothing else; a payment card is refused, and said to be one where it shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.payment import DEFAULT_SCHEMA, Accepted, Refused, Schema, judge, luhn
from drivers.reader import Card
from drivers.tracks import Swipe

BANKS_OF_IRAN = ["603799", "589210", "627353", "610433", "207177", "903769", "991975", "170019", "502229"]
digits = st.text("0123456789", min_size=1, max_size=40)


@pytest.mark.parametrize("number", ["123456", "4111111", "60379912345", "00000000000"])
def test_six_to_eleven_digits_on_track_two_are_the_clubs(number: str) -> None:
    assert judge(Swipe(two=number)) == Accepted(Card("magstripe", number.encode()))


@pytest.mark.parametrize("one", ["1234567", "C1234567", "A1234567"])
def test_track_one_in_a_format_of_its_own_is_the_clubs(one: str) -> None:
    assert judge(Swipe(one=one)) == Accepted(Card("magstripe", b"1234567"))


@pytest.mark.parametrize(
    "swipe",
    [
        Swipe(one="B1234567"),
        Swipe(one="B1234567", two="1234567"),
        Swipe(two="6037991234567890=0505"),
        Swipe(two="1234567", three="016037991234567890"),
        Swipe(two="1234567", one="C1234567 4111 1111 1111 1111"),
        Swipe(two="123456789012"),
        Swipe(two="1" * 19),
        Swipe(two="1" * 37),
        Swipe(two="4111-1111-1111-1111"),
        Swipe(two="41111111=2512"),
    ],
)
def test_one_sign_of_a_payment_card_on_any_track_refuses_it(swipe: Swipe) -> None:
    assert judge(swipe) == Refused("payment-card")


@pytest.mark.parametrize("bank", BANKS_OF_IRAN)
@pytest.mark.parametrize("rest", ["1234567890", "12345678=", "123456="])
def test_a_card_of_a_bank_of_iran_is_called_a_payment_card_whole_or_not(bank: str, rest: str) -> None:
    assert judge(Swipe(two=bank + rest)) == Refused("payment-card")


@pytest.mark.parametrize("one", [None, "C9999999999999"])
def test_a_payment_card_needs_no_right_check_digit_to_be_refused(one: str | None) -> None:
    assert not luhn("4111111111111112")
    assert judge(Swipe(one=one, two="4111111111111112")) == Refused("payment-card")


@pytest.mark.parametrize(
    ("swipe", "reason"),
    [
        (Swipe(two="12345"), "not-ours"),
        (Swipe(two="123456=99"), "not-ours"),
        (Swipe(one="HELLO"), "not-ours"),
        (Swipe(one="C1234567", two="99"), "not-ours"),
        (Swipe(three="1234567"), "not-ours"),
        (Swipe(unread=frozenset({1, 2})), "unreadable"),
        (Swipe(one="C1234567", two="7654321"), "unreadable"),
    ],
)
def test_everything_else_is_refused_with_a_reason(swipe: Swipe, reason: str) -> None:
    assert judge(swipe) == Refused(reason)  # type: ignore[arg-type]


def test_a_card_whose_first_track_cannot_be_read_is_the_clubs_by_its_second() -> None:
    assert judge(Swipe(two="1234567", unread=frozenset({1}))) == Accepted(Card("magstripe", b"1234567"))


@given(
    st.none() | st.text("AB0123456789 ^/-", min_size=1, max_size=60), st.none() | digits, st.none() | digits
)
def test_nothing_with_twelve_digits_in_a_row_is_ever_accepted(
    one: str | None, two: str | None, three: str | None
) -> None:
    verdict = judge(Swipe(one, two, three), Schema(4, 11))
    if isinstance(verdict, Accepted):
        assert 4 <= len(verdict.card.identity) <= 11
        assert not any(len(track or "") >= 12 for track in (two, three))
        assert not (one or "").startswith("B")
    else:
        assert not any(character.isdecimal() for character in repr(verdict))


def test_a_schema_may_ask_for_a_prefix_and_a_check_digit() -> None:
    schema = Schema(fewest=8, most=8, prefix="77", check="luhn")
    right = next(f"77{number:06}" for number in range(100) if luhn(f"77{number:06}"))
    assert judge(Swipe(two=right), schema) == Accepted(Card("magstripe", right.encode()))
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert judge(Swipe(two=wrong), schema) == Refused("not-ours")
    assert judge(Swipe(two="10" + right[2:]), schema) == Refused("not-ours")


@pytest.mark.parametrize(
    "layout",
    [{"most": 12}, {"fewest": 3}, {"fewest": 9, "most": 8}, {"prefix": "x"}, {"prefix": "1234567"}],
)
def test_a_schema_that_would_take_payment_cards_in_cannot_be_made(layout: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="digits"):
        Schema(**layout)  # type: ignore[arg-type]


def test_the_default_is_six_to_eleven_digits() -> None:
    assert (DEFAULT_SCHEMA.fewest, DEFAULT_SCHEMA.most) == (6, 11)


@pytest.mark.parametrize("number", ["4111111111111111", "79927398713", "0", "18"])
def test_the_check_digit_is_the_standards(number: str) -> None:
    assert luhn(number)
    assert not luhn(number[:-1] + str((int(number[-1]) + 1) % 10))

"""Codes with a check digit: a slip in reading one is noticed."""

from hypothesis import given
from hypothesis import strategies as st

from cloud.club.codes import DIGITS, is_code, new_code

NUMBERS = st.integers(0, 10**DIGITS - 1)


@given(NUMBERS)
def test_a_new_code_is_one(number: int) -> None:
    assert is_code(new_code(lambda _below: number))


@given(NUMBERS, st.integers(0, DIGITS), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: int, place: int, by: int) -> None:
    code = new_code(lambda _below: number)
    wrong = str((int(code[place]) + by) % 10)
    assert not is_code(code[:place] + wrong + code[place + 1 :])


@given(NUMBERS, st.integers(0, DIGITS - 1))
def test_two_neighbours_swapped_are_noticed(number: int, place: int) -> None:
    code = new_code(lambda _below: number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_code(swapped) == (swapped == code)


def test_other_texts_are_no_codes() -> None:
    assert not any(map(is_code, ("", "0", "x" * 12, "\u06f0" * 12, "0" * 13)))

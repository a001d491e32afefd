"""Telephone numbers: whatever a person types becomes one form, or an error that repeats nothing."""

# ruff: noqa: RUF001 - digits of other scripts are the point

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.club.errors import BadPhone
from cloud.club.phones import phone

MINE = "+989121234567"


@pytest.mark.parametrize(
    "typed",
    [
        "09121234567",
        "۰۹۱۲۱۲۳۴۵۶۷",
        "٠٩١٢١٢٣٤٥٦٧",
        "۰۹۱۲ ۱۲۳-٤٥٦7",
        "+989121234567",
        "+۹۸ ۹۱۲ ۱۲۳ ۴۵۶۷",
        "00989121234567",
        "۰۰۹۸۹۱۲۱۲۳۴۵۶۷",
        "9121234567",
        "+98 0912 123 4567",
        "\u200f۰۹۱۲\u200c۱۲۳۴۵۶۷\u200e",
        "(0912) 123.45.67",
    ],
)
def test_one_number_is_one_text_however_it_is_typed(typed: str) -> None:
    assert phone(typed) == MINE


def test_a_number_of_another_country_keeps_its_own_prefix() -> None:
    assert phone("+44 7911 123456") == "+447911123456"
    assert phone("07911 123456", "GB") == "+447911123456"


@pytest.mark.parametrize(
    "typed", ["", "0912", "نگار", "0912123456a", "0912123456789", "0912 123 4567 ext 5", "112", "1" * 100_000]
)
def test_what_is_no_number_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(BadPhone) as refused:
        phone(typed)
    assert not any(character.isdigit() for character in str(refused.value))
    assert refused.value.__cause__ is None


@given(st.text(max_size=50))
def test_any_text_is_a_number_in_one_form_or_refused(typed: str) -> None:
    try:
        number = phone(typed)
    except BadPhone:
        return
    assert phone(number) == number
    assert number.startswith("+")
    assert number[1:].isascii()

"""A tracking code finds a slip of the tongue or of the finger, and forgives how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt import tracking
from mqtt.shapes import Code, decode
from mqtt.tracking import ALPHABET
from mqtt.vocabulary import BadCode, TicketCode, VisitId
from tests.mqtt.strategies import TICKETS

PLACES = st.integers(0, 9)


@given(TICKETS, PLACES, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(code: TicketCode, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(BadCode):
            tracking.parse(wrong)


@given(TICKETS, st.integers(0, 8))
def test_two_swapped_neighbours_are_found(code: TicketCode, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(BadCode):
            tracking.parse(wrong)


@given(TICKETS)
def test_a_code_is_read_as_it_is_shown_and_goes_over_the_wire(code: TicketCode) -> None:
    assert tracking.parse(tracking.spaced(code)) == code
    assert tracking.parse(f" {code.lower()} ") == code
    assert decode(f'"{code}"'.encode(), Code) == code


def test_digits_of_any_language_and_letters_that_look_like_digits_are_read() -> None:
    code = tracking.of_visit(VisitId("0123456789abcdef"))
    assert code == "04HMASW9N5"
    persian, arabic = (code.translate({48 + n: zero + n for n in range(10)}) for zero in (0x6F0, 0x660))
    assert persian != code != arabic
    assert [tracking.parse(text) for text in (persian, arabic, "o4hma-sw9n5")] == [code] * 3


@pytest.mark.parametrize("text", ["", "04HMASW9N", "04HMASW9N55", "04HMASW9NU", "04HMASW9N²", "نرگس" * 3])
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(BadCode):
        tracking.parse(text)


def test_codes_of_two_visits_differ_in_all_their_chance() -> None:
    ones = {tracking.of_visit(VisitId(f"{1 << bit:016x}")) for bit in range(64)}
    assert len(ones) == tracking.BITS + 1, "the lowest bits of a visit's id are not in it"

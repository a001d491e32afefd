"""What a URL's query says of the club's cards, and what a wrong one is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.payment import DEFAULT_SCHEMA, FEWEST, MOST, Schema
from drivers.reader import BadUrl
from drivers.schema import fields_of, schema_of


@pytest.mark.parametrize(
    ("query", "schema"),
    [
        ("", DEFAULT_SCHEMA),
        ("digits=6-11&prefix=77&check=luhn", Schema(6, 11, "77", "luhn")),
        ("check=luhn&prefix=77", Schema(prefix="77", check="luhn")),
        ("digits=8", Schema(8, 8)),
        ("digits=4-4&check=none", Schema(4, 4)),
        ("digits=10-11&prefix=12345678", Schema(10, 11, "12345678")),
        ("prefix=", DEFAULT_SCHEMA),
    ],
)
def test_every_field_may_be_left_out_and_none_has_a_place(query: str, schema: Schema) -> None:
    assert schema_of(query) == schema


@given(st.integers(FEWEST, MOST), st.integers(FEWEST, MOST), st.sampled_from(["none", "luhn"]))
def test_what_a_query_says_is_what_the_schema_holds(one: int, other: int, check: str) -> None:
    fewest, most = sorted((one, other))
    schema = schema_of(f"digits={fewest}-{most}&check={check}")
    assert (schema.fewest, schema.most, schema.check) == (fewest, most, check)


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("digits=six", "as in digits=8"),
        ("digits=", "as in digits=8"),
        ("digits=6-", "as in digits=8"),
        ("digits=-6", "as in digits=8"),
        ("digits=٦", "as in digits=8"),
        ("digits=6-16", "4 to 11 digits"),
        ("digits=3", "4 to 11 digits"),
        ("digits=8-6", "4 to 11 digits"),
        ("prefix=ab", "prefix is at most 6 digits"),
        ("prefix=٦٦", "prefix is at most 6 digits"),
        ("digits=4&prefix=12345", "prefix is at most 4 digits"),
        ("check=mod10", "none or luhn"),
        ("check=", "none or luhn"),
        ("digit=6", "digits, prefix, check, each once"),
        ("baud=9600", "digits, prefix, check, each once"),
        ("digits=6&digits=16", "each once"),
        ("digits", "digits=6-11&prefix=77&check=luhn"),
        ("digits=6&", "digits=6-11&prefix=77&check=luhn"),
        ("digits=6;prefix=77", "as in digits=8"),
    ],
)
def test_a_wrong_query_says_what_would_be_right(query: str, right: str) -> None:
    with pytest.raises(BadUrl, match=right):
        schema_of(query)


@given(st.text(max_size=40) | st.text("digtsprefxchk=&-0123456789%;", max_size=40))
def test_any_query_is_a_schema_or_a_bad_url(query: str) -> None:
    try:
        schema = schema_of(query)
    except BadUrl:
        return
    assert FEWEST <= schema.fewest <= schema.most <= MOST


def test_a_family_may_have_fields_of_its_own() -> None:
    assert schema_of("baud=19200&digits=8", others=["baud"]) == Schema(8, 8)
    assert fields_of("baud=19200&digits=8", ["baud", "digits"]) == {"baud": "19200", "digits": "8"}

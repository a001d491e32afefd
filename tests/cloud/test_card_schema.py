"""What a page takes for a club's card is what a kiosk's reader takes, and nothing else."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cloud.club.card_schema import CardSchema, NotTaken, number_of
from cloud.club.decisions import decide
from cloud.club.errors import Unfit
from drivers import payment
from drivers.tracks import LONGEST, parse

ONE = "".join(chr(code) for code in range(0x20, 0x60) if chr(code) not in "%?")
TWO = "0123456789:<=>"
NUMBERS = st.text("0123456789", min_size=1, max_size=20)
FIRST = st.one_of(
    st.text(ONE, min_size=1, max_size=40), st.builds("{}{}".format, st.sampled_from("ABC"), NUMBERS)
)
SECOND = st.one_of(NUMBERS, st.just("E"), st.text(TWO, min_size=1, max_size=30))


@st.composite
def schemas(draw: st.DrawFn) -> CardSchema:
    fewest = draw(st.integers(4, 11))
    prefix = draw(st.text("0123456789", max_size=min(3, fewest)))
    check: payment.Check = draw(st.sampled_from(("none", "luhn")))
    return CardSchema(fewest, draw(st.integers(fewest, 11)), prefix, check)


@st.composite
def swipes(draw: st.DrawFn) -> str:
    one, two, three = draw(st.none() | FIRST), draw(st.none() | SECOND), draw(st.none() | SECOND)
    parts = ((f"%{one}?", one), (f";{two}?", two), (f"+{three}?", three))
    return "".join(part for part, held in parts if held is not None) or ";1234567?"


def ours(typed: str, schema: CardSchema) -> str:
    try:
        return number_of(typed, schema)
    except NotTaken as refused:
        return refused.reason


def theirs(typed: str, schema: CardSchema) -> str:
    judged = payment.judge(
        parse(typed.encode()), payment.Schema(schema.fewest, schema.most, schema.prefix, schema.check)
    )
    return judged.card.identity.decode() if isinstance(judged, payment.Accepted) else judged.reason


@given(typed=swipes(), schema=schemas())
@example(typed=";6037991234567890=2512?", schema=CardSchema())
@example(typed="%B6037991234567890^A^2512?;6037991234567890=2512?", schema=CardSchema())
@example(typed="%A7712345?;7712345?", schema=CardSchema())
@example(typed="%A7712345?;E?", schema=CardSchema())
@example(typed="%E?;7712345?", schema=CardSchema())
@example(typed="%A7712345?;7712346?", schema=CardSchema())
def test_a_page_judges_a_swipe_as_a_kiosk_does(typed: str, schema: CardSchema) -> None:
    assert ours(typed, schema) == theirs(typed, schema)


@given(
    typed=st.text(st.sampled_from("0123456789\u06f1\u06f2\u0663\u0664%;?+=^AB -\r\n"), max_size=40),
    schema=schemas(),
)
def test_whatever_is_typed_only_the_clubs_own_numbers_come_through(typed: str, schema: CardSchema) -> None:
    found = ours(typed, schema)
    assert schema.holds(found) or found in {"payment-card", "not-ours", "unreadable"}


@given(number=st.text("0123456789", min_size=12, max_size=19), before=st.text(max_size=5), schema=schemas())
def test_twelve_digits_anywhere_are_a_bank_card(number: str, before: str, schema: CardSchema) -> None:
    assert ours(before + number, schema) == "payment-card"
    assert ours(f";{number}?", schema) == "payment-card"


@pytest.mark.parametrize(
    "typed", ["7712345", "۷۷۱۲۳۴۵", "٧٧١٢٣٤٥\r", ";7712345?\r\n", "%A7712345?\n;7712345?"]
)
def test_digits_may_be_persian_and_stand_alone(typed: str) -> None:
    assert number_of(typed, CardSchema()) == "7712345"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "unreadable"),
        ("123", "not-ours"),
        ("6037 9912 3456 7890", "payment-card"),
        ("%Bank?", "payment-card"),
        ("60379912", "payment-card"),
        (";E?", "unreadable"),
        ("hello", "unreadable"),
        ("<script>", "unreadable"),
        ("\u202e7712345", "unreadable"),
    ],
)
def test_what_is_refused_says_why_without_a_digit(typed: str, reason: str) -> None:
    with pytest.raises(NotTaken) as refused:
        number_of(typed, CardSchema(prefix="77"))
    assert str(refused.value) == reason


def test_a_swipe_of_any_length_is_judged() -> None:
    assert ours(";" + "1" * max(LONGEST.values()) + "?", CardSchema()) == "payment-card"
    assert ours("%" + "A" * 10_000 + "?", CardSchema()) == "unreadable"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "document",
    ['{"fewest":3}', '{"most":12}', '{"fewest":9,"most":8}', '{"prefix":"x"}', '{"prefix":"1234567"}'],
)
def test_a_layout_that_lets_bank_cards_in_is_no_decision(document: str) -> None:
    with pytest.raises(Unfit):
        decide(CardSchema, document)


@pytest.mark.django_db
def test_a_club_decides_how_its_cards_look() -> None:
    made = decide(CardSchema, '{"fewest":8,"most":8,"prefix":"77","check":"luhn"}')
    assert made == CardSchema(8, 8, "77", "luhn")

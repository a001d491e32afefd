"""Swipes are cut out of any byte stream, in any pieces; nothing of them stays behind."""

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drivers.simulated.magstripe import sent
from drivers.swipes import MORE_WITHIN, SILENCE, Swipes, taken_apart
from drivers.tracks import LONGEST_SWIPE, Swipe

TWO, ONE_AND_TWO, THREE = ";1234567?", "%C1234567?;1234567?", "%C1?;23?+45?"
ENDS = ["\r", "\n", "\r\n", "\r\x03", "\x03"]

ones = st.text(" 0ABC19;+^/", min_size=1, max_size=76).filter(lambda text: text != "E").map("%{}?".format)
twos = st.text("0123456789:<=>", min_size=1, max_size=37).map(";{}?".format)
threes = st.text("0123456789:<=>", min_size=1, max_size=104).map("+{}?".format)
cards = st.tuples(ones | st.just("%E?") | st.just(""), twos, threes | st.just("")).map("".join) | ones
pieces = st.lists(
    st.binary(max_size=40) | st.text("%;+?E0123456789\r\n\x02\x03").map(str.encode), max_size=12
)


def fed(swipes: Swipes, *chunks: bytes, now: float = 0.0) -> list[bytes]:
    """What these chunks complete, and silence behind them."""
    whole = [bytes(swipe) for chunk in chunks for swipe in swipes.feed(chunk, now)]
    return [*whole, *map(bytes, swipes.silence(now + SILENCE))]


def read(whole: list[bytes]) -> list[Swipe | None]:
    return [taken_apart(bytearray(swipe)) for swipe in whole]


def could_be_one(card: str, behind: str) -> bool:
    """Whether two cards without a moment between them look like the tracks of one, a line each."""
    return card.count("?") == 1 and "%;+".index(card[0]) < "%;+".index(behind[0])


def chunked(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    return [stream[start:end] for start, end in pairwise(edges)]


@given(
    st.lists(cards, min_size=1, max_size=4),
    st.booleans(),
    st.sampled_from(ENDS),
    st.lists(st.integers(0, 400), max_size=30),
)
def test_swipes_one_after_the_other_survive_any_chunking(
    drawn: list[str],
    checked: bool,  # noqa: FBT001 - what hypothesis draws has no name
    end: str,
    cuts: list[int],
) -> None:
    assume("\x03" in end or not any(could_be_one(*pair) for pair in pairwise(drawn)))
    stream = b"".join(sent(card, checked=checked, end=end) for card in drawn)
    whole = fed(Swipes(), *chunked(stream, cuts))
    assert read(whole) == read([sent(card) for card in drawn])


@given(pieces, cards)
def test_a_swipe_after_any_noise_and_silence_is_heard(noise: list[bytes], card: str) -> None:
    swipes = Swipes()
    fed(swipes, *noise)
    assert read(fed(swipes, sent(card, checked=True), now=9.0)) == read([sent(card)])


@given(st.binary(max_size=60).filter(lambda noise: not set(noise) & set(b"%;+")), cards)
def test_what_begins_with_no_sentinel_is_skipped(noise: bytes, card: str) -> None:
    assert read(fed(Swipes(), noise + sent(card))) == read([sent(card)])


@given(pieces)
def test_no_bytes_raise_and_no_swipe_is_too_long(chunks: list[bytes]) -> None:
    swipes = Swipes()
    assert all(len(swipe) <= LONGEST_SWIPE for swipe in fed(swipes, *chunks))
    assert swipes.until(99.0) == 99.0


@given(pieces)
def test_pieces_make_no_difference(chunks: list[bytes]) -> None:
    assert fed(Swipes(), *chunks) == fed(Swipes(), b"".join(chunks))


@pytest.mark.parametrize("end", ["\r\x03", "\x03"])
@pytest.mark.parametrize("card", [TWO, ONE_AND_TWO, THREE])
def test_an_end_of_text_ends_a_swipe_at_once(card: str, end: str) -> None:
    assert read([bytes(one) for one in Swipes().feed(b"\x02" + sent(card, end=end), 0.0)]) == read(
        [sent(card)]
    )


@pytest.mark.parametrize("card", [ONE_AND_TWO, THREE, "%E?;12?"])
def test_a_line_end_behind_several_tracks_ends_a_swipe_at_once(card: str) -> None:
    swipes = Swipes()
    assert read([bytes(one) for one in swipes.feed(sent(card), 0.0)]) == read([sent(card)])
    assert swipes.until(99.0) == 99.0


def test_a_line_end_behind_one_track_waits_a_moment_for_another() -> None:
    swipes = Swipes()
    assert swipes.feed(sent(TWO), 5.0) == []
    assert swipes.until(99.0) == 5.0 + MORE_WITHIN
    assert swipes.silence(5.02) == []
    assert read([bytes(one) for one in swipes.silence(5.0 + MORE_WITHIN)]) == [Swipe(two="1234567")]


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
@pytest.mark.parametrize("checked", [True, False])
def test_tracks_that_come_a_line_each_are_one_swipe(end: str, *, checked: bool) -> None:
    lines = b"".join(sent(track, checked=checked, end=end) for track in ("%C1?", ";23?", "+45?"))
    assert read(fed(Swipes(), lines, lines)) == [Swipe("C1", "23", "45")] * 2


def test_line_ends_without_end_hold_nothing_up_and_are_not_kept() -> None:
    swipes = Swipes()
    swipes.feed(sent(TWO) + b"\r\n" * 500, 5.0)
    swipes.feed(b"\r\n" * 500, 5.02)
    assert read([bytes(one) for one in swipes.silence(5.0 + MORE_WITHIN)]) == [Swipe(two="1234567")]


def test_silence_ends_a_swipe_without_a_line_end() -> None:
    swipes = Swipes()
    assert swipes.feed(sent(TWO, end=""), 5.0) == []
    assert swipes.until(99.0) == 5.0 + SILENCE
    assert swipes.silence(5.29) == []
    assert read([bytes(one) for one in swipes.silence(5.31)]) == [Swipe(two="1234567")]
    assert swipes.silence(9.0) == []


@pytest.mark.parametrize(
    ("begun", "next_one"),
    [
        (";12345", ";1234567?"),
        (";12345", "%C1234567?"),
        ("%C123", "%C1234567?"),
        ("+123", ";1234567?"),
        ("%C1?;23", ";1234567?"),
        ("%C1?;23?", "%C1234567?"),
    ],
)
def test_a_new_start_in_the_middle_is_heard(begun: str, next_one: str) -> None:
    first, second = read(fed(Swipes(), begun.encode() + sent(next_one)))
    assert first == (None if begun[-1] != "?" else Swipe("C1", "23"))
    assert second == taken_apart(bytearray(sent(next_one)))


def test_a_check_that_looks_like_a_start_does_not_cut_a_swipe() -> None:
    one = next(f"%{n}?" for n in range(999) if sent(f"%{n}?", checked=True)[-2:-1] == b"%")
    two = next(f";{n}?" for n in range(9999) if sent(f";{n}?", checked=True)[-2:-1] == b";")
    assert read(fed(Swipes(), sent(one + two + "+1?", checked=True))) == [Swipe(one[1:-1], two[1:-1], "1")]
    assert read(fed(Swipes(), sent(one, checked=True), sent(two, checked=True))) == read(
        [sent(one + two, checked=True)]
    )


def test_what_is_too_long_is_told_as_no_swipe_and_not_kept() -> None:
    swipes = Swipes()
    assert read(fed(swipes, b";" + b"1" * 10_000)) == [None]
    assert read(fed(swipes, b";12?\r", now=9.0)) == [Swipe(two="12")]


def test_what_was_taken_apart_is_gone_from_the_buffer() -> None:
    for stream in (b";1234567?\r\x03", b";1234567\r"):
        [whole] = Swipes().feed(stream, 0.0)
        taken_apart(whole)
        assert whole == b""


def test_what_was_begun_is_forgotten() -> None:
    swipes = Swipes()
    swipes.feed(b";1234567", 0.0)
    swipes.forget()
    assert fed(swipes, b"89?\r") == []


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("over", [-1, 0, 1, 2])
def test_a_line_end_makes_nothing_longer_than_a_swipe_can_be(end: str, over: int) -> None:
    stream = b";" + b"1" * (LONGEST_SWIPE - 1 + over) + end.encode()
    whole = fed(Swipes(), stream)
    assert len(whole) == 1
    assert len(whole[0]) <= LONGEST_SWIPE
    assert read(whole) == [None]

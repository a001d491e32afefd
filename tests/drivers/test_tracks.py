"""What is on a stripe, from the characters that a reader sends; nothing but declared errors comes out."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.reader import BadFrame
from drivers.tracks import END, LONGEST, Number, Swipe, check_character, parse

ONE = "".join(chr(code) for code in range(0x20, 0x60) if chr(code) not in "%?")
TWO = "0123456789:<=>"


def sent(number: Number, held: str, *, checked: bool = True) -> str:
    track = f"{'%' if number == 1 else ';'}{held}?"
    return track + (check_character(number, track) if checked else "")


@st.composite
def swipes(draw: st.DrawFn, *, checked: bool = True) -> tuple[Swipe, bytes]:
    """A swipe, and how a reader may send it."""
    one = draw(st.none() | st.text(ONE, min_size=1, max_size=76).filter(lambda text: text != "E"))
    two = draw(st.text(TWO, min_size=1, max_size=37))
    three = draw(st.none() | st.text(TWO, min_size=1, max_size=104))
    held: list[tuple[Number, str | None]] = [(1, one), (2, two), (3, three)]
    between = draw(st.sampled_from(["", "\r", "\r\n"]))
    text = between.join(sent(number, track, checked=checked) for number, track in held if track)
    return Swipe(one, two, three), (text + draw(st.sampled_from(["", "\r", "\r\n"]))).encode()


@given(swipes())
def test_what_was_written_is_read_with_checks(swipe: tuple[Swipe, bytes]) -> None:
    assert parse(swipe[1]) == swipe[0]


@given(swipes(checked=False))
def test_what_was_written_is_read_without_checks(swipe: tuple[Swipe, bytes]) -> None:
    assert parse(swipe[1]) == swipe[0]


@given(swipes(), st.data())
def test_a_flipped_bit_never_changes_what_a_track_holds(
    swipe: tuple[Swipe, bytes], data: st.DataObject
) -> None:
    told, raw = swipe
    at = data.draw(st.integers(0, len(raw) - 1).filter(lambda at: raw[at : at + 1] != END.encode()))
    bit = data.draw(st.integers(0, 7))
    flipped = raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :]
    try:
        read = parse(flipped)
    except BadFrame:
        return
    held = {told.one, told.two, told.three, None}
    assert {read.one, read.two, read.three} <= held


def test_a_check_that_looks_like_an_end_hides_a_flipped_end() -> None:
    """No reading of the characters can tell: they are a track without its check, one longer."""
    held = "001235>"
    assert sent(2, held) == ";001235>??"
    assert parse(b";001235>>?") == Swipe(two=f"{held}>")


@given(swipes(), st.data())
def test_a_swipe_that_is_cut_short_holds_nothing_that_was_not_there(
    swipe: tuple[Swipe, bytes], data: st.DataObject
) -> None:
    told, raw = swipe
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    try:
        read = parse(cut)
    except BadFrame:
        return
    assert read.one in {told.one, None}
    assert read.two in {told.two, None}


@given(st.binary(max_size=300) | st.text("%;+?E0123456789B=^\r\n", max_size=300).map(str.encode))
def test_any_bytes_are_a_swipe_or_a_bad_frame(raw: bytes) -> None:
    with contextlib.suppress(BadFrame):
        parse(raw)


def test_tracks_that_the_reader_could_not_read_are_told_apart_from_absent_ones() -> None:
    assert parse(b"%E?;1234567?\r") == Swipe(two="1234567", unread=frozenset({1}))
    assert parse(b"%E?;E?+E?") == Swipe(unread=frozenset({1, 2, 3}))


def test_the_third_track_comes_behind_a_plus_or_a_second_semicolon() -> None:
    assert parse(b";12?+345?") == parse(b";12?;345?") == Swipe(two="12", three="345")


def test_a_check_that_looks_like_the_next_start_is_not_taken_for_it() -> None:
    held = next(f"{number:06}" for number in range(10**6) if sent(2, f"{number:06}")[-1] == ";")
    assert parse((sent(2, held) + sent(3, "99")).encode()) == Swipe(two=held, three="99")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"?",
        b"%?",
        b";1234567",
        b"1234567?",
        b";12;34?",
        b";12?%A?",
        b";12?x",
        b";1A?",
        b"%a1?",
        b"\xff;1?",
        b";" + b"1" * LONGEST[2] + b"?",
        b"%" + b"A" * 500 + b"?",
    ],
)
def test_what_is_no_whole_swipe_is_a_bad_frame(raw: bytes) -> None:
    with pytest.raises(BadFrame):
        parse(raw)


def test_a_check_of_another_track_is_a_bad_frame() -> None:
    right = sent(2, "1234567")
    wrong = right[:-1] + chr(ord(right[-1]) ^ 1)
    assert parse(right.encode()).two == "1234567"
    with pytest.raises(BadFrame):
        parse(wrong.encode())


def test_no_digit_is_in_a_repr() -> None:
    swipe = parse(b"%B6037991234567890^A/B^0505?;6037991234567890=0505?")
    assert "6037" not in repr(swipe)
    assert "7890" not in f"{swipe}"

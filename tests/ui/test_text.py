"""Shaping: what a reader of Persian would stumble over."""
# ruff: noqa: RUF001 - Persian is meant

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from mqtt.vocabulary import Language
from ui import text
from ui.text import Face
from ui.words import WORDS, Words

FA, EN = Face("fa", "Regular", 40), Face("en", "Regular", 40)


def drawn(line: str, face: Face = FA) -> Image.Image:
    mask = text.draw(text.fit(line, face, float("inf")))
    return mask.crop(mask.getbbox())


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


def left(mask: Image.Image, width: int) -> Image.Image:
    part = mask.crop((0, 0, width, mask.height))
    return part.crop(part.getbbox())


def test_letters_join() -> None:
    assert FA.length("کارت") < sum(FA.length(letter) for letter in "کارت") * 0.9


def test_digits_run_from_left_to_right_in_both_directions() -> None:
    assert same(drawn("۱۴۰۴", FA), drawn("۱۴۰۴", EN))
    assert same(drawn("۱۲٬۴۸۰", FA), drawn("۱۲٬۴۸۰", EN))


def test_a_persian_line_ends_at_the_left() -> None:
    full_stop = drawn(".")
    assert same(left(drawn("سلام."), full_stop.width), full_stop)


def test_brackets_face_what_they_hold() -> None:
    opening = drawn("(", EN)
    assert same(left(drawn("سلام (Mina)"), opening.width), opening)
    assert same(left(drawn("(سلام)"), opening.width), opening)


def test_latin_within_persian_is_not_turned() -> None:
    assert same(left(drawn("کارت VIP"), drawn("VIP", EN).width), drawn("VIP", EN))


def test_a_foreign_name_does_not_pull_punctuation_along() -> None:
    mark = drawn("!")
    assert same(left(drawn("سلام، \u2068Mina\u2069!"), mark.width), mark)


def test_isolates_take_no_room() -> None:
    assert EN.length("\u2068a\u2069") == EN.length("a")


def test_the_first_line_holds_the_first_words() -> None:
    block = text.fit("یک دو سه چهار پنج شش هفت هشت نه ده", FA, 200, rows=4)
    assert len(block.lines) > 1
    assert " ".join(block.lines) == "یک دو سه چهار پنج شش هفت هشت نه ده"


def test_two_lines_are_balanced() -> None:
    block = text.fit("This shop made it easy for me to get done what I came for.", EN, 700, rows=3)
    widths = [block.face.length(line) for line in block.lines]
    assert len(widths) == 2
    assert max(widths) - min(widths) < 200


def test_the_optical_middle_is_the_masks_middle() -> None:
    for line, face in (("H", EN), ("ا", FA), ("8", EN)):
        mask = text.draw(text.fit(line, face, 1000))
        box = mask.getbbox()
        assert box
        assert abs((box[1] + box[3]) / 2 - mask.height / 2) <= 1.5


@given(
    words=st.lists(
        st.sampled_from(["کارت", "VIP", "۱۲", "(الف)", "شما", "را", "a"]), min_size=1, max_size=12
    ),
    width=st.integers(60, 900),
    rows=st.integers(1, 3),
)
def test_whatever_the_text_it_fits_and_nothing_is_left_out(words: list[str], width: int, rows: int) -> None:
    block = text.fit(" ".join(words), Face("fa", "Regular", 40), width, rows)
    assert block.width <= width
    assert len(block.lines) <= rows
    if block.face.px > 10:
        assert " ".join(block.lines).split() == words
    else:
        assert " ".join(words).startswith(" ".join(block.lines).removesuffix("…").rstrip())


@pytest.mark.parametrize("language", get_args(Language))
def test_the_font_has_every_character_of_every_word(language: Language) -> None:
    missing = drawn("\ue0ff", EN)
    for char in sorted(characters(WORDS[language]) | set("0123456789۰۱۲۳۴۵۶۷۸۹٬٫,.:") - {" ", "\u200c"}):
        assert not same(drawn(char, EN), missing), f"U+{ord(char):04X}"


def characters(words: Words) -> set[str]:
    found: set[str] = set()
    for value in (getattr(words, name) for name in words.__dataclass_fields__):
        found |= set(repr(value))
    return found - {" ", "\u200c", "\\"}


def test_both_languages_take_the_same_values() -> None:
    for name in ("hello", "as_of", "as_of_day", "pending", "held", "toman", "rial"):
        assert getattr(WORDS["fa"], name).count("{}") == getattr(WORDS["en"], name).count("{}")


def test_a_text_that_fits_in_no_size_is_cut_and_says_so() -> None:
    block = text.fit("word " * 200, EN, 300, 3, height=120, least=20)
    assert len(block.lines) <= 3
    assert block.height <= 120
    assert block.lines[-1].endswith("…")


def test_a_character_without_a_glyph_is_left_out() -> None:
    assert text.legible("Mina \U00012000\u4e2d!") == "Mina !"
    assert text.legible("سلام، \u2068مینا\u2069 ۱۲") == "سلام، \u2068مینا\u2069 ۱۲"


@pytest.mark.parametrize(
    "unseen", ["", " ", "\n\n", "\u200c", "\u2068\u2069", "\u0e2a\u0e21", "\U0001f468\u200d\U0001f469"]
)
def test_a_text_of_which_nothing_would_be_seen_counts_as_none(unseen: str) -> None:
    assert text.readable(unseen) == ""
    assert text.readable(f"{unseen}آ") == f"{unseen}آ"

"""A name is found however it is written, and whatever keyboard wrote it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.club.names import LONGEST, name_words, typed_words

SAME = [
    ("علي", "علی"),
    ("كريمي", "کریمی"),
    ("مصطفى", "مصطفی"),
    ("فاطمة", "فاطمه"),
    ("آرش", "ارش"),
    ("رؤیا", "رویا"),
    ("رئیسی", "رییسی"),
    ("أحمد", "احمد"),
    ("إسماعیل", "اسماعیل"),
    ("ٱلهام", "الهام"),
    ("ژالۀ", "ژاله"),
    ("مُحَمَّد", "محمد"),
    ("رضــا", "رضا"),
    ("بهاء", "بها"),
    ("علی‌رضا", "علیرضا"),
    ("بابک ۲", "بابک 2"),
    ("بابک ٢", "بابک 2"),
    ("José", "jose"),
    ("STRASSE", "straße"),
    ("\u202eمریم\u202c", "مریم"),
    ("ﻋﻠﯽ", "علی"),
    ("Karimi-Far", "karimi far"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_ways_of_writing_are_one(one: str, other: str) -> None:
    assert typed_words(one) == typed_words(other)
    assert set(typed_words(one)) & name_words(other)


def test_parts_are_found_alone_and_together() -> None:
    assert name_words("علی‌رضا", "کریمی فر") == {"علی", "رضا", "علیرضا", "کریمی", "فر", "کریمیفر"}


@pytest.mark.parametrize("nothing", ["", " ", "‌", "!?…", "\u202e", "\x00"])
def test_what_has_no_letter_is_no_word(nothing: str) -> None:
    assert typed_words(nothing) == ()
    assert name_words(nothing) == set()


@given(st.text(max_size=200))
def test_every_word_can_be_kept_and_is_found_as_it_was_typed(text: str) -> None:
    words = name_words(text)
    assert all(0 < len(word) <= LONGEST and word.isalnum() for word in words)
    assert set(typed_words(text)) <= words

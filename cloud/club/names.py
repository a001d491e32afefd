"""Names as they are looked for: the ways of writing one in Persian, Arabic or Latin come together; pure."""

import unicodedata
from collections.abc import Iterator
from typing import Final

LONGEST: Final = 60
"""Characters of a word that count."""
BEYOND: Final = "\U0010ffff"
"""Comes after every character of a word."""

_JOINER: Final = "\N{ZERO WIDTH NON-JOINER}"
_SAME: Final = str.maketrans(
    {
        "\N{ARABIC LETTER YEH}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER FARSI YEH}",
        "\N{ARABIC LETTER KAF}": "\N{ARABIC LETTER KEHEH}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER AE}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER HEH GOAL}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
        "\N{ARABIC LETTER HAMZA}": None,
        "\N{ARABIC TATWEEL}": None,
    }
)


def plain(text: str) -> str:
    """A text without case, marks above and below letters, and differences that only keyboards make.

    What parts words stays, as spaces; the zero-width non-joiner stays as it is.
    """
    # marks are letters of their own only after the first look, and some letters are only then what they are
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(map(_kept, apart.translate(_SAME)))


def typed_words(text: str) -> tuple[str, ...]:
    """What somebody looks for: each word once, what is joined with a non-joiner as one."""
    words = plain(text).replace(_JOINER, "").split()
    return tuple(dict.fromkeys(word[:LONGEST] for word in words))


def name_words(*names: str) -> set[str]:
    """By which words a person of these names is found: each part of a name, and its parts written as one."""
    return {word[:LONGEST] for name in names for word in _parts(name) if word}


def _parts(name: str) -> Iterator[str]:
    words = plain(name).split()
    yield "".join(words).replace(_JOINER, "")
    for word in words:
        yield word.replace(_JOINER, "")
        yield from word.split(_JOINER)


def _kept(character: str) -> str:
    """A letter or a Latin digit; a space for what parts words; nothing for what only marks or steers."""
    if character == _JOINER:
        return character
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if character.isalpha():
        return character
    return "" if unicodedata.category(character) in {"Mn", "Me", "Cf", "Cc"} - _parting(character) else " "


def _parting(character: str) -> set[str]:
    return {"Cc"} if character.isspace() else set()

"""Every word of the screens has its translation in both languages, and none is left over."""
# ruff: noqa: RUF001 - Persian is meant

import io
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.extract import extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from kiosk.views import SorryReason
from mqtt.vocabulary import Language
from ui import figures, setup_words, technician_words, words
from ui.words import LOCALE, WORDS

LANGUAGES = get_args(Language)
MODULES = {module.DOMAIN: str(module.__file__) for module in (words, technician_words, setup_words)}
"""Where the words of each catalogue are said."""
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}


@pytest.fixture(params=[(domain, language) for domain in MODULES for language in LANGUAGES], ids="-".join)
def catalogue(request: pytest.FixtureRequest) -> Path:
    domain, language = request.param
    return Path(LOCALE, language, "LC_MESSAGES", f"{domain}.po")


def used(domain: str) -> set[str | tuple[str, ...]]:
    text = Path(MODULES[domain]).read_bytes()
    return {message for _line, message, _c, _x in extract("python", io.BytesIO(text), keywords=KEYWORDS)}


def test_every_word_is_translated_and_none_is_left_over(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        said = {message.id: message.string for message in read_po(file) if message.id}
    assert set(said) == used(catalogue.stem)
    assert all(all(each) if isinstance(each, tuple) else each for each in said.values())


def _one(said: object) -> str:
    return str(tuple(said) if isinstance(said, list) else said)


def test_the_compiled_catalogue_is_that_of_the_text(catalogue: Path) -> None:
    with catalogue.open("rb") as text, catalogue.with_suffix(".mo").open("rb") as compiled:
        said = {str(message.id): message.string for message in read_po(text) if message.id}
        assert {_one(m.id): _one(m.string) for m in read_mo(compiled) if m.id} == {
            key: _one(each) for key, each in said.items()
        }


def test_a_translation_keeps_its_places(catalogue: Path) -> None:
    with catalogue.open("rb") as file:
        for message in (each for each in read_po(file) if each.id):
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            said = message.string if isinstance(message.string, tuple) else (message.string,)
            assert {str(each).count("{}") for each in said} == {each.count("{}") for each in ids}, message.id


def test_one_is_told_from_many_in_english() -> None:
    assert WORDS["en"].days_ago(1, "1") == "1 day ago"
    assert WORDS["en"].next_tier(2, "2", "Gold") == "2 points to Gold"
    assert WORDS["fa"].days_ago(1, "۱") == "۱ روز پیش"


def test_every_reason_to_be_sorry_has_its_words() -> None:
    for language in LANGUAGES:
        assert set(WORDS[language].sorry) == set(get_args(SorryReason))


def test_prices_are_in_the_shops_unit() -> None:
    assert figures.amount(125_000, "toman", "en") == "12,500 Toman"
    assert figures.amount(125_005, "toman", "fa") == "۱۲٬۵۰۰٫۵ تومان"
    assert figures.amount(125_000, "rial", "fa") == "۱۲۵٬۰۰۰ ریال"

"""The runbook's tables of messages, in both languages, out of the code that says them."""

from collections.abc import Iterator, Mapping
from typing import Final

from drivers.reasons import LOST, REFUSED, Advice
from kiosk.views import SetupReason, Wrong
from mqtt.vocabulary import Language
from ui import setup_words, technician_words
from ui.words import Trouble

Row = tuple[str, ...]

_HEADS: Final[Mapping[Language, Mapping[str, Row]]] = {
    "en": {
        "wrongs": ("the screen says", "what to do"),
        "steps": ("step", "while it lasts"),
        "reasons": ("code", "the screen says", "what to do"),
        "checks": ("the line says", "what to do"),
        "readers": ("code", "what to do"),
        "cards": ("code", "what to do"),
    },
    "fa": {
        "wrongs": ("روی صفحه", "چه باید کرد"),
        "steps": ("گام", "تا وقتی ادامه دارد"),
        "reasons": ("کد", "روی صفحه", "چه باید کرد"),
        "checks": ("خط می‌گوید", "چه باید کرد"),
        "readers": ("کد", "چه باید کرد"),
        "cards": ("کد", "چه باید کرد"),
    },
}
_NOTHING: Final[Mapping[Language, str]] = {"en": "nothing", "fa": "هیچ"}
_AND: Final[Mapping[Language, str]] = {"en": ", ", "fa": "،\u200f "}
"""Between codes; the mark keeps a row of them running from right to left."""
_BY_CODE: Final[Mapping[Language, str]] = {
    "en": "by the code, [below](#reader-codes)",
    "fa": "بر پایهٔ کد، [پایین‌تر](#reader-codes)",
}


def tables(language: Language) -> dict[str, str]:
    """The name of each table -> its Markdown."""
    setup, technician = setup_words.WORDS[language], technician_words.WORDS[language]
    rows = {
        "wrongs": _troubles(setup.wrongs),
        "steps": _steps(setup),
        "reasons": _coded(setup.reasons, _AND[language]),
        "checks": _checks(technician, language),
        "readers": _advice(LOST, language),
        "cards": _advice(REFUSED, language),
    }
    return {name: _markdown((_HEADS[language][name], *found)) for name, found in rows.items()}


def _troubles(wrongs: Mapping[Wrong, Trouble]) -> Iterator[Row]:
    return ((trouble.title, trouble.next) for trouble in wrongs.values())


def _steps(words: setup_words.SetupWords) -> Iterator[Row]:
    yield words.start.title, words.start.next
    for step, title in words.steps.items():
        yield title, words.doing[step]


def _coded(reasons: Mapping[SetupReason, Trouble], between: str) -> Iterator[Row]:
    """Codes that say the same share a row."""
    for trouble in dict.fromkeys(reasons.values()):
        codes = between.join(f"`{code}`" for code, said in reasons.items() if said == trouble)
        yield codes, trouble.title, trouble.next


def _checks(words: technician_words.TechnicianWords, language: Language) -> Iterator[Row]:
    rows: dict[Row, None] = {}
    for says, text in words.says.items():
        if text != "{}":
            otherwise = _BY_CODE if says == "reader-down" else _NOTHING
            rows[text.replace("{}", "…"), words.advice.get(says, otherwise[language])] = None
    return iter(rows)


def _advice(reasons: Mapping[str, Advice], language: Language) -> Iterator[Row]:
    return ((f"`{code}`", advice.fa if language == "fa" else advice.en) for code, advice in reasons.items())


def _markdown(rows: tuple[Row, ...]) -> str:
    head, *others = rows
    lines = [head, ("---",) * len(head), *others]
    return "\n".join(
        f"| {' | '.join(row)} |" if row[0] != "---" else "|---" * len(row) + "|" for row in lines
    )

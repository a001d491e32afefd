"""The two runbooks, and their tables of messages, which stand between two marks."""

import re
from pathlib import Path
from typing import Final

from mqtt.vocabulary import Language
from tests.runbook.tables import tables

DOCS: Final = Path(__file__).parents[2] / "docs"
BOOKS: Final[dict[Language, Path]] = {"en": DOCS / "runbook.md", "fa": DOCS / "runbook.fa.md"}
MARKED: Final = re.compile(r"<!-- messages: (\w+) -->\n(.*?)<!-- end -->", re.DOTALL)


def written(language: Language) -> str:
    """A runbook as it lies here."""
    return BOOKS[language].read_text("utf-8")


def renewed(language: Language) -> str:
    """The same with every table of messages as the code has it now. KeyError: no such table is made."""
    made = tables(language)

    def table(mark: re.Match[str]) -> str:
        return f"<!-- messages: {mark[1]} -->\n\n{made[mark[1]]}\n\n<!-- end -->"

    return MARKED.sub(table, written(language))

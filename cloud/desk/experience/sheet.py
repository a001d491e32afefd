"""Rows as a spreadsheet reads them: CSV that no cell of can be taken for a formula. Pure."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

Cell = str | int | float | None
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""By which a spreadsheet knows that the file is UTF-8."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_PLACES: Final = 4


def lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as text; a number stays one, and a text that begins like a formula gets a quote before it."""
    text = io.StringIO()
    csv.writer(text).writerows([_safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def _safe(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return round(cell, _PLACES) if isinstance(cell, float) else cell

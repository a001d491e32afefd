"""How the keys of a scale stand side by side, in mm; pure."""

import math
from dataclasses import dataclass

from kiosk.views import AskKind


@dataclass(frozen=True, slots=True)
class Form:
    """A key's least width, its height, and the gap to the next, in mm of the panel's design."""

    width: float
    height: float
    gap: float


_WHOLE = math.inf
"""A key as wide as the panel: one below the other."""
_WIDE: dict[AskKind, Form] = {
    "ces": Form(20, 22, 1),
    "csat": Form(26, 34, 1),
    "nps": Form(12.5, 30, 1),
    "cli": Form(22, 26, 2),
    "needs": Form(44, 18, 2),
}
_UPRIGHT: dict[AskKind, Form] = _WIDE | {
    "csat": Form(_WHOLE, 18, 1),
    "cli": Form(_WHOLE, 16, 2),
    "needs": Form(_WHOLE, 18, 2),
}
_LARGE: dict[AskKind, Form] = _WIDE | {"cli": Form(40, 17, 2)}
_WIDEST = 36.0
"""Of a key that shows a number."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys in rows: how many in each, and the size of one, in mm."""

    columns: int
    rows: int
    width: float
    height: float
    gap: float

    @property
    def total_width(self) -> float:
        """Of the longest row."""
        return self.columns * self.width + (self.columns - 1) * self.gap

    @property
    def total_height(self) -> float:
        """Of all rows."""
        return self.rows * self.height + (self.rows - 1) * max(self.gap, ROW_GAP)


ROW_GAP = 2.0
"""Between two rows of keys, in mm."""


def plan(kind: AskKind, count: int, width: float, *, upright: bool = False, large: bool = False) -> Plan:
    """Lay `count` keys out in `width` mm: as many in a row as can be, the rows as even as can be."""
    form = (_UPRIGHT if upright else _LARGE if large else _WIDE)[kind]
    fit = max(1, int((width + form.gap + 1e-6) // (min(form.width, width) + form.gap)))
    rows = math.ceil(max(1, count) / fit)
    columns = math.ceil(max(1, count) / rows)
    each = (width - (columns - 1) * form.gap) / columns
    return Plan(columns, rows, min(each, _WIDEST) if kind in {"ces", "nps"} else each, form.height, form.gap)

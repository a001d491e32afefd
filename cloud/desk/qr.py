"""A QR code as the path of an SVG drawing: no image to fetch, and no style to allow."""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

import segno

QUIET: Final = 4
"""Light modules round the code, without which a telephone does not find it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The dark modules as one path, in a square of `size` units."""

    size: int
    path: str


def drawn(content: str) -> Drawn:
    """The code of a text; up to some hundred characters are read well from a screen."""
    rows = segno.make(content, error="m", micro=False).matrix
    path = "".join(
        f"M{x} {y + QUIET}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in _runs(row)
    )
    return Drawn(len(rows) + 2 * QUIET, path)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    """Where dark modules begin and how many stand side by side; places count from the quiet zone's edge."""
    runs = [list(run) for _, run in groupby(enumerate(row), key=lambda each: each[1])]
    return [(run[0][0] + QUIET, len(run)) for run in runs if run[0][1]]

"""How different two pictures look to an eye that is not told where: pure, on Pillow and numpy."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageFilter

BLUR = 1.5
"""Pixels: finer than this is dither, not design."""
SHIFTS = range(-3, 4)
"""Pixels by which the idle screen's picture may have moved by itself between two renderings."""
SEEN = 0.06
"""Share of full brightness by which a blurred pixel must differ to be seen."""


@dataclass(frozen=True)
class Difference:
    """`share` of the pixels (0 to 1) that are seen to differ, the largest difference (0 to 1), and where."""

    share: float
    most: float
    where: Image.Image


def compared(before: Image.Image, after: Image.Image, *, moves: bool = False) -> Difference:
    """How they differ; of a picture that `moves`, the least over small shifts. Two sizes differ in all."""
    if before.size != after.size:
        return Difference(1.0, 1.0, Image.new("L", after.size, 255))
    soft, other = (image.convert("RGB").filter(ImageFilter.GaussianBlur(BLUR)) for image in (before, after))
    straight = _difference(soft, other)
    if not (moves and straight.share):
        return straight
    moved = (_difference(ImageChops.offset(soft, x, y), other) for x in SHIFTS for y in SHIFTS)
    return min((straight, *moved), key=lambda difference: difference.share)


def _difference(before: Image.Image, after: Image.Image) -> Difference:
    gap = np.abs(np.asarray(before, np.int16) - np.asarray(after, np.int16)).max(axis=2) / 255
    edge = max(SHIFTS)
    inner = gap[edge:-edge, edge:-edge]
    where = Image.fromarray((np.minimum(gap * 3, 1) * 255).astype(np.uint8))
    return Difference(float((inner > SEEN).mean()), float(inner.max()), where)

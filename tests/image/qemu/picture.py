"""How much two pictures of a screen differ, and which of several a screenshot is."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from tests.demo.plan import ROOT

LEVELS = 24
"""Of 255: the soft light is dithered anew in each run, by up to 8 levels to either side."""
MOST = 0.002
"""The share of pixels that may differ by more: edges of glyphs and arcs, of which another GL rounds a few."""
MOVES_EVERY = 20
"""Seconds for which a picture stands still, and so how old what is on the panel can be."""


@dataclass(frozen=True)
class Difference:
    """`share` of the pixels are off by more than LEVELS in a channel; `mean` is over all, in levels."""

    share: float
    mean: float
    worst: int


def difference(one: Image.Image, other: Image.Image) -> Difference:
    """Compare two pictures of the same size. Raises ValueError for others."""
    if one.size != other.size:
        raise ValueError(f"{one.size} is not {other.size}")
    off = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    red, green, blue = off.split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    counts = most.histogram()
    pixels = one.width * one.height
    mean = sum(level * count for level, count in enumerate(counts)) / pixels
    worst = max(level for level, count in enumerate(counts) if count)
    return Difference(sum(counts[LEVELS + 1 :]) / pixels, mean, worst)


def nearest(shot: Path, drawn: list[Path]) -> tuple[Difference, Path]:
    """Which of the pictures a screenshot is most like."""
    found = ((difference(opened(shot), opened(path)), path) for path in drawn)
    return min(found, key=lambda one: (one[0].share, one[0].mean))


def opened(path: Path) -> Image.Image:
    """A picture, whose file is closed again."""
    with Image.open(path) as picture:
        return picture.copy()


def attract(folder: Path, inches: int, offset: int, at: float) -> list[Path]:
    """Attract, drawn offscreen here, wherever it can be at `at` (s since 1970, the guest's own time)."""
    words = [str(folder), str(inches), str(offset), str(at - MOVES_EVERY - 5), str(at + 1)]
    subprocess.run(
        [sys.executable, "-m", "tests.image.qemu.drawn", *words],
        cwd=ROOT,
        env={**os.environ, "SDL_VIDEODRIVER": "offscreen"},
        check=True,
        capture_output=True,
    )
    return sorted(folder.glob("*.png"))

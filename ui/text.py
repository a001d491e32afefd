"""Shaping and drawing text with Pillow and raqm (HarfBuzz and FriBidi); knows nothing of Kivy.

Everything above keeps logical text. A text is broken into lines first and each line is shaped by itself,
with its language's direction as the base: reordering a whole paragraph first would show its last line on
top. Nothing is cached but fonts, so no personal text outlives its texture; measuring a line costs 50 us.
"""

import functools
import importlib.util
import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw, ImageFont, features

from mqtt.vocabulary import Language

Weight = Literal["Regular", "Medium", "SemiBold", "Bold"]
Align = Literal["start", "center", "end"]
Direction = Literal["rtl", "ltr"]

LEADING = 1.45
"""From baseline to baseline, in em."""
CAP = 0.71
"""Height of a capital, an alef and a digit above the baseline, in em: what the eye centres."""
_REACH = 0.5
"""How far strokes reach over the first line's capitals and under the last baseline, in em, together."""
_SMALLEST = 10
_SMALLER = 0.94
_ABSENT = "\ue0ff"
"""No font has it: how it is drawn is how a missing glyph looks."""

_UNBROKEN = "\N{NO-BREAK SPACE}"
"""Breaks no line, and is drawn as a space: fonts have another width for it."""

_log = logging.getLogger(__name__)


class TextError(RuntimeError):
    """Persian cannot be drawn right on this machine; the text says which package is missing."""


@dataclass(frozen=True, slots=True)
class Face:
    """How a text looks: language, weight, and the em's height in pixels."""

    language: Language
    weight: Weight
    px: int

    @property
    def direction(self) -> Direction:
        """The base direction."""
        return direction(self.language)

    def length(self, line: str) -> int:
        """Width of one shaped line in pixels."""
        font = _font(self.weight, self.px)
        return math.ceil(font.getlength(line.replace(_UNBROKEN, " "), direction=self.direction))


@dataclass(frozen=True)
class Block:
    """Lines that fit, and the face they fit in; gone with its text's picture."""

    lines: tuple[str, ...]
    face: Face

    @functools.cached_property
    def lengths(self) -> tuple[int, ...]:
        """Of each line, in pixels; a line is shaped once however often this is asked for."""
        return tuple(self.face.length(line) for line in self.lines)

    @property
    def width(self) -> int:
        """Of the widest line, in pixels."""
        return max(self.lengths, default=0)

    @property
    def height(self) -> int:
        """Of all lines with what reaches over them, in pixels."""
        return needed(self.face.px, len(self.lines))


def check() -> None:
    """Raise TextError where Pillow cannot shape: letters would stand apart and in the wrong order."""
    if not features.check("raqm"):
        raise TextError("Pillow finds no raqm, so Persian would be unreadable: install libfribidi0")


def direction(language: Language) -> Direction:
    """Which way a language runs."""
    return "rtl" if language == "fa" else "ltr"


def needed(px: float, lines: int) -> int:
    """How many pixels down a number of lines of an em of `px` takes."""
    return math.ceil(px * (CAP + _REACH + LEADING * (lines - 1)))


def legible(text: str) -> str:
    """The text without the characters that the font cannot draw: boxes tell nobody anything."""
    return "".join(char for char in text if char == "\n" or _has(char))


def readable(text: str) -> str:
    """The text, or nothing where no character of it would be seen."""
    return text if any(char.isprintable() and not char.isspace() for char in legible(text)) else ""


def fit(  # noqa: PLR0913 - a text and the room that it has
    text: str,
    face: Face,
    width: float,
    rows: int = 1,
    *,
    height: float = math.inf,
    least: int = _SMALLEST,
) -> Block:
    """Break `text` into at most `rows` lines within `width` by `height` pixels, smaller if it must be.

    What does not fit at an em of `least` pixels either is cut, and ends in an ellipsis.
    """
    measured = _measured(text, face)
    for px in _sizes(face.px, least):
        tried = Face(face.language, face.weight, px)
        lines = _wrap(text, measured(px), width)
        block = Block(lines, tried)
        if len(lines) <= rows and block.height <= height and block.width <= width:
            return _balanced(text, block, measured(px), width)
    return _cut(text, tried, width, max(1, _lines_in(height, rows, tried.px)))


def lines(text: str, face: Face, width: float) -> tuple[str, ...]:
    """The lines that a text takes in a face; a word wider than `width` has a line of its own."""
    return _wrap(text, face.length, width)


def draw(block: Block, align: Align = "start") -> Image.Image:
    """The block as a mask ("L"), drawn so that its middle is the optical middle of the lines."""
    face = block.face
    pad_x, pad_y = _padding(face)
    leading = round(face.px * LEADING)
    height = 2 * pad_y + round(face.px * CAP) + leading * (len(block.lines) - 1)
    mask = Image.new("L", (block.width + 2 * pad_x, height))
    pen = ImageDraw.Draw(mask)
    font = _font(face.weight, face.px)
    for row, (line, length) in enumerate(zip(block.lines, block.lengths, strict=True)):
        x = pad_x + _indent(block.width - length, align, face.direction)
        y = pad_y + round(face.px * CAP) + row * leading
        pen.text(
            (x, y), line.replace(_UNBROKEN, " "), font=font, fill=255, anchor="ls", direction=face.direction
        )
    return mask


def padding(face: Face) -> tuple[int, int]:
    """Room round the lines of a mask, for strokes that reach over their line's box: pixels in x and in y."""
    return _padding(face)


def _padding(face: Face) -> tuple[int, int]:
    return math.ceil(face.px * 0.12), math.ceil(face.px * 0.62)


def _indent(spare: int, align: Align, direction: Direction) -> int:
    if align == "center":
        return spare // 2
    return spare if (align == "start") == (direction == "rtl") else 0


_Measure = Callable[[str], float]


def _measured(text: str, face: Face) -> Callable[[int], _Measure]:
    """Widths of the text's words at any size, of which each is shaped once: a line's is nearly their sum."""
    lengths = {word: face.length(word) for word in {" ", *text.replace("\n", " ").split(" ")}}
    return lambda px: lambda word: lengths[word] * px / face.px


def _sizes(px: int, least: int) -> Iterator[int]:
    yield px
    while px > least:
        px = max(least, int(px * _SMALLER))
        yield px


def _lines_in(height: float, rows: int, px: int) -> int:
    return next((count for count in range(rows, 0, -1) if needed(px, count) <= height), 1)


def _cut(text: str, face: Face, width: float, rows: int) -> Block:
    length = functools.cache(face.length)  # as long as this text is cut: most of its words are measured again
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        short = Block(_ended(text, middle, length, width), face)
        fits = len(short.lines) <= rows and short.width <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return Block(_ended(text, low, length, width), face)


def _ended(text: str, count: int, length: _Measure, width: float) -> tuple[str, ...]:
    return _wrap(text[:count].rstrip() + ("…" if count < len(text) else ""), length, width)


def _wrap(text: str, length: _Measure, width: float) -> tuple[str, ...]:
    space = length(" ")
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            wide = length(word)
            if line and used + space + wide > width:
                lines.append(line)
                line, used = "", 0.0
            used += wide + (space if line else 0)
            line = f"{line} {word}" if line else word
        lines.append(line)
    return tuple(lines)


def _balanced(text: str, block: Block, length: _Measure, width: float) -> Block:
    """The same number of lines, as even as can be; as it is if that would be too wide after all."""
    lines, (low, high) = block.lines, (width / len(block.lines), width)
    while len(lines) > 1 and high - low > block.face.px / 2:
        middle = (low + high) / 2
        tried = _wrap(text, length, middle)
        fits = len(tried) == len(lines)
        low, high, lines = (low, middle, tried) if fits else (middle, high, lines)
    even = block if lines == block.lines else Block(lines, block.face)
    return even if even.width <= width else block


@functools.cache
def _has(char: str) -> bool:
    return _glyph(char) != _glyph(_ABSENT)


def _glyph(char: str) -> bytes:
    mask = Image.new("L", (48, 64))
    ImageDraw.Draw(mask).text((12, 12), char, font=_font("Regular", 24), fill=255)
    return mask.tobytes()


@functools.cache
def _font(weight: Weight, px: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_file(weight), px, layout_engine=ImageFont.Layout.RAQM)


@functools.cache
def _file(weight: Weight) -> str:
    font = _inside("persian_admin", f"static/persian_admin/fonts/Estedad-{weight}.ttf")
    if font.exists():
        return str(font)
    _log.warning("font Estedad (wheel django-persian-admin) is missing; DejaVu Sans stands in")
    return str(_inside("kivy", "data/fonts/DejaVuSans.ttf"))


def _inside(package: str, path: str) -> Path:
    # without importing the package: the font's would bring Django with it
    found = importlib.util.find_spec(package)
    folders = (found.submodule_search_locations if found else None) or [""]
    return Path(folders[0]) / path

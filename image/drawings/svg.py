"""Shapes and texts of an SVG 1.1 picture as strings; lengths are pixels, y grows downwards."""

from html import escape
from typing import Final, Literal, TypedDict, Unpack

INK: Final = "#16202E"
MUTED: Final = "#475061"
HAIRLINE: Final = "#8A93A3"
PAPER: Final = "#FFFFFF"
SHADE: Final = "#EEF1F4"
COLOURS: Final = {
    "black": "#16202E",
    "red": "#B5390A",
    "blue": "#0072B2",
    "green": "#00725A",
    "purple": "#8A3B6E",
    "brown": "#7A4A00",
    "grey": "#5B6573",
}
"""After Okabe and Ito, darkened so that white letters on them and they on white have 5:1 and more.

No meaning rests on them alone: each wire has its number at both ends.
"""
FONTS: Final = "Vazirmatn, 'Noto Sans', 'Noto Sans Arabic', 'DejaVu Sans', Tahoma, sans-serif"

Anchor = Literal["start", "middle", "end"]


def picture(width: int, height: int, title: str, *shapes: str) -> str:
    """A whole file; `title` is what a screen reader says."""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONTS}">',
            f"<title>{escape(title)}</title>",
            box(0, 0, width, height, PAPER),
            *shapes,
            "</svg>\n",
        )
    )


class Style(TypedDict, total=False):
    """How a line of text looks: 14 pixels high, from its start, in ink unless said otherwise."""

    size: int
    anchor: Anchor
    fill: str
    bold: bool


def text(x: float, y: float, words: str, **style: Unpack[Style]) -> str:
    """One line with its baseline at `y`, left to right."""
    weight = ' font-weight="bold"' if style.get("bold") else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{style.get("size", 14)}" '
        f'text-anchor="{style.get("anchor", "start")}" fill="{style.get("fill", INK)}"{weight}>'
        f"{escape(words)}</text>"
    )


def persian(x: float, y: float, words: str, **style: Unpack[Style]) -> str:
    """One line from right to left: it starts at its right end."""
    return text(x, y, words, **style).replace("<text ", '<text direction="rtl" xml:lang="fa" ', 1)


def heading(width: int, en: str, fa: str) -> str:
    """What a picture is of, in English from its left and in Persian from its right."""
    return text(24, 40, en, size=22, bold=True) + "\n" + persian(width - 24, 40, fa, size=22, bold=True)


def box(  # noqa: PLR0913, PLR0917 - a rectangle has as many
    x: float, y: float, width: float, height: float, fill: str = "none", line: str = "none"
) -> str:
    """A rectangle with slightly round corners, and a border where `line` is a colour."""
    radius = 6 if line != "none" else 0
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius}" fill="{fill}" '
        f'stroke="{line}" stroke-width="1.5"/>'
    )


def line(points: str, colour: str = INK, width: float = 3, dash: str = "") -> str:
    """A path through `points`, as the d of an SVG path."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<path d="{points}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        f'stroke-linecap="round" stroke-linejoin="round"{dashes}/>'
    )


def disc(x: float, y: float, radius: float, fill: str, stroke: str = "none") -> str:
    """A circle."""
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
    )


def badge(x: float, y: float, number: int, colour: str) -> str:
    """A number in a disc: the same at both ends of a wire."""
    return disc(x, y, 9, colour) + text(
        x, y + 4, str(number), size=11, anchor="middle", fill=PAPER, bold=True
    )

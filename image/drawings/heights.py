"""How high a kiosk is mounted, in mm above the floor, and the room before it.

Reach: 2010 ADA Standards 308.2.1 and EN 301 549 8.3, 380 to 1,220 mm from a wheelchair, straight ahead.
Floor and knees: ADA 305.3 (760 by 1,220 mm) and 306.3 (685 mm high). The glass is 86 to 217 mm high, so that
each kind of panel whose lower edge is at 1,000 mm ends below 1,220 mm.
"""
# ruff: noqa: RUF001 - Persian's own letters and digits

from typing import Final

from image.drawings.svg import (
    COLOURS,
    HAIRLINE,
    INK,
    MUTED,
    PAPER,
    SHADE,
    box,
    disc,
    heading,
    line,
    persian,
    picture,
    text,
)

FILE: Final = "mounting-heights.svg"
LOWEST, HIGHEST = 380, 1220
"""Between these is everything that is touched, and the reader."""
GLASS: Final = 1000
"""The lower edge of the glass."""
READER = (850, 1000)
FLOOR_MM, KNEES = (760, 1220), 685

WIDTH, HEIGHT = 960, 690
_SCALE, _FLOOR = 0.36, 560
_FRONT, _SIDE = 130, 490
"""Where the wall is that is seen from the front, and the one that is seen from the side."""


def heights() -> str:
    """The picture as an SVG file's text."""
    return picture(
        WIDTH,
        HEIGHT,
        "Mounting heights in mm · ارتفاع نصب به میلی‌متر",
        heading(WIDTH, "Mounting heights, mm", "ارتفاع نصب، به میلی‌متر"),
        line(f"M24 {_FLOOR} H936", INK, 3),
        *_reach(),
        *_front(),
        *_side(),
        *_legend(),
    )


def y(height: float) -> float:
    """Where a height above the floor is in the picture."""
    return _FLOOR - height * _SCALE


def _reach() -> list[str]:
    shapes = []
    for height, en, fa in ((HIGHEST, "highest", "بالاترین"), (LOWEST, "lowest", "پایین‌ترین")):
        shapes += [
            line(f"M100 {y(height):g} H936", COLOURS["red"], 2, "10 6"),
            text(24, y(height) - 6, f"{height:,}", size=16, fill=COLOURS["red"], bold=True),
            text(24, y(height) + 16, en, size=13),
            persian(94, y(height) + 34, fa, size=13),
        ]
    return shapes


def _front() -> list[str]:
    x, wide = _FRONT, 190
    glass = 136 * _SCALE
    return [
        box(x, y(1240), wide, y(800) - y(1240), SHADE, INK),
        box(x + 56, y(GLASS) - glass, 217 * _SCALE, glass, "#0B5F59", INK),
        text(x + 95, y(GLASS) - 18, "10.1″ / 7″", size=13, anchor="middle", fill=PAPER, bold=True),
        box(x + 60, y(READER[1] - 25), 70, 36, PAPER, INK),
        text(x + 95, y(READER[1] - 25) + 23, "card", size=13, anchor="middle"),
        line(f"M{x + 12} {y(GLASS):g} H{x + wide + 70}", COLOURS["blue"], 2),
        text(x + wide + 10, y(GLASS) - 28, f"{GLASS:,}", size=16, fill=COLOURS["blue"], bold=True),
        text(x + wide + 10, y(GLASS) - 10, "glass begins", size=13),
        persian(x + wide + 90, y(GLASS) + 18, "لبهٔ پایین شیشه", size=13),
        text(x + wide + 10, y(READER[0]) - 8, f"{READER[0]} – {READER[1]:,}", size=16, bold=True),
        text(x + wide + 10, y(READER[0]) + 10, "card reader", size=13),
        persian(x + wide + 90, y(READER[0]) + 30, "کارت‌خوان", size=13),
    ]


def _side() -> list[str]:
    x, seat, deep = _SIDE, _SIDE + 235, FLOOR_MM[1] * _SCALE
    return [
        line(
            f"M{x} {_FLOOR} V{y(1240):g} H{x + 34} L{x + 46} {y(GLASS):g} L{x + 40} {y(800):g} H{x}", INK, 2.5
        ),
        line(f"M{x + 36} {y(1190):g} L{x + 45} {y(GLASS):g}", "#0B5F59", 7),
        _seated(seat),
        box(x + 8, _FLOOR + 8, deep, 20, SHADE, HAIRLINE),
        text(
            x + 8 + deep / 2,
            _FLOOR + 23,
            f"{FLOOR_MM[0]} × {FLOOR_MM[1]:,} mm",
            size=14,
            anchor="middle",
            bold=True,
        ),
        line(f"M{x + 60} {y(0):g} V{y(KNEES):g}", COLOURS["purple"], 2, "4 4"),
        text(x + 68, y(KNEES) + 20, f"{KNEES}", size=16, fill=COLOURS["purple"], bold=True),
    ]


def _seated(x: float) -> str:
    """Somebody in a wheelchair who reaches for the glass."""
    return "\n".join(
        (
            disc(x + 30, y(290), 290 * _SCALE, "none", INK),
            disc(x - 74, y(100), 100 * _SCALE, "none", INK),
            line(
                f"M{x + 62} {y(950):g} L{x + 52} {y(500):g} H{x - 62} L{x - 88} {y(160):g} H{x - 112}",
                HAIRLINE,
                6,
            ),
            disc(x + 24, y(1250), 100 * _SCALE, SHADE, INK),
            line(
                f"M{x + 28} {y(1130):g} L{x + 38} {y(560):g} L{x - 58} {y(560):g} L{x - 84} {y(200):g}",
                INK,
                12,
            ),
            line(f"M{x + 28} {y(1060):g} L{x - 60} {y(900):g} L{x - 160} {y(1060):g}", INK, 8),
        )
    )


def _legend() -> list[str]:
    return [
        text(24, 622, "Free floor before it, and room for knees below where one rolls under.", size=14),
        persian(936, 622, "جای آزاد جلوی کیوسک، و جای زانو اگر زیر آن خالی است", size=14),
        text(24, 656, "ADA 305, 306, 308; EN 301 549, 8.3", size=13, fill=MUTED),
        persian(936, 656, "همهٔ آنچه لمس می‌شود میان دو خط قرمز", size=14),
    ]

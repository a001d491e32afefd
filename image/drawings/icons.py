"""Small line drawings, 96 pixels square, for the page of six steps."""

from image.drawings.svg import COLOURS, HAIRLINE, INK, PAPER, box, disc, line, text

_GREEN = COLOURS["green"]


def sd_card() -> str:
    """A memory card with its contacts."""
    contacts = "".join(line(f"M{34 + 9 * place} 20 V32", HAIRLINE, 4) for place in range(4))
    return (
        line("M24 86 V22 L36 10 H72 V86 Z")
        + contacts
        + text(48, 66, "KIOSK", size=13, anchor="middle", bold=True)
    )


def page() -> str:
    """A file with lines, one of them being written."""
    lines = "".join(line(f"M32 {y} H{x}", HAIRLINE, 4) for y, x in ((34, 64), (48, 58), (62, 64)))
    return line("M22 8 H60 L74 22 V88 H22 Z") + lines + line("M32 76 H50", COLOURS["blue"], 5)


def board() -> str:
    """A small computer and the plug that comes last."""
    return (
        box(10, 18, 66, 44, PAPER, INK)
        + line("M18 26 H68", HAIRLINE, 6)
        + line("M28 62 V78 H60", COLOURS["red"], 4)
        + box(60, 70, 26, 16, PAPER, COLOURS["red"])
    )


def screen() -> str:
    """A screen on which the steps are ticked."""
    ticks = "".join(line(f"M24 {y} l6 6 l12 -14 M52 {y} H74", _GREEN, 4) for y in (32, 52, 72))
    return box(8, 12, 80, 74, PAPER, INK) + ticks


def tap() -> str:
    """A card over a reader that answers."""
    return (
        box(16, 62, 64, 24, PAPER, INK)
        + line("M20 40 L64 22 L76 42 L32 60 Z", COLOURS["blue"], 4)
        + line("M78 20 q10 10 0 24", _GREEN, 4)
        + disc(68, 74, 5, _GREEN)
    )


def finger() -> str:
    """A clock under a finger."""
    return (
        disc(40, 40, 28, PAPER, INK)
        + line("M40 40 V22 M40 40 L52 46")
        + line("M62 88 V60 q0 -8 7 -8 q7 0 7 8 V88", COLOURS["blue"], 4)
    )

"""Colours by role, in a normal and a high-contrast set, and the arithmetic of what can be read on what."""

from dataclasses import dataclass

Rgba = tuple[float, float, float, float]

_LINEAR = 0.04045
"""Below it sRGB is linear (IEC 61966-2-1)."""
_STEPS = 256


def rgba(code: str) -> Rgba:
    """The opaque colour that `#rrggbb` names; ValueError where it names none."""
    red, green, blue = bytes.fromhex(code.removeprefix("#"))
    return (red / 255, green / 255, blue / 255, 1.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """One colour for each role. What lies on what is in TEXTS."""

    surface: Rgba
    """Where everything personal stands."""
    paper: Rgba
    """Keys and cards on the surface, and text on strong grounds."""
    ink: Rgba
    muted: Rgba
    """Quiet text, and the caption of a key that does not answer now."""
    danger: Rgba
    hairline: Rgba
    """Edges; never text."""
    track: Rgba
    """Where a ring has been."""
    gold: Rgba
    """A rank's name, on ink."""
    night: Rgba
    """The ground while nobody is there."""
    night_text: Rgba
    night_quiet: Rgba
    night_key: Rgba
    night_edge: Rgba
    accent_least: float
    """The contrast that the shop's colour must have: it is worn under and as large type only."""


NORMAL = Palette(
    surface=rgba("#FBFAF6"),
    paper=rgba("#FFFFFF"),
    ink=rgba("#16202E"),
    muted=rgba("#475061"),
    danger=rgba("#9B1C1C"),
    hairline=rgba("#8A93A3"),
    track=rgba("#E3E5E6"),
    gold=rgba("#E3B341"),
    night=rgba("#16202E"),
    night_text=rgba("#FFFFFF"),
    night_quiet=rgba("#C6CDD8"),
    night_key=rgba("#242F3F"),
    night_edge=rgba("#66717F"),
    accent_least=4.5,
)
CONTRAST = Palette(
    surface=rgba("#FFFFFF"),
    paper=rgba("#FFFFFF"),
    ink=rgba("#000000"),
    muted=rgba("#1C2128"),
    danger=rgba("#7A0C0C"),
    hairline=rgba("#000000"),
    track=rgba("#B4B8BF"),
    gold=rgba("#FFD257"),
    night=rgba("#000000"),
    night_text=rgba("#FFFFFF"),
    night_quiet=rgba("#F2F4F7"),
    night_key=rgba("#000000"),
    night_edge=rgba("#FFFFFF"),
    accent_least=7.0,
)

TEXTS = (
    ("ink", "surface"),
    ("ink", "paper"),
    ("muted", "surface"),
    ("muted", "paper"),
    ("danger", "surface"),
    ("paper", "danger"),
    ("paper", "ink"),
    ("gold", "ink"),
    ("night_text", "night"),
    ("night_quiet", "night"),
    ("night_text", "night_key"),
    ("night", "night_text"),
)
"""Each role that text has, and the ground on which it stands; the shop's colour is checked by `worn`."""


def contrast(one: Rgba, other: Rgba) -> float:
    """WCAG 2 contrast of two opaque colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def worn(accent: Rgba, palette: Palette) -> Rgba:
    """The shop's colour, or the nearest darker one that large type can have and white can stand on."""
    return next(tried for step in range(_STEPS) if passes(tried := _darker(accent, step), palette))


def passes(accent: Rgba, palette: Palette) -> bool:
    """Whether numerals in this colour can be read on the surface, and white text on it."""
    grounds = (palette.surface, palette.paper)
    return min(contrast(accent, ground) for ground in grounds) >= palette.accent_least


def _darker(colour: Rgba, step: int) -> Rgba:
    # all parts by one factor: the hue stays
    red, green, blue = (round(part * 255 * (1 - step / (_STEPS - 1))) / 255 for part in colour[:3])
    return (red, green, blue, 1.0)


def _luminance(colour: Rgba) -> float:
    red, green, blue = (c / 12.92 if c <= _LINEAR else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

"""Colours by role, sizes in mm by the panel's density on each axis, one type scale, one radius."""

from kivy.event import EventDispatcher
from kivy.properties import AliasProperty, BoundedNumericProperty, ColorProperty, NumericProperty
from kivy.utils import get_color_from_hex

from ui.start import Panel

Rgba = tuple[float, float, float, float]

SCALE = 1.25
BODY_MM = 4.6
_LINEAR = 0.04045
"""Below it sRGB is linear (IEC 61966-2-1)."""


def _rgba(code: str) -> Rgba:
    red, green, blue, alpha = get_color_from_hex(code)
    return (red, green, blue, alpha)


SURFACE = _rgba("#FBFAF6")
PAPER = _rgba("#FFFFFF")
INK = _rgba("#16202E")
MUTED = _rgba("#475061")
ACCENT = _rgba("#0B5F59")
DANGER = _rgba("#9B1C1C")
HAIRLINE = _rgba("#8A93A3")
DIM = _rgba("#C6CDD8")
"""Quiet text on ink."""
NIGHT = _rgba("#242F3F")
"""A key on ink."""
DUSK = _rgba("#66717F")
"""A key's edge on ink."""
TRACK = _rgba("#E3E5E6")
"""Where a ring has been, on surface."""
CLEAR = (0.0, 0.0, 0.0, 0.0)


def contrast(one: Rgba, other: Rgba) -> float:
    """WCAG 2 contrast of two opaque colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Rgba) -> float:
    red, green, blue = (c / 12.92 if c <= _LINEAR else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _step(steps: int) -> AliasProperty:
    def px(theme: "Theme") -> int:
        density: float = theme.y
        return round(BODY_MM * SCALE**steps * density)

    return AliasProperty(px, None, bind=["y"], cache=True)


class Theme(EventDispatcher):
    """What depends on the panel and on the shop. `x` and `y` are pixels per mm of the 7" panel's design."""

    x = BoundedNumericProperty(5.0, min=0.1)
    y = BoundedNumericProperty(5.0, min=0.1)
    accent = ColorProperty(ACCENT)
    width = NumericProperty(800)
    height = NumericProperty(480)

    small = _step(-1)
    body = _step(0)
    lead = _step(1)
    title = _step(2)
    headline = _step(3)
    display = _step(4)
    answer = _step(6)
    numeral = _step(7)

    radius = AliasProperty(lambda self: round(3 * self.y), None, bind=["y"], cache=True)

    def fit(self, panel: Panel) -> None:
        """Take the densities of a panel."""
        self.x = panel.width / panel.width_mm * panel.zoom
        self.y = panel.height / panel.height_mm * panel.zoom
        self.width, self.height = panel.width, panel.height

    def wear(self, accent: str) -> None:
        """Take the shop's colour, `#rrggbb`."""
        self.accent = _rgba(accent)


theme = Theme()
"""The one that screens are bound to: there is one panel and one shop, as there is one Kivy window."""

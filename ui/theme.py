"""What screens are drawn with: colours by role, sizes in mm by each axis' density, one type scale."""

from dataclasses import fields

from kivy.event import EventDispatcher
from kivy.properties import (
    AliasProperty,
    BooleanProperty,
    BoundedNumericProperty,
    ColorProperty,
    NumericProperty,
)

from kiosk.views import Look
from ui.colours import CONTRAST, NORMAL, Rgba, contrast, rgba, worn
from ui.start import Panel

__all__ = ["CLEAR", "Rgba", "Theme", "contrast", "theme"]

SCALE = 1.25
BODY_MM = 4.6
_ROOMY = 100
ACCENT = rgba("#0B5F59")
CLEAR = (0.0, 0.0, 0.0, 0.0)

SURFACE, PAPER, INK, MUTED = NORMAL.surface, NORMAL.paper, NORMAL.ink, NORMAL.muted
DANGER, HAIRLINE, TRACK = NORMAL.danger, NORMAL.hairline, NORMAL.track
DIM, NIGHT, DUSK = NORMAL.night_quiet, NORMAL.night_key, NORMAL.night_edge
"""Colours for what has no member in front of it, as the demo's tray."""


def _step(steps: int) -> AliasProperty:
    def px(theme: "Theme") -> int:
        density: float = theme.y
        size: int = round(BODY_MM * SCALE ** (steps + theme.grown) * density)
        return size

    return AliasProperty(px, None, bind=["y", "grown"], cache=True)


class Theme(EventDispatcher):
    """What depends on the panel, on the shop, and on how whoever stands there wants to see.

    `x` and `y` are pixels per mm of the 7" panel's design. All type grows by whole steps (`grown`).
    """

    x = BoundedNumericProperty(5.0, min=0.1)
    y = BoundedNumericProperty(5.0, min=0.1)
    width = NumericProperty(800)
    height = NumericProperty(480)
    upright = AliasProperty(lambda self: self.height > self.width, None, bind=["width", "height"], cache=True)
    roomy = AliasProperty(lambda self: self.height > self.y * _ROOMY, None, bind=["y", "height"], cache=True)
    """Whether there is more height than the 7" panel has."""
    grown = NumericProperty(0)
    contrast = BooleanProperty(defaultvalue=False)

    accent = ColorProperty(ACCENT)
    surface = ColorProperty(NORMAL.surface)
    paper = ColorProperty(NORMAL.paper)
    ink = ColorProperty(NORMAL.ink)
    muted = ColorProperty(NORMAL.muted)
    danger = ColorProperty(NORMAL.danger)
    hairline = ColorProperty(NORMAL.hairline)
    track = ColorProperty(NORMAL.track)
    gold = ColorProperty(NORMAL.gold)
    night = ColorProperty(NORMAL.night)
    night_text = ColorProperty(NORMAL.night_text)
    night_quiet = ColorProperty(NORMAL.night_quiet)
    night_key = ColorProperty(NORMAL.night_key)
    night_edge = ColorProperty(NORMAL.night_edge)

    small = _step(-1)
    body = _step(0)
    lead = _step(1)
    title = _step(2)
    headline = _step(3)
    display = _step(4)
    answer = _step(6)
    numeral = _step(7)

    radius = AliasProperty(lambda self: round(3 * self.y), None, bind=["y"], cache=True)

    _brand: Rgba = ACCENT

    def fit(self, panel: Panel) -> None:
        """Take the densities of a panel."""
        self.x = panel.width / panel.width_mm * panel.zoom
        self.y = panel.height / panel.height_mm * panel.zoom
        self.width, self.height = panel.width, panel.height

    def wear(self, accent: str) -> None:
        """Take the shop's colour, `#rrggbb`, or a darker one where it could not be read."""
        self._brand = rgba(accent)
        self._dress()

    def look(self, look: Look) -> None:
        """Draw for whoever stands there: larger, in stronger colours. The same again costs nothing."""
        self.grown = int(look.large)
        if look.contrast != self.contrast:
            self.contrast = look.contrast
            self._dress()

    def _dress(self) -> None:
        palette = CONTRAST if self.contrast else NORMAL
        for role in fields(palette):
            if role.name != "accent_least":
                setattr(self, role.name, getattr(palette, role.name))
        self.accent = worn(self._brand, palette)


theme = Theme()
"""The one that screens are bound to: there is one panel and one shop, as there is one Kivy window."""

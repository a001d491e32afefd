"""Colours that can be read, and sizes that are right on each panel."""

import pytest

from ui import theme as t
from ui.colours import CONTRAST, NORMAL, TEXTS, Palette, passes, rgba, worn
from ui.screens.attract import glow
from ui.start import PANELS
from ui.theme import Theme


@pytest.mark.parametrize("palette", [NORMAL, CONTRAST])
def test_every_text_has_a_contrast_of_seven(palette: Palette) -> None:
    weak = [
        (one, other) for one, other in TEXTS if t.contrast(getattr(palette, one), getattr(palette, other)) < 7
    ]
    assert weak == []


@pytest.mark.parametrize("palette", [NORMAL, CONTRAST])
@pytest.mark.parametrize("brand", ["#FFFF00", "#FFFFFF", "#0B5F59", "#FF6600", "#7A1F5C"])
def test_a_brand_that_cannot_be_read_is_worn_darker(palette: Palette, brand: str) -> None:
    shown = worn(rgba(brand), palette)
    assert min(t.contrast(shown, palette.surface), t.contrast(palette.paper, shown)) >= 4.5
    assert passes(rgba(brand), palette) == (shown == rgba(brand))


def test_text_in_the_soft_light_of_attract_keeps_its_contrast() -> None:
    planes = glow(200, 120, t.ACCENT).split()
    red, green, blue = (float(max(plane.tobytes())) / 255 for plane in planes)
    assert t.contrast(t.PAPER, (red, green, blue, 1.0)) >= 7


@pytest.mark.parametrize("name", ["7", "10"])
def test_densities_are_each_axis_own(name: str) -> None:
    panel, theme = PANELS[name], Theme()
    theme.fit(panel)
    assert theme.x * panel.width_mm == pytest.approx(panel.width * panel.zoom)
    assert theme.y * panel.height_mm == pytest.approx(panel.height * panel.zoom)
    assert theme.lead / theme.body == pytest.approx(1.25, abs=0.03)


def test_the_balance_is_the_largest_type() -> None:
    theme = Theme()
    assert theme.numeral > max(theme.display, theme.headline, theme.answer)

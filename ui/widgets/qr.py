"""A QR code as a picture: whole pixels for each module, and the quiet zone that readers need."""

import functools

import segno
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.widget import Widget
from PIL import Image

from ui import paint

QUIET = 4
"""Modules of white round the code (ISO/IEC 18004)."""


class QrCode(Widget):
    """`content` as a QR code, as large as fits into the widget."""

    content = StringProperty("")
    texture = ObjectProperty(None, allownone=True)

    def __init__(self, **options: object) -> None:
        """Draw at once, so that the first frame holds it."""
        super().__init__(**options)
        self.fbind("content", self._draw)
        self.fbind("size", self._draw)

    def _draw(self, *_: object) -> None:
        side = int(min(self.width, self.height))
        if not self.content:
            picture.cache_clear()  # what it said was for one pair of eyes
        self.texture = paint.opaque(picture(self.content, side)) if self.content and side > 1 else None
        if self.texture:
            self.texture.mag_filter = self.texture.min_filter = "nearest"


@functools.lru_cache(2)
def picture(content: str, side: int) -> Image.Image:
    """At most `side` pixels wide and high; one pixel a module at least."""
    modules = segno.make(content, error="l", micro=False, boost_error=False).matrix
    count = len(modules)
    small = Image.new("L", (count, count))
    small.putdata([0 if dark else 255 for row in modules for dark in row])
    whole = Image.new("L", (count + 2 * QUIET,) * 2, 255)
    whole.paste(small, (QUIET, QUIET))
    pixels = max(1, side // whole.width)
    return whole.resize((whole.width * pixels,) * 2, Image.Resampling.NEAREST)

"""A QR code as a drawing within a page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(address: str) -> SafeString:
    """An address as a QR code (ISO/IEC 18004), an `svg` element without style."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        border=4, svgclass="qr", lineclass=None, omitsize=True, light="#fff", dark="#000"
    )
    return mark_safe(drawn)  # noqa: S308 - segno drew it: of the address it has modules only

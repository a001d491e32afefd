"""Every drawing of the runbook by its file's name."""

from image.drawings import heights, ladder, ports
from image.drawings.sheets import SHEETS
from image.drawings.wiring import drawn


def drawings() -> dict[str, str]:
    """File name -> SVG text."""
    return {
        **{sheet.file: drawn(sheet) for sheet in SHEETS},
        ports.FILE: ports.ports(),
        heights.FILE: heights.heights(),
        ladder.FILE: ladder.ladder(),
    }

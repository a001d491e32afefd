"""Whether the graphics chip makes the picture: a Raspberry Pi without it is too slow, and gets too hot."""

import re
from pathlib import Path
from typing import Final

from kiosk.device import model
from kiosk.errors import DrawingError

_SOFTWARE: Final = re.compile("llvmpipe|softpipe|swrast|software", re.IGNORECASE)
"""What Mesa calls the drivers that draw with the processor (docs.mesa3d.org, llvmpipe and softpipe)."""


def check(renderer: str, root: Path = Path("/")) -> None:
    """Raises DrawingError where a Raspberry Pi draws with its processor; a desk and QEMU may."""
    shown = (root / "dev/dri").exists()  # which QEMU's Raspberry Pi has not
    if shown and _SOFTWARE.search(renderer) and model.is_raspberry_pi(root):
        raise DrawingError(f"the picture is made without the graphics chip ({renderer}); see docs/runbook.md")

"""Where things lie while an image is made; all of it is in the checkout's `.image`."""

from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[1]
OUT: Final = CHECKOUT / ".image"
"""What was made."""
CACHE: Final = OUT / "cache"
"""What the next build need not fetch or do again; it may be removed at any time."""
DEBS: Final = CACHE / "debs"
WHEELS: Final = CACHE / "wheels"
WORK: Final = OUT / "work"
"""Of the build that is at work, or of one that was killed: each begins with an empty one."""
LOCK: Final = OUT / "lock"
LOG: Final = OUT / "build.log"
"""What the programs said that the last build ran."""

VENV: Final = "opt/bashgah/.venv"
"""On the card."""

"""Where things lie in a checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements.lock"
VENV = ROOT / ".venv"
TOOLS = ROOT / ".tools"
"""What was unpacked beside the venv, because only root may install it."""
CACHE = ROOT / ".cache"
LOG = CACHE / "setup.log"
"""What the programs said that the last set-up ran."""
LOCK = CACHE / "setup.lock"

"""Where the installation's files are."""

from tests.cloud.processes import ROOT

CLOUD = ROOT / "systemd" / "cloud"
UNITS = CLOUD / "units"
DOCUMENT = ROOT / "docs" / "install.md"
OPERATIONS = ROOT / "docs" / "operations.md"
KIOSK = ROOT / "systemd" / "kiosk"
"""What the SD image has of systemd."""

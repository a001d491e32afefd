"""The wire: everything that kiosk and cloud share, and nothing else."""

VERSION = "0.1.0"
"""The release of the whole project; kiosk and cloud tell each other theirs."""

"""The wire: everything that kiosk and cloud share, and nothing else."""

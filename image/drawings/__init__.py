"""The runbook's drawings, as SVG: `python -m image.drawings FOLDER` writes them; a test compares them."""

"""Signals in the figures, each with somebody who is accountable."""

"""Signals in the indices: who is accountable, when they are raised, and how they reach a person."""

"""Members, their persons, cards and points."""

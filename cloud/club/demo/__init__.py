"""A generated but believable club, the same every time."""

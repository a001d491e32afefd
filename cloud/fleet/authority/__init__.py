"""The club's own certificate authority: what it signs, for whom, and how the next one follows it."""

"""The live page and the board: what is shown of the events, the counts and the kiosks, and to whom."""

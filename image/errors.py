"""Why no image comes of it; the text says what to do."""


class Trouble(Exception):
    """The build cannot go on."""

"""What commands are given: files, read when the command line is."""

from argparse import ArgumentTypeError
from pathlib import Path


def text_of(path: str) -> str:
    """What stands in a file. Raises ArgumentTypeError."""
    try:
        return Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentTypeError(f"{path}: {error}") from None

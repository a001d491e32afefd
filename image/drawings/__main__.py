"""`python -m image.drawings docs/pictures` writes every drawing anew."""

import sys
from pathlib import Path

from image.drawings.all import drawings


def main() -> int:
    """Write them into the folder named; 2 where none is."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one word
        sys.stderr.write("usage: python -m image.drawings FOLDER\n")
        return 2
    for name, picture in drawings().items():
        (Path(sys.argv[1]) / name).write_text(picture, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

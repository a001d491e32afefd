"""Where digits of a payment card have got to: in clear, in hex, in base64, whole or only its two ends."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

ENDS = 6, 4
"""Digits at the beginning (the issuer's) and at the end: they tell a card apart, and are not kept either."""
WITHIN = 8
"""Digits in a row, from anywhere in the number, that are too many."""


class Trace:
    """What a number may have become. The ends count only where a word begins or ends with them."""

    def __init__(self, number: str) -> None:
        first, last = number[: ENDS[0]], number[-ENDS[1] :]
        parts = [number[at : at + WITHIN] for at in range(len(number) - WITHIN + 1)]
        told = [number[::-1], *parts, *_spread(number)]
        self._anywhere = {form for text in told for form in _forms(text)}
        self._words = re.compile(rf"(?<![0-9A-Za-z]){first}|(?<![0-9A-Za-z]){last}(?![0-9A-Za-z])".encode())

    def found(self, data: bytes) -> bool:
        """Whether these bytes tell of the card."""
        lowered = data.lower()
        return any(form in data or form in lowered for form in self._anywhere) or bool(
            self._words.search(data)
        )

    def files(self, folder: Path) -> Iterator[Path]:
        """The files below a folder that tell of it, in their bytes or in their names."""
        for path in sorted(folder.rglob("*")):
            if self.found(str(path.relative_to(folder)).encode()) or (
                path.is_file() and self.found(path.read_bytes())
            ):
                yield path


def _spread(number: str) -> Iterator[str]:
    """The number in groups, and as Python shows a list of its characters or of their codes."""
    groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    yield from (separator.join(groups) for separator in " -")
    yield "', '".join(number)
    yield ", ".join(str(code) for code in number.encode())


def _forms(text: str) -> Iterator[bytes]:
    """The text, its UTF-16, its hex, and its base64 at each of the three places where it can begin."""
    plain = text.encode()
    yield plain
    yield text.encode("utf-16-le")
    yield plain.hex().encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain)
        # the first and the last characters depend on the neighbours as well
        yield coded[-(-before * 8 // 6) : (before + len(plain)) * 8 // 6]

"""kiosk.toml's bytes as text, however an editor saved them, and why some are no text that can be read."""

import codecs
import stat
from pathlib import Path
from typing import Final, NamedTuple

from kiosk.errors import ConfigError

MOST: Final = 64 * 1024
"""Bytes; a kiosk.toml has one or two thousand."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""A byte-order mark says how a file is encoded (Unicode 15, 2.13); Notepad writes one."""
_HIDDEN: Final = (".txt", ".toml")
"""What Windows, which does not show it, puts behind a name that already has an ending."""


class Written(NamedTuple):
    """A file's text with its own line ends; `mark` and `encoding` make bytes of it again."""

    text: str
    mark: bytes = b""
    encoding: str = "utf-8"

    def encode(self, text: str) -> bytes:
        """Another text, saved as this one was."""
        return self.mark + text.encode(self.encoding)


def read(path: Path) -> Written:
    """What is written there. Raises ConfigError, which says what is in the way and what to do."""
    try:
        raw = _bytes(path)
    except FileNotFoundError:
        raise ConfigError(f"{path}: {_missing(path)}") from None
    except IsADirectoryError:
        raise ConfigError(f"{path}: it is a folder; put a file of this name there") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    if len(raw) > MOST:
        raise ConfigError(f"{path}: longer than {MOST} bytes; this is another file")
    return decode(path, raw)


def decode(path: Path, raw: bytes) -> Written:
    """The text of these bytes; `path` is for the message. Raises ConfigError."""
    mark, encoding = next((known for known in _MARKS if raw.startswith(known[0])), (b"", "utf-8"))
    body = raw.removeprefix(mark)
    if encoding == "utf-8" and _is_utf16(body):
        raise ConfigError(f"{path}: UTF-16 without its mark; save it as UTF-8")
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        line = len(body[: error.start].decode(encoding).split("\n"))
        raise ConfigError(f"{path}, line {line}: this is not UTF-8; save it as UTF-8") from None
    if "\0" in text:
        line = len(text[: text.index("\0")].split("\n"))
        raise ConfigError(f"{path}, line {line}: it has zeros in it, and is damaged; write it anew")
    return Written(text, mark, encoding)


def _bytes(path: Path) -> bytes:
    """What is there, as far as it is looked at. Raises OSError; nothing is waited for."""
    kind = path.stat().st_mode
    if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        raise OSError(0, "it is no file")
    with path.open("rb") as file:
        return file.read(MOST + 1)


def _missing(path: Path) -> str:
    for ending in _HIDDEN:
        other = path.with_name(f"{path.name}{ending}")
        if other.exists():
            return f"its name is {other.name}, with a hidden ending; call it {path.name}"
    return "there is no such file; docs/runbook.md shows one to start from"


def _is_utf16(raw: bytes) -> bool:
    """Whether every other byte is nearly always zero and the others never, as of Latin letters in UTF-16."""
    even, odd = raw[::2].count(0), raw[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) * 3 > len(raw)

"""Takes a one-time token out of kiosk.toml once it is used, and leaves the rest as somebody wrote it.

The file keeps its encoding, its byte-order mark and its line ends.
"""

import re
import tomllib
from pathlib import Path

from kiosk import durable, toml_file
from kiosk.errors import ConfigError

_LINE = re.compile(
    r"""^[ \t]*["']?token["']?[ \t]*=[ \t]*("[^"\r\n]*"|'[^'\r\n]*')[ \t]*(\#[^\r\n]*)?(\r?\n|\Z)""",
    re.MULTILINE,
)


def erase(path: Path) -> None:
    """Take the token out of the file, in one step. Raises OSError, and ConfigError where it does not find it.

    A comment behind it stays; a copy of it in one does not.
    """
    path = path.resolve()  # a link stays one
    try:
        written = toml_file.read(path)
        document = tomllib.loads(written.text)
    except (ValueError, RecursionError) as error:  # somebody is writing it just now
        raise ConfigError(f"{path}: the token is used; erase it by hand ({error})") from None
    token = document.pop("token", "")
    if not token:
        return
    erased = _LINE.sub(_comment, written.text, count=1).replace(token, "(erased)")
    if tomllib.loads(erased) != document:
        raise ConfigError(f"{path}: the token is used; erase it by hand, it is written in an unusual way")
    durable.replace(path, written.encode(erased), path.stat().st_mode & 0o777)


def _comment(line: re.Match[str]) -> str:
    comment, end = line[2], line[3]
    return comment + end if comment else ""

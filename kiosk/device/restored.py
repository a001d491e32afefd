"""What root put into the kiosk's folder by hand, such as a backup: screen and sync get it back.

Neither of them is root, so nothing there is root's otherwise. The key of an identity stays sync's alone.
"""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)
KEY: Final = "key.pem"


def give_back(kiosk: Path, user: int, group: int) -> int:
    """Give everything of root's in the folder to `user` and `group`; how much that was.

    Never raises OSError: one name that is too long, or one bad block under a file, is no reason for a kiosk
    to stand still. It is for the time before screen and sync run: nobody puts a link in the place of a file
    meanwhile.
    """
    return sum(_is_given(path, kiosk, user, group) for path in _inside(kiosk))


def _is_given(path: Path, kiosk: Path, user: int, group: int) -> bool:
    try:
        found = path.lstat()
        if found.st_uid != 0 or stat.S_ISLNK(found.st_mode):
            return False
        os.chown(path, user, group, follow_symlinks=False)
        path.chmod(_mode(path, kiosk))
    except OSError as error:
        _warn(error)
        return False
    return True


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_warn):  # links to folders are not followed
        yield from (Path(place, name) for name in (*folders, *files))


def _warn(error: OSError) -> None:
    log.warning("it is left as it is: %s", error)


def _mode(path: Path, kiosk: Path) -> int:
    identity = path.relative_to(kiosk).parts[0].startswith("identity")
    if path.is_dir():
        return stat.S_ISGID | (0o750 if identity else 0o770)
    if path.name == KEY:
        return 0o600
    return 0o640 if identity else 0o660

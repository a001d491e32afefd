"""What root put into the kiosk's folder by hand, such as a backup: screen and sync get it back.

Neither of them is root, so nothing there is root's otherwise. The key of an identity stays sync's alone.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

KEY: Final = "key.pem"


def give_back(kiosk: Path, user: int, group: int) -> int:
    """Give everything of root's in the folder to `user` and `group`; how much that was. Raises OSError.

    It is for the time before screen and sync run: nobody puts a link in the place of a file meanwhile.
    """
    found = [path for path in _inside(kiosk) if path.lstat().st_uid == 0 and not path.is_symlink()]
    for path in found:
        os.chown(path, user, group, follow_symlinks=False)
        path.chmod(_mode(path, kiosk))
    return len(found)


def _inside(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):  # links to folders are not followed
        yield from (Path(place, name) for name in (*folders, *files))


def _mode(path: Path, kiosk: Path) -> int:
    identity = path.relative_to(kiosk).parts[0].startswith("identity")
    if path.is_dir():
        return stat.S_ISGID | (0o750 if identity else 0o770)
    if path.name == KEY:
        return 0o600
    return 0o640 if identity else 0o660

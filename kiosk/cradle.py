"""Where an identity comes into being: `<data>/identity.new/`, which takes the old one's place when whole.

`identity.json` is written last in it: with it the folder is whole, and is moved into place now or at the next
start. Before, there is no identity but the former one, if any.
"""

import errno
import hashlib
import logging
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from kiosk import durable, identity, keys
from kiosk.errors import IdentityError
from kiosk.keys import Key
from mqtt.enrolment import Enrolled

T = TypeVar("T")
log = logging.getLogger(__name__)

FOLDER, FORMER = f"{identity.FOLDER}.new", f"{identity.FOLDER}.old"
USED: Final = "token.sha256"
"""Which token this identity came of, as SHA-256 of its 125 random bits: that one is spent, another is not."""

At = Callable[[str], None]
"""Told the name of each durable step, `before ...` and `after ...`: there a test cuts the power."""


def nowhere(_: str) -> None:
    """For a kiosk whose power nobody cuts."""


class Cradle:
    """The folder of an identity that is not there yet."""

    def __init__(self, data: Path, at: At = nowhere) -> None:
        """`data` is the kiosk's folder of data."""
        self._data, self._at = data, at
        self.folder = data / FOLDER

    @property
    def has_key(self) -> bool:
        """Whether a key was made already."""
        return (self.folder / identity.KEY_FILE).exists()

    def key(self) -> Key:
        """The key that was made before, or a new one, durable. Raises OSError."""
        try:
            return keys.read(self.folder / identity.KEY_FILE)
        except IdentityError as error:
            if self.has_key:
                log.warning("enrolment: %s; making another", error)
        return self._step("key", self._make)

    def fill(self, enrolled: Enrolled, token: str) -> None:
        """Keep what the cloud answered, and move in. Raises OSError, IdentityError."""
        found = identity.understood(enrolled, self.folder)
        used = hashlib.sha256(token.encode()).hexdigest().encode()
        self._step("used", lambda: durable.replace(self.folder / USED, used))
        self._step("answer", lambda: identity.replace(found))
        self.move_in()

    def move_in(self) -> None:
        """Take the place of the former identity, if the new one is whole. Raises OSError."""
        if (self._data / identity.FOLDER).exists():  # a cut may have left the one before, with its key
            shutil.rmtree(self._data / FORMER, ignore_errors=True)
        try:
            if identity.load(self._data, FOLDER) is None:
                return
        except IdentityError:
            return
        self._step("former", self._put_away)
        self._step("place", lambda: self._rename(self.folder, identity.FOLDER))
        shutil.rmtree(self._data / FORMER, ignore_errors=True)

    def _make(self) -> Key:
        # its group is inherited with the folder's own bit for that, which a chmod would take off
        self.folder.mkdir(mode=0o750, exist_ok=True)
        durable.sync_folder(self._data)
        return keys.make(self.folder / identity.KEY_FILE)

    def _put_away(self) -> None:
        if (self._data / identity.FOLDER).exists():
            shutil.rmtree(self._data / FORMER, ignore_errors=True)
            self._rename(self._data / identity.FOLDER, FORMER)

    def _rename(self, folder: Path, name: str) -> None:
        folder.rename(self._data / name)
        durable.sync_folder(self._data)

    def _step(self, name: str, do: Callable[[], T]) -> T:
        self._at(f"before {name}")
        done = do()
        self._at(f"after {name}")
        return done


def is_spent(data: Path, token: str) -> bool:
    """Whether the identity that is there came of this token."""
    try:
        used = _regular(data / identity.FOLDER / USED, 2 * hashlib.sha256().digest_size)
    except OSError:
        return False
    return used == hashlib.sha256(token.encode()).hexdigest().encode()


def _regular(path: Path, most: int) -> bytes:
    """How a file begins; root asks, where the screen may put something else. Raises OSError.

    A link is not followed, and a FIFO is not waited for (open(2), O_NOFOLLOW and O_NONBLOCK).
    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no file", str(path))
        return file.read(most)

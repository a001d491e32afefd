"""A technician's PIN: what is kept of it, and how many wrong ones there were since the last right one."""

import hashlib
import hmac
import logging
import re
import secrets
import unicodedata
from pathlib import Path

from kiosk import durable

log = logging.getLogger(__name__)

LEAST, MOST = 6, 12
"""Digits of a PIN."""
WORK, BLOCK, LANES = 2**14, 8, 1
"""scrypt's cost (RFC 7914): 16 MiB, and some tens of milliseconds on a PC."""
FORM = r"^scrypt:[0-9a-f]{32}:[0-9a-f]{64}\Z"
"""What stands in kiosk.toml: a salt of its own, and scrypt of the PIN under it, in hex."""


def digits(typed: str) -> str:
    """A PIN in ASCII digits, whatever script it was typed in. Raises ValueError if it is none."""
    found = "".join(str(unicodedata.digit(sign, "")) for sign in typed)
    if len(found) != len(typed) or not LEAST <= len(found) <= MOST:
        raise ValueError(f"a PIN has {LEAST} to {MOST} digits and nothing else")
    return found


def sealed(pin: str, salt: bytes | None = None) -> str:
    """What to keep of a PIN."""
    salt = secrets.token_bytes(16) if salt is None else salt
    return f"scrypt:{salt.hex()}:{_derived(pin, salt).hex()}"


def opens(pin: str, seal: str) -> bool:
    """Whether `seal` was made of this PIN; some tens of milliseconds, 16 MiB."""
    if not re.fullmatch(FORM, seal):
        return False
    _, salt, kept = seal.split(":")
    return hmac.compare_digest(_derived(pin, bytes.fromhex(salt)), bytes.fromhex(kept))


class Tries:
    """The count of wrong PINs in a file, so that pulling the plug gives nobody new tries."""

    def __init__(self, path: Path, unreadable: int) -> None:
        """`unreadable` is the count that a file without a number stands for."""
        self._path, self._unreadable = path, unreadable

    def read(self) -> int:
        """How many there were; 0 where there is no file yet."""
        try:
            return max(0, int(self._path.read_text("ascii")))
        except FileNotFoundError:
            return 0
        except (OSError, ValueError):
            return self._unreadable

    def write(self, wrong: int) -> None:
        """Keep the count, durably; where the disk takes none the log says so, and it counts till restart."""
        try:
            durable.replace(self._path, f"{wrong}\n".encode("ascii"))
        except OSError as error:
            log.error("technician: the count of wrong PINs is not kept: %s", error)  # noqa: TRY400


def _derived(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode("ascii"), salt=salt, n=WORK, r=BLOCK, p=LANES, dklen=32)

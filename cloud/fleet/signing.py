"""The key under which head office signs the catalogue: made once, in a file, never in the database."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.fleet.durable import put_once

FILE = "catalogue.key"
BYTES = 32
"""A private key of Ed25519 (RFC 8032)."""


class BadKey(Exception):
    """The key's file holds no key; the text names it."""


class Signer:
    """Signs, and says under which public key that can be checked."""

    def __init__(self, folder: Path) -> None:
        """Read `catalogue.key` in a folder, or make it (mode 0600). Raises BadKey."""
        self._key = _read(folder / FILE) or _make(folder / FILE)

    @property
    def public(self) -> str:
        """64 hex digits: `catalogue_key` of every kiosk."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """The signature of a message: 128 hex digits."""
        return self._key.sign(message).hex()


def _read(path: Path) -> Ed25519PrivateKey | None:
    try:
        secret = bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        return None
    except ValueError:
        secret = b""
    if len(secret) != BYTES:
        raise BadKey(
            f"{path} is not a key: put the right one back, or remove it and tell every kiosk the new"
        )
    return Ed25519PrivateKey.from_private_bytes(secret)


def _make(path: Path) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    try:
        put_once(path, f"{key.private_bytes_raw().hex()}\n".encode())
    except FileExistsError:  # another process made one just now
        return _read(path) or key
    return key

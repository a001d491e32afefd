"""A secret sealed for one user: a copy of the database alone does not make codes."""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES: Final = 12
_PURPOSE: Final = b"cloud.desk.people.second"


class Unsealable(Exception):
    """It was sealed for somebody else, under another key, or is no longer what it was."""


def seal(secret: bytes, user: int, key: str) -> bytes:
    """The secret of a user, readable with the same `key` and user only."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, secret, _bound(user))


def unseal(sealed: bytes, user: int, key: str) -> bytes:
    """What was sealed. Raises Unsealable."""
    try:
        return _cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(user))
    except (InvalidTag, ValueError):
        raise Unsealable(
            f"the second factor of user {user} cannot be read: take it away and set up"
        ) from None


def _cipher(key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(key.encode()))


def _bound(user: int) -> bytes:
    return str(user).encode()

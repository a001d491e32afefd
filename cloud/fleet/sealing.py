"""Secrets at rest: a copy of the database alone does not give them away."""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES: Final = 12


class Broken(Exception):
    """It was sealed for something else, under another key, or is no longer what it was."""


def seal(secret: bytes, purpose: str, key: str, bound: str = "") -> bytes:
    """A secret, readable with the same `key` only, for the same `purpose`, and for what it is `bound` to."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(purpose, key).encrypt(nonce, secret, bound.encode())


def unseal(sealed: bytes, purpose: str, key: str, bound: str = "") -> bytes:
    """What was sealed. Raises Broken."""
    try:
        return _cipher(purpose, key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound.encode())
    except (InvalidTag, ValueError):
        raise Broken(f"what was sealed for {purpose} cannot be read") from None


def _cipher(purpose: str, key: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(key.encode()))

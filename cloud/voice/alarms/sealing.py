"""A webhook's secret at rest: sealed under the installation's own secret."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """It was sealed under another `BASHGAH_SECRET_KEY`."""


def seal(secret: str) -> bytes:
    """The secret as it is stored."""
    return _box().encrypt(secret.encode())


def unseal(sealed: bytes | memoryview) -> str:
    """The secret itself. Raises Unreadable."""
    try:
        return _box().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Unreadable("the secret was sealed under another BASHGAH_SECRET_KEY: make a new one") from None


def _box() -> Fernet:
    key = hashlib.sha256(b"webhook secrets\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))

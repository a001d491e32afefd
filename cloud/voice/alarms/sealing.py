"""A webhook's secret at rest: sealed under the installation's own secret."""

from typing import Final

from django.conf import settings

from cloud.fleet import sealing

_PURPOSE: Final = "cloud.voice.alarms.webhook"


class Unreadable(Exception):
    """It was sealed under another `BASHGAH_SECRET_KEY`."""


def seal(secret: str) -> bytes:
    """The secret as it is stored."""
    return sealing.seal(secret.encode(), _PURPOSE, settings.SECRET_KEY)


def unseal(sealed: bytes | memoryview) -> str:
    """The secret itself. Raises Unreadable."""
    try:
        return sealing.unseal(bytes(sealed), _PURPOSE, settings.SECRET_KEY).decode()
    except sealing.Broken:
        raise Unreadable("the secret was sealed under another BASHGAH_SECRET_KEY: make a new one") from None

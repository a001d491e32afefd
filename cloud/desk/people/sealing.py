"""A secret sealed for one user: a copy of the database alone does not make codes."""

from typing import Final

from cloud.fleet import sealing

_PURPOSE: Final = "cloud.desk.people.second"


class Unsealable(Exception):
    """It was sealed for somebody else, under another key, or is no longer what it was."""


def seal(secret: bytes, user: int, key: str) -> bytes:
    """The secret of a user, readable with the same `key` and user only."""
    return sealing.seal(secret, _PURPOSE, key, str(user))


def unseal(sealed: bytes, user: int, key: str) -> bytes:
    """What was sealed. Raises Unsealable."""
    try:
        return sealing.unseal(sealed, _PURPOSE, key, str(user))
    except sealing.Broken:
        raise Unsealable(
            f"the second factor of user {user} cannot be read: take it away and set up"
        ) from None

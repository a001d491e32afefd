"""A club key as people write it: `ID:HEX`."""

from mqtt.vocabulary import BadId, ClubKey


def club_key(text: str) -> ClubKey:
    """The key that a text says. Raises ValueError, which does not repeat it."""
    name, _, secret = text.partition(":")
    try:
        return ClubKey(name, bytes.fromhex(secret))
    except BadId as error:
        raise ValueError(f"a club key is ID:HEX: {error}") from None
    except ValueError:
        raise ValueError("a club key is ID:HEX, with 16 bytes or more") from None

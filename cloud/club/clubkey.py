"""A club key as people write it: `ID:HEX`."""

from django.core.exceptions import ImproperlyConfigured

from mqtt.vocabulary import ClubKey


def club_key(text: str) -> ClubKey:
    """The key that a text says. Raises ValueError, which does not repeat it."""
    name, _, secret = text.partition(":")
    try:
        return ClubKey(name, bytes.fromhex(secret))
    except ValueError:
        # a BadId quotes what may be the secret, written without its id
        raise ValueError("a club key is ID:HEX: 1 to 8 of a-z and 0-9, then 16 bytes or more") from None


def configured(text: str) -> ClubKey | None:
    """The key that the environment says; None for an empty text. Raises ImproperlyConfigured."""
    try:
        return club_key(text) if text else None
    except ValueError as error:
        raise ImproperlyConfigured(f"BASHGAH_CLUB_KEY: {error}") from None

"""The second factor: codes that an app makes of a secret and the time (RFC 6238), and recovery codes."""

import secrets
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

DIGITS: Final = 6
STEP: Final = 30
"""Seconds that a code is shown."""
DRIFT: Final = 1
"""Steps that the clock of a telephone may be off, either way."""
SECRET_BYTES: Final = 20
CODES: Final = 10
"""Recovery codes that are given at once."""
ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without what is read as something else: 0 and o, 1, i and l."""
GROUP: Final = 5


def new_secret() -> bytes:
    """A secret, as long as the hash that codes are made by."""
    return secrets.token_bytes(SECRET_BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The code of one time step."""
    return _totp(secret).generate(step * STEP).decode()


def step_of(now: datetime) -> int:
    """The time step of a moment."""
    return int(now.timestamp()) // STEP


def matching_step(secret: bytes, typed: str, now: datetime, after: int) -> int | None:
    """The step later than `after` whose code was typed, at most DRIFT steps off; None for a wrong code."""
    here = step_of(now)
    given = typed.encode()
    for step in range(max(here - DRIFT, after + 1), here + DRIFT + 1):
        if bytes_eq(code_at(secret, step).encode(), given):
            return step
    return None


def address(secret: bytes, name: str, issuer: str) -> str:
    """What the QR code says to the app: an `otpauth:` address with the secret in it."""
    return _totp(secret).get_provisioning_uri(name, issuer)


def new_codes() -> list[str]:
    """Recovery codes, as a person copies them: `7hq2m-x4kbd`, 49 bits each."""
    return [f"{_letters(GROUP)}-{_letters(GROUP)}" for _ in range(CODES)]


def new_password() -> str:
    """A first password, 59 bits, that can be read out: `k7mq-2hxp-9dre`."""
    return "-".join(_letters(4) for _ in range(3))


def plain(typed: str) -> str:
    """What was typed with its digits in Latin, in small letters and without dashes and spaces."""
    return "".join(_letter(each) for each in typed.casefold() if each.isalnum())


def _letter(each: str) -> str:
    return str(int(each)) if each.isdecimal() else each


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every app knows; HMAC does not lean on what is broken in it
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303

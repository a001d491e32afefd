"""Webhooks signed as the Standard Webhooks specification says (version 1, HMAC-SHA256). Pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

PREFIX: Final = "whsec_"
_BYTES: Final = 32


def new_secret() -> str:
    """A secret as it is shown to a person, once."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(secret: str, name: str, at: datetime, body: bytes) -> dict[str, str]:
    """What says of a body who sent it, when, and under which name."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{_signature(secret, name, stamp, body)}",
    }


def _signature(secret: str, name: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((name.encode(), stamp.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()

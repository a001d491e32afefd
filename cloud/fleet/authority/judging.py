"""Who gets a certificate, and whether a new one: the rules, on values. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cloud.fleet.authority.requests import Denied

SAME: Final = timedelta(hours=1)
"""Within which a kiosk that renews again gets what was made: it may not have come."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the tables have it; `key` is the hash of the key that took it, or empty."""

    store: str
    expires_at: datetime
    withdrawn: bool
    key: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A kiosk as it stands now."""

    store: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Held:
    """The certificate that a kiosk has: the one that was neither followed by another nor revoked."""

    serial: str
    key: str
    issuer: str
    issued_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signs now, and since when everybody whom kiosks are to trust is there."""

    issuer: str
    complete_since: datetime


def may_come(token: Token, store: str, kiosk: Standing, now: datetime) -> None:
    """Raise Denied unless a token is good for its kiosk, whatever key comes with it.

    `store` is the one that was asked for. A token that was taken is judged by its key alone, however late.
    """
    if not store == token.store == kiosk.store:
        raise Denied("token-store", "the token is for a kiosk of another store")
    if token.withdrawn:
        raise Denied("token-withdrawn", "the token was taken back or replaced: ask for a new one")
    if kiosk.revoked:
        raise Denied("kiosk-revoked", "the kiosk was revoked: head office can admit it again")
    if not token.key and token.expires_at <= now:
        raise Denied("token-expired", "the token has expired: ask for a new one")


def may_take(token: Token, held: Held | None, key: str) -> None:
    """Raise Denied unless a key is the first that comes with a token, or the same again.

    The same again is one whose certificate is still the kiosk's: after a revocation, or when another device
    took its place, the old token lets nobody back in.
    """
    if token.key and (token.key != key or held is None or held.key != key):
        raise Denied("token-used", "the token was used: ask for a new one")


def may_renew(held: Held | None, certificate_key: str, key: str) -> None:
    """Raise Denied unless the request's key is the shown certificate's, and that is the kiosk's."""
    if held is None or held.key != certificate_key:
        raise Denied("certificate-revoked", "the certificate is no longer this kiosk's: use a new token")
    if key != certificate_key:
        raise Denied("request-key", "renew with the certificate's own key")


def same_again(held: Held, key: str, shown: str, by: Signing, now: datetime) -> bool:
    """Whether what a kiosk has is what it is to get; `shown` is the serial that it came with, or empty."""
    if held.key != key or held.ends_at <= now or held.issuer != by.issuer:
        return False
    if held.issued_at < by.complete_since:  # what it was told then is not all that it is to trust now
        return False
    return shown != held.serial or now - held.issued_at < SAME

"""One-time tokens: each lets one device become one kiosk, for the first key that comes with it."""

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from cloud.fleet.commands import Unknown
from cloud.fleet.models import EnrolmentToken, Kiosk
from mqtt.vocabulary import KioskId

GROUPS, LETTERS = 5, 5
BYTES: Final = 16
"""Random bytes of which a token's 125 bits are taken."""
LONGEST: Final = timedelta(days=30)
"""How long a token may wait at most: it lies about on paper meanwhile."""


class BadToken(ValueError):
    """No token can be made, or there is none to take back; the text says why."""


@transaction.atomic
def issue(kiosk: KioskId, by: str, now: datetime, within: timedelta) -> str:
    """A new token's text, to be shown once: nobody can find it out again. Raises Unknown, BadToken.

    It takes the place of one that still waits for the same kiosk: what was lost is worth nothing then.
    """
    if not timedelta() < within <= LONGEST:
        raise BadToken(f"a token waits for more than no time and at most {LONGEST.days} days")
    found = locked(kiosk)
    if found.revoked_at:
        raise BadToken(f"{kiosk} was revoked: admit it first")
    waiting(kiosk, now).update(withdrawn_at=now)
    text = _text()
    made = EnrolmentToken(hash=digest(text), kiosk=found, store_id=found.store_id, made_by=by[:150])
    made.made_at, made.expires_at = now, now + within
    made.save(force_insert=True)
    return text


@transaction.atomic
def withdraw(hash: str, now: datetime) -> None:  # noqa: A002 - the column's name
    """Take a token back that waits; one that was taken already is revoked with its kiosk. Raises BadToken."""
    token = EnrolmentToken.objects.filter(hash=hash).first()
    if token is not None:
        locked(KioskId(token.kiosk_id))
        token.refresh_from_db()  # it may have been taken before the kiosk was locked
    if token is None or token.used_at:
        raise BadToken("there is no such token that waits")
    EnrolmentToken.objects.filter(hash=hash, withdrawn_at=None).update(withdrawn_at=now)


def waiting(kiosk: KioskId, now: datetime) -> QuerySet[EnrolmentToken]:
    """The tokens of a kiosk that could still be used: one, or none."""
    free = EnrolmentToken.objects.filter(kiosk=kiosk, used_at=None, withdrawn_at=None)
    return free.filter(expires_at__gt=now)


def digest(text: str) -> str:
    """Under what a token is known: SHA-256 of its text, 64 hex digits.

    Fast on purpose: 125 random bits cannot be found by trying.
    """
    return hashlib.sha256(text.encode()).hexdigest()


def locked(kiosk: KioskId) -> Kiosk:
    """The kiosk, whose identity nobody else changes until the transaction ends. Raises Unknown."""
    found = Kiosk.objects.select_for_update(no_key=True).filter(id=kiosk).first()
    if found is None:
        raise Unknown(f"there is no kiosk {kiosk!r}")
    return found


def _text() -> str:
    letters = base64.b32encode(secrets.token_bytes(BYTES)).decode().lower()
    return "-".join(letters[at * LETTERS : (at + 1) * LETTERS] for at in range(GROUPS))

"""What the gate was asked, for the authority to answer: rows, because the two share a database and no more.

Requests hold tokens and answers club keys, so both lie sealed: a copy of the database gives neither away.
"""

import base64
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from django.conf import settings

from cloud.fleet import sealing
from cloud.fleet.models import SigningRequest

Kind = Literal["enrol", "renew"]
MOST: Final = 1000
"""Requests that wait while there is no authority; no more are taken."""
KEPT: Final = timedelta(hours=1)
"""How long an answer is there for a gate that asks again."""
_PURPOSE: Final = "enrolment"


class Full(Exception):
    """So many requests wait that no more are taken."""


class Answer(NamedTuple):
    """What the gate gives back: HTTP's status, and JSON."""

    status: int
    body: bytes


def put(kind: Kind, body: bytes, address: str, now: datetime) -> int:
    """Leave a request; its number. Raises Full."""
    if SigningRequest.objects.filter(status=0).count() >= MOST:
        raise Full(f"{MOST} requests wait: does the authority run?")
    made = SigningRequest(kind=kind, body=_sealed(body), address=address[:45], made_at=now)
    made.save(force_insert=True)
    return made.pk


def answer_of(number: int) -> Answer | None:
    """What was answered; None for what still waits. Raises SigningRequest.DoesNotExist for what is gone."""
    row = SigningRequest.objects.get(id=number)
    return Answer(row.status, _opened(row.answer)) if row.status else None


def oldest() -> SigningRequest | None:
    """The next to be answered, in the caller's transaction."""
    return SigningRequest.objects.select_for_update().filter(status=0).order_by("id").first()


def said(row: SigningRequest) -> bytes:
    """What was asked. Raises cloud.fleet.sealing.Broken."""
    return _opened(row.body)


def answer(row: SigningRequest, answer: Answer, now: datetime) -> None:
    """Give an answer; what was asked is there no more."""
    SigningRequest.objects.filter(id=row.pk, status=0).update(
        status=answer.status, answer=_sealed(answer.body), body="", answered_at=now
    )


def forget(now: datetime) -> None:
    """Drop what was answered a while ago."""
    SigningRequest.objects.filter(answered_at__lt=now - KEPT).delete()


def _sealed(body: bytes) -> str:
    return base64.b64encode(sealing.seal(body, _PURPOSE, settings.SECRET_KEY)).decode()


def _opened(text: str) -> bytes:
    return sealing.unseal(base64.b64decode(text), _PURPOSE, settings.SECRET_KEY)

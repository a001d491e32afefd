"""A request that is sent again is answered as before and does nothing: `Idempotency-Key`."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from threading import Lock
from typing import Annotated, Final, NamedTuple, Protocol

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils.crypto import salted_hmac
from ninja.params import functions
from ninja.utils import contribute_operation_args
from pydantic import BaseModel, Field

from cloud.api.guard import Asked
from cloud.api.models import Answered
from cloud.api.problems import KEY_REUSED, UNDER_WAY, Problem

KEPT: Final = timedelta(hours=24)
PRUNED: Final = 100
"""Old answers that each request takes away: many more than it adds, and never a long wait."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="New for each thing to be done.")]


class Reply(NamedTuple):
    """What an endpoint answers; a refusal is a raised Problem, and then nothing is stored."""

    status: int
    body: BaseModel


class Writes(Protocol):
    """An endpoint: a request and what ninja read of it."""

    def __call__(self, request: Asked, **said: object) -> Reply:
        """Do it, in a transaction that the caller has begun."""


class Ask(NamedTuple):
    """Who asks, under which name, and a keyed hash of what."""

    key: str
    name: str
    request: str


def idempotent(do: Callable[..., Reply]) -> Callable[..., HttpResponse]:
    """Let an endpoint do a thing once: below the router's decorator, which reads the header for it.

    The answer is stored in the transaction of what was done. A refusal undoes both: the same request may be
    sent again under the same name.
    """

    @wraps(do)
    def once(request: Asked, *, idempotency_key: str, **said: object) -> HttpResponse:
        ask = Ask(request.auth.id, idempotency_key, _hash(request))
        try:
            stored = _answered(ask, lambda: do(request, **said), datetime.now(UTC))
        except Problem as problem:
            problem.afterwards()
            raise
        return HttpResponse(stored.body, "application/json", status=stored.status)

    header = functions.Header(..., alias="Idempotency-Key")
    contribute_operation_args(once, "idempotency_key", Name, header)
    return once


def _answered(ask: Ask, do: Callable[[], Reply], now: datetime) -> Answered:
    with _alone_here(ask), transaction.atomic():
        assert_alone_elsewhere(ask)
        _prune(now)
        before = Answered.objects.filter(key=ask.key, name=ask.name).first()
        if before is not None and before.at > now - KEPT:
            return _same(before, ask)
        if before is not None:
            before.delete()
        reply = do()
        return Answered.objects.create(
            key_id=ask.key,
            name=ask.name,
            request=ask.request,
            status=reply.status,
            body=reply.body.model_dump_json(),
            at=now,
        )


def _same(before: Answered, ask: Ask) -> Answered:
    if before.request != ask.request:
        raise Problem(KEY_REUSED, "Send what was sent before under this Idempotency-Key, or take a new one.")
    return before


def _prune(now: datetime) -> None:
    old = Answered.objects.filter(at__lte=now - KEPT).order_by("at")
    # two requests that took the same rows in another order would wait for each other
    unheld = old.select_for_update(skip_locked=True).values_list("id", flat=True)
    Answered.objects.filter(id__in=list(unheld[:PRUNED])).delete()


# --- one at a time

_under_way: Final[set[tuple[str, str]]] = set()
_lock: Final = Lock()


@contextmanager
def _alone_here(ask: Ask) -> Iterator[None]:
    """Raise Problem where this process is answering the same; another's transaction is not waited for."""
    place = ask.key, ask.name
    with _lock:
        if place in _under_way:
            raise _under_way_problem()
        _under_way.add(place)
    try:
        yield
    finally:
        with _lock:
            _under_way.discard(place)


def assert_alone_elsewhere(ask: Ask) -> None:
    """Likewise for the other processes on PostgreSQL; on SQLite this one has waited for its turn to write."""
    if connection.vendor != "postgresql":
        return
    digest = hashlib.sha256(f"{ask.key}/{ask.name}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(%s)", (int.from_bytes(digest[:8], "big", signed=True),)
        )
        if not cursor.fetchone()[0]:
            raise _under_way_problem()


def _under_way_problem() -> Problem:
    return Problem(
        UNDER_WAY, "Send it again with the same Idempotency-Key in a second.", headers={"Retry-After": "1"}
    )


def _hash(request: Asked) -> str:
    text = b"\0".join(((request.method or "").encode(), request.get_full_path().encode(), request.body))
    return salted_hmac("cloud.api.idempotency", text, algorithm="sha256").hexdigest()

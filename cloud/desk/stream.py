"""The live stream of the pages: new events and changed parts as server-sent events."""

import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_GET

from cloud.collector.models import StoredEvent
from cloud.desk.access import may, viewer
from cloud.desk.language import LANGUAGES, active
from cloud.desk.live.horizon import Horizon, the_horizon
from cloud.desk.live.parts import context, draw, fingerprint
from cloud.desk.live.scope import scope_of
from cloud.desk.tail import Audience, Item, Parts, Scope, Tail, Texts, View
from cloud.desk.wording import lines
from mqtt.vocabulary import Language

MAX_DIGITS: Final = 18
"""Digits of an id: more would not be one of SQLite's."""
BUDGET: Final = 0.2
"""Seconds that one look may draw: then the events have their turn, and the parts left over the next time."""
KEPT: Final = 500
"""Audiences whose parts are kept at most."""
MOST: Final = 256
"""Streams that one user may have open in this process: a wall of screens, and no flood."""
_open: Final[Counter[int]] = Counter()
T = TypeVar("T")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class _Drawn(NamedTuple):
    """What an audience was shown: when, and the fingerprint of what was known then."""

    of: object
    at: datetime
    parts: Parts


class Feed:
    """The stored events and the parts of the pages, drawn as HTML; nothing behind the horizon is told."""

    def __init__(self, horizon: Horizon) -> None:
        """Nothing has been looked at yet."""
        self._horizon = horizon
        self._drawn: dict[Audience, _Drawn] = {}

    def head(self) -> int:
        """The newest event's id; 0 if there is none."""
        connection.close_if_unusable_or_obsolete()
        return self._horizon.reach()

    def after(self, position: int, limit: int) -> Sequence[Item]:
        """The events after a position, oldest first."""
        upto = self._horizon.reach()
        return _items(list(_between(position, upto).order_by("id")[:limit])) if upto > position else []

    def missed(self, scope: Scope, position: int, upto: int, limit: int) -> tuple[int, Sequence[Item]]:
        """How many events in scope lie after `position` up to `upto`; the newest of them, oldest first."""
        missed = _between(position, upto)
        if scope.view == "board":
            missed = missed.none()
        elif scope.stores is not None:
            missed = missed.filter(store__in=scope.stores)
        return missed.count(), _items(list(missed.order_by("-id")[:limit])[::-1])

    def skipped(self, count: int) -> Texts:
        """What is shown in place of events that are not sent again."""
        return _texts("desk/_skipped.html", {"count": count})

    def shown(self, audiences: Collection[Audience]) -> Mapping[Audience, Parts]:
        """The parts of each one's page: drawn once for all who see and read the same, the oldest first."""
        now = datetime.now(UTC)
        seen, until = fingerprint(now, self._horizon.reach()), time.monotonic() + BUDGET
        known: dict[Scope, dict[str, Any]] = {}
        for audience in sorted(audiences, key=self._age):
            old = self._drawn.get(audience)
            if old is None or (old.of != seen and time.monotonic() < until):
                if audience.scope not in known:
                    known[audience.scope] = context(audience.scope, now)
                self._drawn[audience] = _Drawn(seen, now, draw(audience, known[audience.scope]))
        found = {audience: self._drawn[audience].parts for audience in audiences}
        if len(self._drawn) > KEPT:
            self._drawn.clear()  # of whom nobody knows whether they come back
        return found

    def _age(self, audience: Audience) -> datetime:
        drawn = self._drawn.get(audience)
        return drawn.at if drawn else _NEVER


@cache
def the_tail() -> Tail:
    """The one tail of this process."""
    return Tail(Feed(the_horizon()))


@login_not_required
@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """The stream itself."""
    audience = await asked_before(_listening, request)
    if audience is None:
        return HttpResponse(status=403)
    asked = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    return event_stream(the_tail().stream(audience, row_id(asked)), viewer(request).user)


async def asked_before(question: Callable[[HttpRequest], T], request: HttpRequest) -> T:
    """Ask the database before a stream begins, which then holds no connection; raises what is raised."""
    return await sync_to_async(_ask_and_let_go)(question, request)


def row_id(text: str) -> int | None:
    """The id that a text from outside names; None if it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def _ask_and_let_go(question: Callable[[HttpRequest], T], request: HttpRequest) -> T:
    try:
        return question(request)
    finally:
        # Django closes it at the end of the request, and this one does not end: each stream would hold one
        if not connection.in_atomic_block:
            connection.close()


def _listening(request: HttpRequest) -> Audience | None:
    """Who listens; None where the page is not theirs. Raises Http404."""
    view: View = "board" if request.GET.get("view") == "board" else "figures"
    page = "board" if view == "board" else "live"
    return Audience(active(), scope_of(request, view)) if may(viewer(request).role, page) else None


def _between(position: int, upto: int) -> QuerySet[StoredEvent]:
    return StoredEvent.objects.select_related("stream").filter(id__gt=position, id__lte=upto)


def _items(rows: Sequence[StoredEvent]) -> list[Item]:
    drawn: dict[Language, list[str]] = {}
    for language in LANGUAGES if rows else ():
        with override(language):
            drawn[language] = [
                render_to_string("desk/_event.html", {"line": line}) for line in lines(rows, language)
            ]
    return [
        Item(row.id, row.store, {each: drawn[each][at] for each in drawn}, row) for at, row in enumerate(rows)
    ]


def _texts(template: str, known: dict[str, object]) -> Texts:
    drawn: dict[Language, str] = {}
    for language in LANGUAGES:
        with override(language):
            drawn[language] = render_to_string(template, known)
    return drawn


def event_stream(messages: AsyncGenerator[bytes], user: int) -> HttpResponseBase:
    """An answer of server-sent events, which nothing on the way holds back; 429 for a user with MOST open."""
    if _open[user] >= MOST:
        return HttpResponse(status=429)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_counted(messages, user), content_type="text/event-stream", headers=headers)


async def _counted(messages: AsyncGenerator[bytes], user: int) -> AsyncGenerator[bytes]:
    _open[user] += 1
    try:
        async with aclosing(messages):
            async for message in messages:
                yield message
    finally:
        _open[user] -= 1
        if not _open[user]:
            del _open[user]

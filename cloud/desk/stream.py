"""The live stream of the HQ page: new events and changed figures as server-sent events."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_GET

from cloud.collector.models import StoredEvent
from cloud.desk.figures import fingerprint, read_figures
from cloud.desk.language import LANGUAGES, active
from cloud.desk.tail import Item, Tail, Texts
from cloud.desk.wording import lines
from mqtt.vocabulary import Language

MAX_DIGITS: Final = 18
"""Digits of an id: more would not be one of SQLite's."""


class Feed:
    """The stored events and the figures, drawn as HTML. Ids are in order of commit: SQLite has one writer."""

    def __init__(self) -> None:
        """Nothing has been looked at yet."""
        self._seen: tuple[object, ...] = ()
        self._figures: Texts = {}

    def head(self) -> int:
        """The newest event's id; 0 if there is none."""
        connection.close_if_unusable_or_obsolete()
        return newest_id()

    def after(self, position: int, limit: int) -> Sequence[Item]:
        """The events after a position, oldest first."""
        return _items(list(_behind(position).order_by("id")[:limit]))

    def missed(self, position: int, upto: int, limit: int) -> tuple[int, Sequence[Item]]:
        """How many events lie after `position` up to `upto`, and the newest of them, oldest first."""
        missed = _behind(position).filter(id__lte=upto)
        return missed.count(), _items(list(missed.order_by("-id")[:limit])[::-1])

    def skipped(self, count: int) -> Texts:
        """What is shown in place of events that are not sent again."""
        return _drawn("desk/_skipped.html", {"count": count})

    def figures(self) -> Texts:
        """The figures as they are shown now; the same object as before if nothing changed."""
        now = datetime.now(UTC)
        seen = fingerprint(now)
        if seen != self._seen:
            self._figures = _drawn("desk/_figures.html", {"figures": read_figures(now)})
            self._seen = seen
        return self._figures


@cache
def the_tail() -> Tail:
    """The one tail of this process."""
    return Tail(Feed())


@login_not_required
@require_GET
async def stream(request: HttpRequest) -> HttpResponseBase:
    """The stream itself. 401 instead of a page to sign in: no person reads this."""
    user = await request.auser()
    if not user.is_authenticated:
        return HttpResponse(status=401)
    asked = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    return event_stream(the_tail().stream(active(), row_id(asked)))


def row_id(text: str) -> int | None:
    """The id that a text from outside names; None if it names none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def newest_id() -> int:
    """The id of the newest event; 0 if there is none."""
    return StoredEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _behind(position: int) -> QuerySet[StoredEvent]:
    return StoredEvent.objects.select_related("stream").filter(id__gt=position)


def _items(rows: Sequence[StoredEvent]) -> list[Item]:
    drawn: dict[Language, list[str]] = {}
    for language in LANGUAGES if rows else ():
        with override(language):
            drawn[language] = [
                render_to_string("desk/_event.html", {"line": line}) for line in lines(rows, language)
            ]
    return [Item(row.id, {each: drawn[each][at] for each in drawn}, row) for at, row in enumerate(rows)]


def _drawn(template: str, context: dict[str, object]) -> Texts:
    drawn: dict[Language, str] = {}
    for language in LANGUAGES:
        with override(language):
            drawn[language] = render_to_string(template, context)
    return drawn


def event_stream(messages: AsyncIterator[bytes]) -> StreamingHttpResponse:
    """An answer of server-sent events, which nothing on the way holds back."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(messages, content_type="text/event-stream", headers=headers)

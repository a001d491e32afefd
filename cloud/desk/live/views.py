"""The live page, the board of stores, and what was set aside; each of the stores that somebody sees."""

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from cloud.collector.models import StoredEvent
from cloud.desk.access import may, refused, viewer
from cloud.desk.language import active
from cloud.desk.live.aside import never_coming, set_aside
from cloud.desk.live.horizon import the_horizon
from cloud.desk.live.parts import context
from cloud.desk.live.scope import scope_of
from cloud.desk.stream import row_id
from cloud.desk.tail import Scope
from cloud.desk.wording import lines

SHOWN: Final = 30
"""Events that the page begins with."""
PARKED: Final = 100
"""Set-aside messages on one page."""


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The live page, complete as it stands; the stream goes on from there. A clerk has the till instead."""
    if viewer(request).role == "clerk":
        return _till(request)
    scope, position = scope_of(request), the_horizon().reach()
    rows = StoredEvent.objects.filter(id__lte=position).order_by("-id")
    if scope.stores is not None:
        rows = rows.filter(store__in=scope.stores)
    more = {"lines": lines(rows[:SHOWN], active()), "stream": _stream(request, after=position)}
    return render(request, "desk/live/live.html", _known(request, scope) | more)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Each store with its kiosks as they stand, the worst first."""
    scope = scope_of(request, "board")
    more = {"stream": _stream(request, view="board")}
    return render(request, "desk/live/board.html", _known(request, scope) | more)


@require_safe
def parked(request: HttpRequest) -> HttpResponse:
    """What could not be read or booked, and what never came, newest first; never the bytes."""
    scope, before = scope_of(request, "machines"), row_id(request.GET.get("before", ""))
    rows = set_aside(scope.stores).order_by("-id").defer("raw")
    if before is not None:
        rows = rows.filter(id__lt=before)
    page = list(rows[: PARKED + 1])
    known = {
        "rows": page[:PARKED],
        "older": _query(request, before=page[PARKED - 1].id) if len(page) > PARKED else "",
        "holes": never_coming(scope.stores).order_by("-id")[:PARKED],
    }
    return render(request, "desk/live/parked.html", _choice(request, scope) | known)


def _till(request: HttpRequest) -> HttpResponse:
    try:
        return redirect("till")
    except NoReverseMatch:
        return refused(request)


def _known(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    role = viewer(request).role
    links = {f"may_see_{page}": may(role, page) for page in ("board", "parked")}
    return context(scope, datetime.now(UTC)) | _choice(request, scope) | links


def _choice(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    """The stores to choose from, and those that are chosen."""
    return {"choice": viewer(request).shown, "chosen": scope.stores if _asked(request) else ()}


def _asked(request: HttpRequest) -> list[str]:
    return list(filter(None, request.GET.getlist("store")))


def _stream(request: HttpRequest, **more: object) -> str:
    return f"{reverse('stream')}?{_query(request, **more)}"


def _query(request: HttpRequest, **more: object) -> str:
    # who chose none sees what is theirs as it is by then, also when the stream comes back
    return urlencode([*more.items(), *(("store", store) for store in _asked(request))])

"""Which till this browser stands at: one of the stores of whoever uses it, kept in a signed cookie."""

from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from cloud.desk.access import Viewer, viewer
from cloud.fleet.models import Till

COOKIE: Final = "till"
_SALT: Final = "cloud.desk.till.here"
_YEAR: Final = 365 * 24 * 3600
"""Seconds: a till's browser stays at its till."""


def of(seen: Viewer) -> QuerySet[Till]:
    """The tills of the stores that somebody sees."""
    every = Till.objects.select_related("store", "kiosk").order_by("store__name_fa", "name", "id")
    return every if seen.stores is None else every.filter(store__in=seen.stores)


def here(request: HttpRequest) -> Till | None:
    """The till that was chosen in this browser, if it is still one of theirs."""
    chosen = request.get_signed_cookie(COOKIE, default=None, salt=_SALT)
    return of(viewer(request)).filter(id=chosen).first() if chosen else None


def choose(response: HttpResponse, till: Till) -> None:
    """Let this browser be at a till."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_signed_cookie(
        COOKIE, till.id, salt=_SALT, max_age=_YEAR, httponly=True, secure=secure, samesite="Lax"
    )

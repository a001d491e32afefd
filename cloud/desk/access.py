"""Who may see which page: one table of roles by page, and nobody what is not in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.db import DataError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils.deprecation import MiddlewareMixin

from cloud.api.middleware import BELOW
from cloud.desk.models import Staff
from cloud.desk.people import sessions
from cloud.fleet.models import Store

Role = Literal["owner", "analyst", "manager", "store-manager", "clerk", "fleet"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVERYWHERE: Final[frozenset[Role]] = frozenset({"owner", "analyst", "manager", "fleet"})
"""Roles that see every store; the others see those of their `Staff.stores`."""
GUARDED: Final[frozenset[Role]] = frozenset({"owner", "manager", "store-manager"})
"""Roles that can move other people's points or rights, and sign in with a second factor."""

_ALL: Final = frozenset(ROLES)
_FIGURES: Final[frozenset[Role]] = frozenset({"owner", "analyst", "manager", "store-manager"})
_HEADS: Final[frozenset[Role]] = frozenset({"owner", "manager"})
_TILL: Final[frozenset[Role]] = frozenset({"owner", "store-manager", "clerk"})
_MACHINES: Final[frozenset[Role]] = frozenset({"owner", "manager", "fleet"})
_KEEPERS: Final[frozenset[Role]] = frozenset({"owner", "fleet"})
_EMPLOYERS: Final[frozenset[Role]] = frozenset({"owner", "manager", "store-manager"})
_SERVING: Final[frozenset[Role]] = frozenset({"owner", "manager", "store-manager", "clerk"})

OPEN: Final = frozenset({"login", "logout", "language", "receipt"})
"""Pages of nobody in particular."""
WAY_IN: Final = frozenset({"second", "second-setup"})
"""Pages of whoever gave a right password, and perhaps no code yet: they look after themselves."""
STREAMS: Final = frozenset({"stream", "till-stream", "fleet-list", "fleet-commands"})
"""Answers that no person asked for: 401 in place of a way to sign in, and no sign that somebody is there."""
PAGES: Final[dict[str, frozenset[Role]]] = {
    # live
    "live": _ALL,
    "stream": _FIGURES | _MACHINES,
    "board": _MACHINES | {"store-manager"},
    "parked": _MACHINES | {"store-manager"},
    # people: their accounts and roles, and what they did
    "account": _ALL,
    "account-password": _ALL,
    "account-second": _ALL,
    "account-elsewhere": _ALL,
    "staff": _EMPLOYERS,
    "staff-add": _EMPLOYERS,
    "staff-person": _EMPLOYERS,
    "audit": _EMPLOYERS,
    "audit-csv": _EMPLOYERS,
    # experience
    "experience": _FIGURES,
    "experience-index": _FIGURES,
    "experience-answers": _FIGURES,
    "experience-csv": _FIGURES,
    # alarms
    "alarms": _FIGURES,
    "alarm-signal": _FIGURES,
    "alarm-handle": _HEADS | {"store-manager"},
    "alarm-watches": _HEADS,
    "alarm-watch": _HEADS,
    "alarm-watch-new": _HEADS,
    "alarm-watch-pause": _HEADS,
    "alarm-watch-test": _HEADS,
    "alarm-offer": _HEADS,
    "alarm-quiet": _HEADS,
    "alarm-hook-new": _HEADS,
    "alarm-hook-secret": _HEADS,
    "alarm-hook-pause": _HEADS,
    # members
    "members": _SERVING,
    "members-card": _SERVING,
    "member": _SERVING,
    "member-timeline": _SERVING,
    "member-phone": _SERVING,
    "member-issue": _SERVING,
    "member-replace": _SERVING,
    "member-lost": _SERVING,
    "member-language": _SERVING,
    "member-details": GUARDED,
    "member-withdraw": GUARDED,
    "member-adjust": GUARDED,
    "member-merge": GUARDED,
    "member-unmerge": GUARDED,
    "member-confirm": GUARDED,
    "member-export": GUARDED,
    "member-leave": GUARDED,
    "member-write-off": _HEADS,
    "member-release": _HEADS,
    # fleet
    "fleet": _MACHINES | {"store-manager"},
    "fleet-list": _MACHINES | {"store-manager"},
    "fleet-command": _MACHINES | {"store-manager"},
    "fleet-kiosk": _MACHINES | {"store-manager"},
    "fleet-commands": _MACHINES | {"store-manager"},
    "fleet-add": _KEEPERS,
    "fleet-token": _KEEPERS,
    "fleet-token-file": _KEEPERS,
    "fleet-token-withdraw": _KEEPERS,
    "fleet-revoke": _KEEPERS,
    "fleet-admit": _KEEPERS,
    # till
    "till": _TILL,
    "till-choose": _TILL,
    "till-setup": frozenset({"owner", "store-manager"}),
    "till-stream": _TILL,
    "till-customer": _TILL,
    "till-join": _TILL,
    "till-card": _TILL,
    "till-history": _TILL,
    "till-quote": _TILL,
    "till-sale": _TILL,
    "till-return": _TILL,
    "till-receipt": _TILL,
}
"""Roles by the name of the address. What is not here is nobody's: a new page has to say whose it is."""


@dataclass(frozen=True)
class Viewer:
    """Who asks: the user's name, the role, and the stores that are seen (None: all there are)."""

    user: int
    name: str
    role: Role
    stores: frozenset[str] | None

    def sees(self, store: str) -> bool:
        """Whether a store is one of theirs."""
        return self.stores is None or store in self.stores

    @cached_property
    def shown(self) -> tuple[Store, ...]:
        """The stores that they see, in order of their Persian names."""
        return tuple(self.choice().order_by("name_fa", "id"))

    def choice(self) -> QuerySet[Store]:
        """The same, to choose from."""
        every = Store.objects.all()
        return every if self.stores is None else every.filter(id__in=self.stores)

    @property
    def groups(self) -> frozenset[str]:
        """The groups of those stores, whose members they may meet."""
        return frozenset(store.group_id for store in self.shown)


def viewer(request: HttpRequest) -> Viewer:
    """Who asks for a page that :class:`Access` let through."""
    found = getattr(request, "viewer", None)
    if not isinstance(found, Viewer):
        raise TypeError("this page is not behind cloud.desk.access.Access")
    return found


def may(role: Role, page: str) -> bool:
    """Whether a role may see a page."""
    return role in PAGES.get(page, ())


def look_up(user: User) -> Viewer | None:
    """What a user is to the club; None for nothing."""
    staff = Staff.objects.filter(user=user.pk).first()
    return None if staff is None else _as_viewer(user, staff)


def must_show_a_code(staff: Staff) -> bool:
    """Whether a password alone does not let them in: by their role, or because they chose so."""
    return staff.totp_secret is not None or (settings.SECOND_FACTOR and staff.role in GUARDED)


class Access(MiddlewareMixin):
    """Lets through who may see a page; 403 for the others, 401 where no person reads the answer."""

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponseBase | None:
        """Answer in place of the page, or let it answer."""
        match = request.resolver_match
        page = match.view_name if match else ""
        if page in OPEN or request.path.startswith(BELOW):
            return None
        if not request.user.is_authenticated:
            # LoginRequiredMiddleware has sent to sign in whoever asked for a page
            return HttpResponse(status=401) if page in STREAMS else None
        staff = Staff.objects.filter(user=request.user.pk).first()
        if _over(request, staff, page):
            logout(request)
            return _away(request, "login", page)
        if page in WAY_IN:
            return None
        found = None if staff is None else _as_viewer(request.user, staff)
        if staff is None or found is None or not may(found.role, page):
            return refused(request)
        if "\0" in request.path:
            raise Http404  # PostgreSQL has no text with a zero in it, and refuses the question
        held_up = _held_up(request, staff, page)
        if held_up is None:
            setattr(request, "viewer", found)  # noqa: B010 - a request has no such field of its own
        return held_up

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say that a text cannot be read which PostgreSQL refuses: it has none with a zero in it."""
        if isinstance(error, DataError) and _has_zero(request):
            return render(request, "400.html", status=400)
        return None


def _has_zero(request: HttpRequest) -> bool:
    sent = (texts for form in (request.GET, request.POST) for _, texts in form.lists())
    return any("\0" in text for texts in sent for text in texts)


def refused(request: HttpRequest) -> HttpResponse:
    """The page that says that this is not theirs; the same whether or not what they named is there."""
    return render(request, "403.html", status=403)


def _as_viewer(user: User, staff: Staff) -> Viewer | None:
    if staff.role not in ROLES:
        return None
    role: Role = staff.role
    stores = None if role in EVERYWHERE else frozenset(staff.stores.values_list("id", flat=True))
    return Viewer(user.pk, user.get_username(), role, stores)


def _over(request: HttpRequest, staff: Staff | None, page: str) -> bool:
    now, era = datetime.now(UTC), staff.era if staff else 0
    guarded = staff is not None and staff.role in GUARDED
    if sessions.over(request.session, era, now, guarded=guarded):
        return True
    if page not in STREAMS:  # a page that is left open asks for its stream by itself
        sessions.touch(request.session, now)
    return False


def _held_up(request: HttpRequest, staff: Staff, page: str) -> HttpResponseBase | None:
    if must_show_a_code(staff) and not request.session.get("second"):
        return _away(request, "second", page)
    if staff.first_until is not None and page != "account-password":
        return _away(request, "account-password", page)
    return None


def _away(request: HttpRequest, to: str, page: str) -> HttpResponseBase:
    if page in STREAMS:
        return HttpResponse(status=401)
    if request.method not in {"GET", "HEAD"}:
        return redirect(to)
    return redirect(f"{resolve_url(to)}?{urlencode({'next': request.get_full_path()})}")

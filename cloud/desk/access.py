"""Who may see which page: one table of roles by page, and nobody what is not in it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, get_args

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.deprecation import MiddlewareMixin

from cloud.api.middleware import BELOW
from cloud.desk.models import Staff
from cloud.fleet.models import Store

Role = Literal["owner", "analyst", "manager", "store-manager", "clerk", "fleet"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
EVERYWHERE: Final[frozenset[Role]] = frozenset({"owner", "analyst", "manager", "fleet"})
"""Roles that see every store; the others see those of their `Staff.stores`."""
GUARDED: Final[frozenset[Role]] = frozenset({"owner", "manager", "store-manager"})
"""Roles that can move other people's points or rights, and sign in with a second factor."""

_ALL: Final = frozenset(ROLES)
_FIGURES: Final[frozenset[Role]] = frozenset({"owner", "analyst", "manager", "store-manager"})
_TILL: Final[frozenset[Role]] = frozenset({"owner", "store-manager", "clerk"})
_MACHINES: Final[frozenset[Role]] = frozenset({"owner", "manager", "fleet"})

OPEN: Final = frozenset({"login", "logout", "language", "second", "second-setup", "receipt"})
"""Pages of nobody in particular, or on the way in."""
STREAMS: Final = frozenset({"stream", "till-stream"})
"""Answers that no person reads: 401 in place of a way to sign in."""
PAGES: Final[dict[str, frozenset[Role]]] = {
    # live
    "live": _ALL,
    "stream": _FIGURES | _MACHINES,
    "parked": _MACHINES,
    # people: their accounts and roles, and what they did
    # experience
    # alarms
    # members
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
    if staff is None or staff.role not in ROLES:
        return None
    role: Role = staff.role
    stores = None if role in EVERYWHERE else frozenset(staff.stores.values_list("id", flat=True))
    return Viewer(user.pk, user.get_username(), role, stores)


class Access(MiddlewareMixin):
    """Lets through who may see a page; 403 for the others, 401 where no person reads the answer."""

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponseBase | None:
        """Answer in place of the page, or let it answer."""
        match = request.resolver_match
        page = match.view_name if match else ""
        if page in OPEN or request.path.startswith(BELOW):
            return None
        if not request.user.is_authenticated:
            return None  # LoginRequiredMiddleware sends them to sign in, or the page says 401
        found = look_up(request.user)
        if found is None or not may(found.role, page):
            return refused(request)
        if settings.SECOND_FACTOR and found.role in GUARDED and not request.session.get("second"):
            return HttpResponse(status=401) if page in STREAMS else redirect("second")
        setattr(request, "viewer", found)  # noqa: B010 - a request has no such field of its own
        return None


def refused(request: HttpRequest) -> HttpResponse:
    """The page that says that this is not theirs; the same whether or not what they named is there."""
    return render(request, "403.html", status=403)

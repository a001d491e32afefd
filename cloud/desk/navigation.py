"""The way from page to page: what stands at the top of each, by what a role may see."""

from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cloud.desk.access import Viewer, may

ENTRIES: Final = (
    ("till", _("Till")),
    ("live", _("Live")),
    ("board", _("Board")),
    ("fleet", _("Fleet")),
    ("experience", _("Experience")),
    ("alarms", _("Alarms")),
    ("members", _("Members")),
    ("staff", _("People")),
    ("audit", _("Audit")),
)
"""Page and its name, in reading order."""
ELSEWHERE: Final = frozenset({("live", "clerk")})
"""Pages that send a role on to another of its own."""


def navigation(request: HttpRequest) -> dict[str, Any]:
    """The entries of whoever asks, and which of them is open: a page belongs to the entry it begins with."""
    found = getattr(request, "viewer", None)
    if not isinstance(found, Viewer):
        return {"navigation": ()}
    here = request.resolver_match.view_name if request.resolver_match else ""
    entries = [
        {"page": page, "name": name, "open": _belongs(here, page)}
        for page, name in ENTRIES
        if may(found.role, page) and (page, found.role) not in ELSEWHERE
    ]
    return {"navigation": entries, "viewer": found}


def _belongs(here: str, page: str) -> bool:
    """Whether a page is the entry's own: `alarms-new` is one of `alarms`, and so is `alarm-new`."""
    return any(here == name or here.startswith(f"{name}-") for name in (page, page.removesuffix("s")))

"""Of which stores somebody wants to see: those in the address, among their own."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest

from cloud.desk.access import Role, Viewer, viewer
from cloud.desk.tail import Scope, View
from cloud.fleet.models import Store

NO_FIGURES: frozenset[Role] = frozenset({"fleet"})
"""Roles that look after machines, and see nothing of what customers say as a figure."""


def scope_of(request: HttpRequest, view: View = "figures") -> Scope:
    """What is seen at an address: the stores of its `store` fields, or all of theirs. Raises Http404."""
    who = viewer(request)
    if view == "figures" and who.role in NO_FIGURES:
        view = "machines"
    return Scope(chosen(who, request.GET.getlist("store")), view)


def chosen(who: Viewer, names: Iterable[str]) -> frozenset[str] | None:
    """The stores of these names; without any, all of theirs. Raises Http404 for one that is not."""
    names = frozenset(filter(None, names))
    if not names:
        return who.stores
    if not all(map(who.sees, names)) or Store.objects.filter(id__in=names).count() != len(names):
        raise Http404
    return names

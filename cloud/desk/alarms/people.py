"""Who can be accountable, and who is told where somebody no longer is."""

from collections.abc import Sequence
from typing import Final

from django.contrib.auth.models import User
from django.db.models import QuerySet

from cloud.desk.access import Role, Viewer, look_up
from cloud.voice.alarms.models import Signal, Watch

ACCOUNTABLE: Final[frozenset[Role]] = frozenset({"owner", "manager", "store-manager"})
"""A clerk is never told of low scores: they are the manager's to look into."""
_HANDLE: Final[frozenset[Role]] = frozenset({"owner", "manager"})


def candidates() -> QuerySet[User]:
    """Those who can be accountable."""
    return User.objects.filter(is_active=True, staff__role__in=ACCOUNTABLE).order_by("username")


def fits(user: User, store: str | None) -> bool:
    """Whether somebody can be accountable for a store, or for what is of more than one (None)."""
    found = _as_accountable(user)
    return found is not None and _whole(found, store)


def told(user: User) -> bool:
    """Whether somebody may be told of alarms at all."""
    return _as_accountable(user) is not None


def recipients(watch: Watch) -> Sequence[User]:
    """Who is told: the one who is accountable; every owner where that one is gone or has another role."""
    if fits(watch.accountable, watch.store_id):
        return [watch.accountable]
    return list(User.objects.filter(is_active=True, staff__role="owner").order_by("username"))


def may_see(who: Viewer, watch: Watch) -> bool:
    """Whether a watch's signals are theirs to look at."""
    return _whole(who, watch.store_id)


def may_handle(who: Viewer, signal: Signal) -> bool:
    """Whether they may acknowledge and close it."""
    return who.role in _HANDLE or (who.role in ACCOUNTABLE and who.user == signal.watch.accountable_id)


def _as_accountable(user: User) -> Viewer | None:
    found = look_up(user) if user.is_active else None
    return found if found and found.role in ACCOUNTABLE else None


def _whole(who: Viewer, store: str | None) -> bool:
    return who.stores is None if store is None else who.sees(store)

"""Who may make whom what: a role grants those below it, and nobody changes themselves."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from cloud.desk.access import ROLES, Role, Viewer

GRANTED: Final[dict[Role, frozenset[Role]]] = {
    "owner": frozenset(ROLES),
    "manager": frozenset({"analyst", "store-manager", "clerk", "fleet"}),
    "store-manager": frozenset({"clerk"}),
}
"""The roles that a role gives and takes, and whose people it looks after."""


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is or is to be: a role, and the stores of a role that has some."""

    role: str
    stores: frozenset[str] = frozenset()


def granted(by: Viewer) -> tuple[Role, ...]:
    """The roles that somebody may give, the mightiest first."""
    return tuple(role for role in ROLES if role in GRANTED.get(by.role, ()))


def looks_after(by: Viewer, post: Post) -> bool:
    """Whether somebody may see and change people of this post; only those who work in no store of others."""
    return post.role in GRANTED.get(by.role, ()) and _within(by.stores, post.stores)


def _within(own: AbstractSet[str] | None, stores: AbstractSet[str]) -> bool:
    return own is None or (bool(stores) and stores <= own)

"""Who may do what: said here a second time, and not read from the code that the tests are about.

A page that is not in this table fails the tests, and so does one that is in it and not there.
"""

from dataclasses import dataclass
from typing import Final, Literal

from tests.cloud.desk.walks.ground import ROLES

Kind = Literal["page", "part", "file", "stream"]
"""What a GET answers: what a person reads, what a page swaps in, what is downloaded, what never ends."""

EVERYBODY: Final = " ".join(ROLES)
FIGURES: Final = "owner analyst manager store-manager"
MACHINES: Final = "owner manager fleet"
DONE: Final = (200, 302, 303)
"""An empty form was taken, or shown again with what is wrong."""


@dataclass(frozen=True)
class Row:
    """The roles (separated by spaces), the ways in, and what an empty form may be answered with."""

    roles: str
    ways: str = "GET"
    kind: Kind = "page"
    empty: tuple[int, ...] = DONE
    query: str = ""
    """What a GET needs behind its address to be answered with 200."""

    def lets(self, role: str) -> bool:
        """Whether a role may."""
        return role in self.roles.split()

    @property
    def read(self) -> bool:
        """Whether a person reads it."""
        return self.kind == "page" and "GET" in self.ways


TABLE: Final[dict[str, Row]] = {
    # live
    "live": Row(EVERYBODY),
    "stream": Row("owner analyst manager store-manager fleet", kind="stream"),
    "parked": Row(MACHINES),
}
"""By the name of the address."""

OPEN: Final = {"login", "logout", "language"}
"""What needs no role."""
ENTRANCES: Final = [("/login", "", 200), ("/parked", "clerk", 403), ("/nowhere", "owner", 404)]
"""Ways in and closed doors: the address, whose (nobody's), and the answer."""

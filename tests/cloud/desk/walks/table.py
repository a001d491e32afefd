"""Who may do what: said here a second time, and not read from the code that the tests are about.

A page that is not in this table fails the tests, and so does one that is in it and not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import parse_qsl

from tests.cloud.desk.walks.ground import ROLES

Kind = Literal["page", "part", "file", "stream"]
"""What a GET answers: what a person reads, what a page swaps in, what is downloaded, what never ends."""

EVERYBODY: Final = " ".join(ROLES)
FIGURES: Final = "owner analyst manager store-manager"
SERVING: Final = "owner manager store-manager clerk"
HEADS: Final = "owner manager store-manager"
DONE: Final = (200, 302, 303)
"""An empty form was taken, or shown again with what is wrong."""


@dataclass(frozen=True)
class Row:
    """The roles (separated by spaces), the ways in, and what an empty form may be answered with."""

    roles: str
    ways: str = "GET"
    kind: Kind = "page"
    empty: tuple[int, ...] = DONE
    says: str = ""
    """What a GET needs behind its address and a POST in its form to be understood; names in braces."""
    free: bool = False
    """What its address names belongs to no store and no group."""
    by_store: bool = False
    """It can be asked of one store."""
    sent: str = ""
    """The roles that have another page in its place."""

    def lets(self, role: str) -> bool:
        """Whether a role may."""
        return role in self.roles.split()

    def shows(self, role: str) -> bool:
        """Whether somebody of a role reads it."""
        return self.read and self.lets(role) and role not in self.sent.split()

    def behind(self, names: Mapping[str, str]) -> str:
        """What stands behind the address."""
        return f"?{self.says.format(**names)}" if self.says else ""

    def form(self, names: Mapping[str, str]) -> dict[str, str]:
        """What a form has to say at least."""
        return dict(parse_qsl(self.says.format(**names)))

    @property
    def read(self) -> bool:
        """Whether a person reads it."""
        return self.kind == "page" and "GET" in self.ways


TABLE: Final[dict[str, Row]] = {
    # live
    "live": Row(EVERYBODY, sent="clerk", by_store=True),
    "stream": Row("owner analyst manager store-manager fleet", kind="stream", by_store=True),
    "board": Row("owner manager store-manager fleet", by_store=True),
    "parked": Row("owner manager store-manager fleet", by_store=True),
    # people
    "account": Row(EVERYBODY),
    "account-password": Row(EVERYBODY, "GET POST"),
    "account-second": Row(EVERYBODY, "POST"),
    "account-elsewhere": Row(EVERYBODY, "POST"),
    "staff": Row(HEADS),
    "staff-add": Row(HEADS, "GET POST"),
    "staff-person": Row(HEADS, "GET POST", says="do=save"),
    "audit": Row(HEADS),
    "audit-csv": Row(HEADS, kind="file"),
    # experience
    "experience": Row(FIGURES, by_store=True),
    "experience-index": Row(FIGURES, by_store=True, free=True),
    "experience-answers": Row(FIGURES, by_store=True, free=True),
    "experience-csv": Row(FIGURES, by_store=True, free=True, kind="file"),
    # members
    "members": Row(SERVING, "GET POST"),
    "member": Row(SERVING),
    "members-card": Row(SERVING, "POST"),
    "member-timeline": Row(SERVING),
    "member-phone": Row(SERVING, "POST"),
    "member-issue": Row(SERVING, "GET POST"),
    "member-replace": Row(SERVING, "GET POST", says="of={card_ref}"),
    "member-lost": Row(SERVING, "GET POST", says="of={card_ref}"),
    "member-language": Row(SERVING, "GET POST"),
    "member-details": Row(HEADS, "GET POST"),
    "member-withdraw": Row(HEADS, "GET POST", says="of={purpose}"),
    "member-adjust": Row(HEADS, "GET POST"),
    "member-merge": Row(HEADS, "GET POST"),
    "member-unmerge": Row(HEADS, "GET POST", says="of={merge}"),
    "member-confirm": Row(HEADS, "GET POST", says="of={merge}"),
    "member-export": Row(HEADS, "GET POST"),
    "member-leave": Row(HEADS, "GET POST"),
    "member-write-off": Row("owner manager", "GET POST", says="of={hold}"),
    "member-release": Row("owner manager", "GET POST", says="of={hold}"),
}
"""By the name of the address."""

OPEN: Final = {"login", "logout", "language", "second", "second-setup"}
"""What needs no role: the ways in, which have tests of their own."""
ENTRANCES: Final = [("/login", "", 200), ("/parked", "clerk", 403), ("/nowhere", "owner", 404)]
"""Ways in and closed doors: the address, whose (nobody's), and the answer."""

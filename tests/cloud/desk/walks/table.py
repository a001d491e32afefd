"""Who may do what: said here a second time, and not read from the code that the tests are about.

A page that is not in this table fails the tests, and so does one that is in it and not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple
from urllib.parse import parse_qsl

from tests.cloud.desk.walks.ground import HALFWAY, OWNER, ROLES

Kind = Literal["page", "part", "file", "stream"]
"""What a GET answers: what a person reads, what a page swaps in, what is downloaded, what never ends."""

EVERYBODY: Final = " ".join(ROLES)
FIGURES: Final = "owner analyst manager store-manager"
SERVING: Final = "owner manager store-manager clerk"
LEADERS: Final = "owner manager"
TILL: Final = "owner store-manager clerk"
MACHINES: Final = "owner manager store-manager fleet"
HEADS: Final = "owner manager store-manager"
SAID: Final = (200, 409, 422)
"""What is wrong is said to the page that asks."""
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
    tied: bool = False
    """What belongs to another group is not there, not even for those who see every store."""
    alike: bool = False
    """It has the looks of another page in the table, with other words."""
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
    # alarms
    "alarms": Row(FIGURES),
    "alarm-signal": Row(FIGURES),
    "alarm-handle": Row(HEADS, "POST", says="state=closed"),
    "alarm-watches": Row(LEADERS),
    "alarm-watch": Row(LEADERS, "GET POST"),
    "alarm-watch-new": Row(LEADERS, "GET POST"),
    "alarm-watch-pause": Row(LEADERS, "POST"),
    "alarm-watch-test": Row(LEADERS, "POST"),
    "alarm-offer": Row(LEADERS, "POST"),
    "alarm-quiet": Row(LEADERS, "POST"),
    "alarm-hook-new": Row(LEADERS, "POST"),
    "alarm-hook-secret": Row(LEADERS, "POST"),
    "alarm-hook-pause": Row(LEADERS, "POST"),
    # fleet
    "fleet": Row(MACHINES, by_store=True),
    "fleet-list": Row(MACHINES, by_store=True, kind="stream"),
    "fleet-command": Row(MACHINES, "POST", says="kiosk={kiosk}&kind=identify"),
    "fleet-kiosk": Row(MACHINES),
    "fleet-commands": Row(MACHINES, kind="stream"),
    "fleet-add": Row("owner fleet", "GET POST"),
    "fleet-token": Row("owner fleet", "POST"),
    "fleet-token-file": Row("owner fleet", "POST"),
    "fleet-token-withdraw": Row("owner fleet", "POST"),
    "fleet-revoke": Row("owner fleet", "GET POST"),
    "fleet-admit": Row("owner fleet", "POST"),
    # till
    "till": Row(TILL),
    "till-choose": Row(TILL, "GET POST", says="till={till}"),
    "till-setup": Row("owner store-manager", "GET POST", says="till={till}"),
    "till-stream": Row(TILL, kind="stream"),
    "till-customer": Row(TILL, "POST", empty=SAID),
    "till-join": Row(TILL, "POST", empty=SAID),
    "till-card": Row(TILL, "POST", empty=SAID),
    "till-history": Row(TILL, tied=True),
    "till-quote": Row(TILL, "POST", empty=SAID),
    "till-sale": Row(TILL, "POST", empty=SAID),
    "till-return": Row(TILL, "GET POST", empty=(404,), says="invoice={invoice}"),
    "till-receipt": Row(TILL),
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
    "member-withdraw": Row(HEADS, "GET POST", says="of={purpose}", alike=True),
    "member-adjust": Row(HEADS, "GET POST"),
    "member-merge": Row(HEADS, "GET POST"),
    "member-unmerge": Row(HEADS, "GET POST", says="of={merge}", alike=True),
    "member-confirm": Row(HEADS, "GET POST", says="of={merge}", alike=True),
    "member-export": Row(HEADS, "GET POST", alike=True),
    "member-leave": Row(HEADS, "GET POST", alike=True),
    "member-write-off": Row(LEADERS, "GET POST", says="of={hold}", alike=True),
    "member-release": Row(LEADERS, "GET POST", says="of={hold}", alike=True),
}
"""By the name of the address."""

OPEN: Final = {"login", "logout", "language", "second", "second-setup", "receipt"}
"""What needs no role: the ways in, and a receipt for who has its address; the doors below."""


class Door(NamedTuple):
    """A way in or a closed door: its name, its address, who stands before it (nobody's role), the answer."""

    name: str
    path: str
    role: str
    status: int


ENTRANCES: Final = (
    Door("login", "/login", "", 200),
    Door("second", "/second", HALFWAY, 200),
    Door("second-setup", "/second/setup", OWNER, 200),
    Door("receipt", "/r/{token}", "", 200),
    Door("forbidden", "/board", "clerk", 403),
    Door("not found", "/nowhere", OWNER, 404),
)

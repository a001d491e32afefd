"""Whom a clerk serves: a signed token that names the member, the till, the clerk and the moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.core import signing
from django.utils.translation import gettext as _

from cloud.club.errors import ClubError
from mqtt.vocabulary import MemberId

LIFE: Final = timedelta(minutes=10)
"""So long a member may be served who was there."""
KEPT: Final = timedelta(hours=24)
"""So long a sale is taken that was typed while the network was away.

The token says when its member was there, and the sale's own number lets it in once; so all that is added is
time, for the same clerk at the same till. Nothing signed at the moment of typing could say more: there was no
server to sign it. The audit says of each sale how late it came.
"""
_SALT: Final = "cloud.desk.till.customer"


class NotServed(ClubError):
    """A token that says nothing here; the text tells a clerk what to do."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A member at a till. `how` is the visit by which they tapped, or `swipe`, `phone`, `joined`.

    `member` is empty for a card that is nobody's yet.
    """

    till: str
    member: MemberId
    how: str
    clerk: int
    at: datetime

    @property
    def token(self) -> str:
        """What the page hands back with all that it asks for this member."""
        said = [self.till, self.member, self.how, self.clerk, self.at.isoformat()]
        return signing.dumps(said, salt=_SALT)


def served(token: str, till: str, clerk: int, now: datetime, life: timedelta = LIFE) -> Customer:
    """Whom a token names. Raises NotServed: it is none, too old, another till's or another clerk's."""
    found = _read(token)
    if found.till != till:
        raise NotServed(_("This customer was at another till."))
    if found.clerk != clerk:
        raise NotServed(_("Somebody else began with this customer: let them sign in, or begin anew."))
    if not found.at - timedelta(minutes=1) <= now < found.at + life:
        raise NotServed(_("This took too long: ask the customer for the card once more."))
    return found


def _read(token: str) -> Customer:
    try:
        till, member, how, clerk, at = signing.loads(token, salt=_SALT)
        return Customer(till, MemberId(member), how, clerk, datetime.fromisoformat(at).astimezone(UTC))
    except (signing.BadSignature, ValueError, TypeError):
        raise NotServed(_("This customer is not known here: ask for the card once more.")) from None

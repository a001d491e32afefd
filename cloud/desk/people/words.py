"""What roles and deeds are called on the pages."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ROLE_NAMES: Final[dict[str, Promise]] = {
    "owner": _("Owner"),
    "analyst": _("Analyst"),
    "manager": _("Manager"),
    "store-manager": _("Store manager"),
    "clerk": _("Clerk"),
    "fleet": _("Fleet operator"),
}
ACTION_NAMES: Final[dict[str, Promise]] = {
    "sign-in": _("Signed in"),
    "sign-in-failed": _("Sign-in failed"),
    "sign-out": _("Signed out"),
    "signed-out-elsewhere": _("Signed out elsewhere"),
    "second": _("Code accepted"),
    "second-failed": _("Wrong code"),
    "second-set": _("Second factor set up"),
    "second-off": _("Second factor turned off"),
    "second-taken": _("Second factor taken away"),
    "codes-renewed": _("New recovery codes"),
    "password-changed": _("Password changed"),
    "password-given": _("First password given"),
    "staff-added": _("Person added"),
    "staff-changed": _("Role or stores changed"),
    "staff-locked": _("Locked"),
    "staff-unlocked": _("Unlocked"),
    "audit-exported": _("Audit exported"),
    "members-searched": _("Members searched"),
    "member-seen": _("Member looked at"),
    "history-seen": _("Purchases looked at"),
    "phone-seen": _("Telephone number looked at"),
    "member-joined": _("Member taken in"),
    "sale": _("Sale entered"),
    "return": _("Return entered"),
    "till-added": _("Till added"),
    "till-paired": _("Till paired"),
    "quiet-hours": _("Quiet hours set"),
    "command-given": _("Command given"),
    "kiosk-added": _("Kiosk added"),
    "kiosk-revoked": _("Kiosk revoked"),
    "kiosk-admitted": _("Kiosk let in again"),
    "token-issued": _("Token issued"),
    "token-withdrawn": _("Token withdrawn"),
}
"""What is done most; an action without a name is shown as it is written."""


def role_name(role: str) -> str:
    """A role in the active language."""
    return str(ROLE_NAMES.get(role, role))


def action_name(action: str) -> str:
    """What was done, in the active language."""
    return str(ACTION_NAMES.get(action, action))

"""What the fleet's states, commands and refusals are called, in the active language."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cloud.desk.fleet.needs import Need

NEEDS: Final[dict[Need, Promise]] = {
    "ended": _("certificate has ended"),
    "offline": _("offline"),
    "refused": _("refused tries in its name"),
    "reader": _("a card reader does not answer"),
    "ending": _("certificate ends soon"),
    "disk": _("the disk runs short"),
    "queue": _("events wait to be sent"),
    "clock": _("the clock is unsure"),
    "parked": _("messages set aside"),
    "never": _("never enrolled"),
    "revoked": _("revoked"),
}
ALARMS: Final[dict[str, Promise]] = {
    "offline": _("Not heard for 30 minutes"),
    "reader": _("A card reader has not answered for 15 minutes"),
    "card": _("A memory card's data was made anew: events were lost, the card may be failing"),
    "certificate": _("A certificate ends within 14 days and was not renewed"),
    "refused": _("Many refused tries within an hour"),
}
"""By their kinds, the worst first."""
COMMANDS: Final[dict[str, tuple[Promise, Promise]]] = {
    "identify": (_("Identify"), _("The kiosk blinks and shows its name.")),
    "restart": (_("Restart"), _("The kiosk's program starts anew; nothing that waits is lost.")),
    "resync": (_("Fetch members again"), _("The kiosk fetches all its members from the beginning.")),
    "reload": (_("Reload the screen"), _("The kiosk's screen starts anew and reads its settings again.")),
    "logs": (
        _("Keep its log"),
        _("The kiosk keeps the last lines of its log on its disk."),
    ),
    "renew": (_("Renew certificate"), _("The kiosk fetches a new certificate and the authorities now.")),
}
"""Name and what it does, in the order of the buttons."""
RESULTS: Final[dict[str, Promise]] = {
    "done": _("carried out"),
    "failed": _("failed"),
    "late": _("came too late"),
    "unknown": _("the kiosk does not know it"),
}
REASONS: Final[dict[str, Promise]] = {
    "token-unknown": _("a token that nobody issued"),
    "token-used": _("a token that another device used already"),
    "token-expired": _("a token whose time is over"),
    "token-withdrawn": _("a token that was withdrawn"),
    "token-store": _("a token of another store"),
    "request-malformed": _("a request that cannot be read"),
    "request-name": _("a request for another name"),
    "request-key": _("a key that is not allowed"),
    "request-signature": _("a signature that does not hold"),
    "certificate-unknown": _("a certificate that the club did not sign"),
    "certificate-revoked": _("a certificate that was revoked"),
    "kiosk-revoked": _("a kiosk that was revoked"),
    "too-many": _("too many tries"),
}
"""Why somebody was not let in; what has no words here is shown as it is written."""
PLACES: Final[dict[str, Promise]] = {"enrolment": _("at enrolment"), "broker": _("at the broker")}


def need_name(need: Need, *, enrolled: bool) -> str:
    """What a kiosk needs; one that has a certificate was enrolled, though nothing was heard of it."""
    return str(_("never heard of") if need == "never" and enrolled else NEEDS[need])


def command_name(kind: str) -> str:
    """What a command is called."""
    return str(COMMANDS[kind][0]) if kind in COMMANDS else kind


def reason_name(reason: str) -> str:
    """Why somebody was refused."""
    return str(REASONS.get(reason, reason))

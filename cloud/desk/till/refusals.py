"""What is said to a card that is not taken: the same words in the browser and by the server."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cloud.club.card_schema import Reason

REFUSALS: Final[dict[Reason, Promise]] = {
    "payment-card": _("This looks like a bank card. Nothing of it was kept or sent: use the club's card."),
    "not-ours": _("This is not a card of this club."),
    "unreadable": _("The card could not be read: swipe it again, evenly."),
}

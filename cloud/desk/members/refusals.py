"""Why the club refuses something, in words that say what to do."""

from django.utils.translation import gettext as _

from cloud.club.errors import ClubError, Taken, Unfit, Unknown
from cloud.club.holds import HoldEnded
from cloud.club.merging import OnHold
from cloud.club.postings import NotEnough
from cloud.desk.language import active
from cloud.desk.numerals import number


def refusal(error: ClubError) -> str:
    """One sentence or two, about nobody in particular."""
    match error:
        case NotEnough():
            return _("Only %(points)s points can be spent.") % {
                "points": number(max(0, error.available), 0, active())
            }
        case Taken():
            return _("This card or telephone number cannot be used for this member.")
        case OnHold():
            return _(
                "Points of that member are on hold. What kiosks hold is called back now:"
                " try again in a moment."
            )
        case HoldEnded():
            return _("This hold has ended already.")
        case Unfit():
            return _("The club does not keep it so: look at each field and each consent.")
        case Unknown():
            return _("It is not there any more.")
        case _:
            return _(
                "It cannot be done as things are now: the member, the card or the merge has changed,"
                " or points are on hold."
            )

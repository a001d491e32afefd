"""The e-mail about what was raised: plain text in the language of whoever gets it."""

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import override

from cloud.desk import numerals
from cloud.desk.alarms.people import told
from cloud.desk.alarms.wording import sentence
from cloud.desk.language import LANGUAGES, active
from cloud.desk.models import Staff
from cloud.voice.alarms.delivery import Letter
from cloud.voice.alarms.models import Signal
from cloud.voice.alarms.payload import permalink
from cloud.voice.alarms.sending import Undelivered


def letter(person: User, signals: Sequence[Signal]) -> Letter:
    """One letter about all of these; about none, one that says that it came.

    Raises Undelivered for who is a clerk by now, or nobody.
    """
    if not told(person):
        raise Undelivered("this person is not told of alarms any more")
    chosen = Staff.objects.filter(user=person.pk).values_list("language", flat=True).first()
    with override(chosen if chosen in LANGUAGES else "fa"):
        if not signals:
            return Letter(_("Bashgah: a test"), _("This message only shows that alarms reach you.") + "\n")
        count = numerals.number(len(signals), 0, active())
        parts = ["\n".join(filter(None, (sentence(each), permalink(each)))) for each in signals]
        closing = _("You get this because you are accountable for these figures.")
        return Letter(_("Bashgah: alarms (%(n)s)") % {"n": count}, "\n\n".join([*parts, closing]) + "\n")

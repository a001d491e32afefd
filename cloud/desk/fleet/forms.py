"""The forms of the fleet's pages."""

import re
from typing import Any, Final, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cloud.desk.access import Viewer
from cloud.desk.language import active
from cloud.desk.wording import store_name
from cloud.fleet.models import Kiosk, Touchpoint

_ID: Final = re.compile(r"[a-z0-9-]{3,40}")
_PLAIN: Final = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false", "dir": "ltr"}
DAYS: Final = ((1, _("1 day")), (3, _("3 days")), (7, _("7 days")))
"""How long a token waits."""


class AddForm(forms.Form):
    """A new kiosk: its name for ever, where it stands."""

    id = forms.CharField(
        label=_("The kiosk's name"),
        max_length=40,
        help_text=_("3 to 40 small Latin letters, digits and dashes, such as vanak-2. It cannot be changed."),
        widget=forms.TextInput(attrs=_PLAIN),
    )
    store = forms.ChoiceField(label=_("Store"))
    touchpoint = forms.ChoiceField(
        label=_("Touchpoint"),
        required=False,
        help_text=_("Where in the store it stands; it can be left open."),
    )

    def __init__(self, by: Viewer, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """For who adds it."""
        super().__init__(*args, **kwargs)
        stores = [(each.id, store_name(each, active())) for each in by.shown]
        cast(forms.ChoiceField, self.fields["store"]).choices = stores
        named = "name_fa" if active() == "fa" else "name_en"
        points = Touchpoint.objects.order_by(named).values_list("id", named)
        cast(forms.ChoiceField, self.fields["touchpoint"]).choices = [("", "\N{EN DASH}"), *points]

    def clean_id(self) -> str:
        """A name that a kiosk can have, and that none has."""
        name = cast(str, self.cleaned_data["id"]).strip()
        if not _ID.fullmatch(name):
            raise ValidationError(_("A name has 3 to 40 small Latin letters, digits and dashes."))
        if Kiosk.objects.filter(id=name).exists():
            raise ValidationError(_("There is a kiosk of this name already."))
        return name


class TokenForm(forms.Form):
    """How long a token waits for its kiosk."""

    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=3)


class RevokeForm(forms.Form):
    """Why, and the kiosk's name once more, typed."""

    reason = forms.CharField(
        label=_("Why"), max_length=120, help_text=_("It stands in the audit. Name no customer.")
    )
    name = forms.CharField(
        label=_("Type the kiosk's name"), max_length=60, widget=forms.TextInput(attrs=_PLAIN)
    )

    def __init__(self, kiosk: Kiosk, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """For the kiosk that is to be revoked."""
        super().__init__(*args, **kwargs)
        self._kiosk = kiosk

    def clean_name(self) -> str:
        """The kiosk's own."""
        name = cast(str, self.cleaned_data["name"]).strip()
        if name != self._kiosk.id:
            raise ValidationError(_("This is not the kiosk's name."))
        return name

"""The forms by which people are taken on and changed."""

import unicodedata
from typing import Any, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cloud.desk.access import EVERYWHERE, Viewer
from cloud.desk.language import active
from cloud.desk.people.rights import Post, granted, looks_after
from cloud.desk.people.words import role_name
from cloud.desk.wording import store_name


class PostForm(forms.Form):
    """A role, and the stores of a role that has some; only what whoever asks may give."""

    role = forms.ChoiceField(label=_("Role"))
    stores = forms.MultipleChoiceField(
        label=_("Stores"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For store managers and clerks. The other roles see every store."),
    )

    def __init__(self, by: Viewer, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        """For who gives the role."""
        super().__init__(*args, **kwargs)
        self._by = by
        role = cast(forms.ChoiceField, self.fields["role"])
        role.choices = [(each, role_name(each)) for each in granted(by)]
        stores = cast(forms.MultipleChoiceField, self.fields["stores"])
        stores.choices = [(each.id, store_name(each, active())) for each in by.shown]

    def clean(self) -> dict[str, Any]:
        """Refuse a role of stores without one, and what is not theirs to give."""
        data = self.cleaned_data
        role = data.get("role", "")
        if role and role not in EVERYWHERE and not data.get("stores"):
            self.add_error("stores", _("This role needs at least one store."))
        elif role and not looks_after(self._by, self.post()):
            self.add_error("role", _("This is not yours to give."))
        return data

    def post(self) -> Post:
        """What was chosen."""
        role = self.cleaned_data["role"]
        chosen = () if role in EVERYWHERE else self.cleaned_data.get("stores") or ()
        return Post(role, frozenset(chosen))


class PersonForm(PostForm):
    """Somebody new."""

    name = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[User.username_validator],
        help_text=_("By which they sign in: letters, digits, and @ . + - _"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=100, required=False)
    field_order = ("name", "full_name", "role", "stores")

    def clean_name(self) -> str:
        """A name that is nobody's yet, in whichever case."""
        name = User.normalize_username(cast(str, self.cleaned_data["name"]))
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(_("Somebody has this user name already."))
        return name

    def clean_full_name(self) -> str:
        """Without characters that turn the direction of what stands beside it, or cannot be seen."""
        return "".join(
            each for each in cast(str, self.cleaned_data["full_name"]) if unicodedata.category(each)[0] != "C"
        )

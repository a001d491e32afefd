"""The forms of the watches: what is watched, who is accountable, how they are told."""

from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final, cast
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cloud.desk.alarms.people import candidates, fits
from cloud.desk.alarms.wording import NAMES
from cloud.desk.language import active
from cloud.desk.numerals import digits
from cloud.fleet.models import Store, Touchpoint, Unit
from cloud.voice.alarms.models import Hook, Watch

SCALES: Final[Mapping[str, tuple[int, int]]] = {
    "ces": (1, 7),
    "ces_share": (0, 100),
    "csat": (0, 100),
    "nps": (-100, 100),
    "cli": (0, 100),
}
"""The least and the most that an index can be."""
_MARKS: Final = str.maketrans({"\u066b": ".", "\u066c": None, "\u2212": "-"})
Said = MutableMapping[str, Any] | None
_KINDS: Final[Mapping[str, type[Store] | type[Unit] | type[Touchpoint]]] = {
    "store": Store,
    "unit": Unit,
    "touchpoint": Touchpoint,
}


class Figure(forms.TextInput):
    """Where a number is written, in the digits and signs of either language."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:  # noqa: ANN401
        """What was written, with the signs that Python knows."""
        value = super().value_from_datadict(data, files, name)
        return value.translate(_MARKS) if isinstance(value, str) else value


class Person(forms.ModelChoiceField):  # type: ignore[type-arg] # Django itself cannot be subscripted
    """Somebody who can be accountable."""

    def __init__(self) -> None:
        """Looked up anew for each form."""
        super().__init__(queryset=User.objects.none(), label=gettext_lazy("Accountable"))

    def label_from_instance(self, obj: User) -> str:
        """The name, or what they sign in with."""
        return obj.get_full_name() or obj.get_username()


class HookChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # likewise
    """An address that is told by webhook."""

    def label_from_instance(self, obj: Hook) -> str:
        """Where it goes."""
        return obj.url


def _figure(label: Any) -> forms.FloatField:  # noqa: ANN401 - a text that is translated later
    shown = Figure(attrs={"inputmode": "decimal", "dir": "ltr", "autocomplete": "off"})
    return forms.FloatField(label=label, required=False, widget=shown)


class WatchForm(forms.Form):
    """A watch."""

    index = forms.ChoiceField(label=gettext_lazy("Which index"), choices=list(NAMES.items()))
    scope = forms.ChoiceField(label=gettext_lazy("Of what"))
    accountable = Person()
    limits = forms.BooleanField(label=gettext_lazy("Signals of the control chart"), required=False)
    below = _figure(gettext_lazy("Surely below"))
    above = _figure(gettext_lazy("Surely above"))
    email = forms.BooleanField(label=gettext_lazy("E-mail"), required=False)
    hook = HookChoice(
        Hook.objects.none(),
        label=gettext_lazy("Webhook"),
        required=False,
        empty_label=gettext_lazy("no webhook"),
    )

    def __init__(self, data: Said = None, initial: Said = None) -> None:
        """With the stores, people and addresses that there are now."""
        super().__init__(data, initial=initial, label_suffix="")
        _choose(self.fields["scope"], _scopes())
        _choose_from(self.fields["accountable"], candidates())
        _choose_from(self.fields["hook"], Hook.objects.filter(enabled=True).order_by("url"))

    def clean(self) -> dict[str, Any]:
        """It looks for something, within the scale, and whoever is told may and can be."""
        said: dict[str, Any] = self.cleaned_data
        if not said.get("limits") and said.get("below") is None and said.get("above") is None:
            self.add_error("limits", _("Choose signals of the control chart, or a figure below."))
        self._on_scale("below")
        self._on_scale("above")
        self._can_be_told(said.get("accountable"))
        return said

    def placed(self) -> dict[str, str | None]:
        """Of what it is, as the model has it."""
        kind, _colon, name = self.cleaned_data["scope"].partition(":")
        return {f"{each}_id": name if each == kind else None for each in _KINDS}

    def _on_scale(self, name: str) -> None:
        value, scale = self.cleaned_data.get(name), SCALES.get(self.cleaned_data.get("index", ""))
        if value is not None and scale and not scale[0] <= value <= scale[1]:
            told = {"least": scale[0], "most": scale[1]}
            self.add_error(name, _("This index lies between %(least)s and %(most)s.") % told)

    def _can_be_told(self, person: User | None) -> None:
        scope: str | None = self.cleaned_data.get("scope")
        if person is None or scope is None:
            return
        kind, _colon, name = scope.partition(":")
        if not fits(person, name if kind == "store" else None):
            self.add_error("accountable", _("This person does not see these figures."))
        if self.cleaned_data.get("email") and not settings.MAIL:
            self.add_error("email", _("No mail server is set up (BASHGAH_SMTP)."))
        elif self.cleaned_data.get("email") and not person.email:
            self.add_error("email", _("No e-mail address is known of this person."))


class OfferForm(forms.Form):
    """The watches that most clubs begin with: whose they are."""

    accountable = Person()

    def __init__(self, data: Said = None, initial: Said = None) -> None:
        """Whoever sees the whole chain."""
        super().__init__(data, initial=initial, label_suffix="")
        chain = [person.pk for person in candidates() if fits(person, None)]
        _choose_from(self.fields["accountable"], candidates().filter(pk__in=chain))


class HookForm(forms.Form):
    """A new address."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"dir": "ltr", "placeholder": "https://"}),
    )

    def __init__(self, data: Said = None) -> None:
        """Empty, or as it was sent."""
        super().__init__(data, label_suffix="")

    def clean_url(self) -> str:
        """An address without a password, which nobody has yet."""
        url = str(self.cleaned_data["url"])
        schemes = ["https", "http"] if settings.WEBHOOK_PRIVATE else ["https"]
        URLValidator(schemes, message=_("Write an address that begins with https://."))(url)
        if "@" in url.partition("//")[2].partition("/")[0]:
            raise forms.ValidationError(_("Leave user name and password out: messages are signed."))
        if not _has_a_port_that_exists(url):
            raise forms.ValidationError(_("The number of a port is at most 65535."))
        if Hook.objects.filter(url=url).exists():
            raise forms.ValidationError(_("This address is there already."))
        return url


class QuietForm(forms.Form):
    """The hours in which nobody is sent anything."""

    since = forms.TypedChoiceField(label=gettext_lazy("Quiet from"), coerce=int)
    until = forms.TypedChoiceField(label=gettext_lazy("Quiet until"), coerce=int)

    def __init__(self, data: Said = None, initial: Said = None) -> None:
        """Hours in the digits of the page."""
        super().__init__(data, initial=initial, label_suffix="")
        for name in ("since", "until"):
            _choose(self.fields[name], _hours())


def initial(watch: Watch) -> dict[str, Any]:
    """A watch as its form shows it."""
    named = {kind: getattr(watch, f"{kind}_id") for kind in _KINDS}
    scope = next((f"{kind}:{name}" for kind, name in named.items() if name), "chain")
    plain = {name: getattr(watch, name) for name in ("index", "limits", "below", "above", "email")}
    return {**plain, "scope": scope, "accountable": watch.accountable_id, "hook": watch.hook_id}


def _has_a_port_that_exists(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _choose(field: forms.Field, choices: Sequence[Any]) -> None:
    cast("forms.ChoiceField", field).choices = choices


def _choose_from(field: forms.Field, found: QuerySet[Any]) -> None:
    cast("forms.ModelChoiceField[Any]", field).queryset = found


def _scopes() -> list[Any]:
    """The whole chain, and by kind every store, unit and touchpoint."""
    named = f"name_{active()}"
    groups = ((_("Stores"), "store"), (_("Units"), "unit"), (_("Touchpoints"), "touchpoint"))
    found = (
        (
            said,
            [
                (f"{kind}:{key}", name)
                for key, name in _KINDS[kind].objects.order_by(named).values_list("pk", named)
            ],
        )
        for said, kind in groups
    )
    return [("chain", _("the whole chain")), *(group for group in found if group[1])]


def _hours() -> list[tuple[int, str]]:
    return [(hour, digits(f"{hour}:00", active())) for hour in range(24)]

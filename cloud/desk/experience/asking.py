"""What somebody wants to see, from the address: which days, which stores, which part of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cloud.desk import wording
from cloud.desk.access import Viewer, viewer
from cloud.desk.experience.days import read_day, written
from cloud.desk.language import active
from cloud.fleet.models import Kiosk, Touchpoint, Unit
from cloud.voice.reading import Asked

Grain = Literal["day", "week"]
By = Literal["store", "unit", "touchpoint", "kiosk", "segment", "wording", "hour"]
LONGEST: Final = 366
"""Days at most that are looked at together."""
DEFAULTS: Final = {"period": "30", "by": "store", "grain": "day"}
PERIODS: Final = (
    ("7", gettext_lazy("7 days")),
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("365 days")),
    ("dates", gettext_lazy("two dates")),
)
SEGMENTS: Final = (
    ("", gettext_lazy("all members")),
    ("consumer", gettext_lazy("consumers")),
    ("business", gettext_lazy("business customers")),
)
SIDES: Final = (
    ("store", gettext_lazy("Store")),
    ("unit", gettext_lazy("Unit")),
    ("touchpoint", gettext_lazy("Touchpoint")),
    ("segment", gettext_lazy("Member group")),
    ("hour", gettext_lazy("Hour")),
    ("wording", gettext_lazy("Wording")),
    ("kiosk", gettext_lazy("Kiosk")),
)
GRAINS: Final = (("day", gettext_lazy("by day")), ("week", gettext_lazy("by week")))


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at. `stores` are seen and wanted; `against` is the period to compare with."""

    since: date
    until: date
    stores: tuple[str, ...]
    against: tuple[date, date]
    period: str = "30"
    store: str = ""
    unit: str = ""
    touchpoint: str = ""
    kiosk: str = ""
    segment: str = ""
    wording: int | None = None
    by: By = "store"
    grain: Grain = "day"
    chosen_against: bool = False

    def asked(self, question: str) -> Asked:
        """The same as the counts are asked for it."""
        return Asked(
            *(question, self.since, self.until, self.stores, self.wording),
            *(self.kiosk, self.touchpoint, self.unit, self.segment),
        )

    def before(self) -> "View":
        """The same in the period that it is compared with."""
        return replace(self, since=self.against[0], until=self.against[1])

    @property
    def whole(self) -> bool:
        """Whether nothing but stores and the wording is chosen: hours are counted by no other side."""
        return not (self.unit or self.touchpoint or self.kiosk or self.segment)

    def query(self, *, pinned: bool = False, **other: object) -> str:
        """The address's query for this view with something changed; `pinned` to its days."""
        dated = pinned or self.period == "dates"
        said: dict[str, object] = {
            "period": "dates" if dated else self.period,
            "since": self.since.isoformat() if dated else "",
            "until": self.until.isoformat() if dated else "",
            **{name: getattr(self, name) for name in ("store", "unit", "touchpoint", "kiosk", "segment")},
            "wording": self.wording,
            "by": self.by,
            "grain": self.grain,
        }
        if self.chosen_against:
            said |= {"against": self.against[0].isoformat(), "against_until": self.against[1].isoformat()}
        said |= other
        return urlencode({k: v for k, v in said.items() if v not in ("", None) and DEFAULTS.get(k) != v})


class DayField(forms.CharField):
    """A day, in either calendar."""

    def __init__(self, label: str | Any) -> None:  # noqa: ANN401 - a text that is translated later
        """Nobody has to fill it in."""
        attributes = {"dir": "ltr", "autocomplete": "off", "inputmode": "numeric", "size": 10}
        super().__init__(label=label, required=False, max_length=20, widget=forms.TextInput(attrs=attributes))

    def clean(self, value: Any) -> date | None:  # noqa: ANN401 - as Django has it
        """The day; None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        found = read_day(text)
        if found is None:
            shape = written(date(2026, 3, 21), active())
            raise forms.ValidationError(_("This is no day. Write it like %(day)s.") % {"day": shape})
        return found

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 - as Django has it
        """A day of either calendar in that of the page."""
        found = read_day(value) if isinstance(value, str) else None
        return value if found is None else written(found, active())


class Filters(forms.Form):
    """The fields above every page of this part; the address is their answer."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), choices=PERIODS)
    since = DayField(gettext_lazy("From"))
    until = DayField(gettext_lazy("Until"))
    store = forms.ChoiceField(label=gettext_lazy("Store"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    touchpoint = forms.ChoiceField(label=gettext_lazy("Touchpoint"), required=False)
    segment = forms.ChoiceField(label=gettext_lazy("Member group"), required=False, choices=SEGMENTS)
    wording = forms.IntegerField(
        label=gettext_lazy("Wording"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.NumberInput(attrs={"placeholder": gettext_lazy("the newest")}),
    )
    by = forms.ChoiceField(choices=SIDES, label=gettext_lazy("Apart by"))
    grain = forms.ChoiceField(choices=GRAINS, label=gettext_lazy("Trend"))
    against = DayField(gettext_lazy("Compared with, from"))
    against_until = DayField(gettext_lazy("Until"))
    kiosk = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, str], choices: "Choices", *, bare: bool) -> None:
        """`bare` leaves out what only the page of one index asks."""
        super().__init__(data, label_suffix="")
        self.bare = bare
        for name, offered in choices.offered().items():
            cast("forms.ChoiceField", self.fields[name]).choices = offered

    def shown(self) -> "list[forms.BoundField]":
        """The fields that stand on the page."""
        later = {"by", "grain", "against", "against_until"}
        return [field for field in self.visible_fields() if not (self.bare and field.name in later)]

    def clean(self) -> dict[str, Any]:
        """Two dates must be there, in their order, and not too far apart."""
        said: dict[str, Any] = self.cleaned_data
        if said.get("period") == "dates":
            self._pair("since", "until", needed=True)
        self._pair("against", "against_until", needed=False)
        return said

    def _pair(self, first: str, last: str, *, needed: bool) -> None:
        since, until = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if self.has_error(first) or self.has_error(last) or not (since or until or needed):
            return
        if since is None or until is None:
            self.add_error(first if since is None else last, _("Two dates need this one too."))
        elif since > until:
            self.add_error(last, _("This day is before the first one."))
        elif (until - since).days >= LONGEST:
            self.add_error(last, _("This is longer than a year: choose fewer days."))


@dataclass(frozen=True)
class Choices:
    """What can be chosen by who looks."""

    viewer: Viewer
    units: tuple[Unit, ...]
    touchpoints: tuple[Touchpoint, ...]
    kiosks: frozenset[str]

    @classmethod
    def of(cls, who: Viewer) -> "Choices":
        """What there is at the stores that are theirs."""
        stores = [store.id for store in who.shown]
        kiosks = list(Kiosk.objects.filter(store__in=stores).values_list("id", "touchpoint"))
        places = tuple(Touchpoint.objects.filter(id__in={place for _id, place in kiosks if place}))
        units = tuple(Unit.objects.filter(id__in={place.unit_id for place in places}))
        return cls(who, units, places, frozenset(kiosk for kiosk, _place in kiosks))

    def offered(self) -> dict[str, list[tuple[str, str]]]:
        """The choices of each field, all of them first."""
        stores = [(each.id, wording.store_name(each, active())) for each in self.viewer.shown]
        return {
            "store": [("", _("all stores")), *stores],
            "unit": [("", _("all units")), *((each.id, name(each)) for each in self.units)],
            "touchpoint": [("", _("all touchpoints")), *((each.id, name(each)) for each in self.touchpoints)],
        }

    def check(self, data: Mapping[str, str]) -> None:
        """Raise Http404 for what is not there, or is somebody else's: the two look the same."""
        known: dict[str, Iterable[str]] = {
            "store": {store.id for store in self.viewer.shown},
            "unit": {unit.id for unit in self.units},
            "touchpoint": {place.id for place in self.touchpoints},
            "kiosk": self.kiosks,
        }
        for name_, there in known.items():
            if data.get(name_) and data[name_] not in there:
                raise Http404


def name(each: Unit | Touchpoint) -> str:
    """In the active language."""
    return each.name_fa if active() == "fa" else each.name_en


def read(request: HttpRequest, *, bare: bool = False) -> tuple[Filters, View | None]:
    """The filled fields, and what they ask for; None where they say what is wrong. Raises Http404."""
    who = viewer(request)
    choices = Choices.of(who)
    data = DEFAULTS | {key: str(text) for key, text in request.GET.items() if text}
    choices.check(data)
    form = Filters(data, choices, bare=bare)
    return form, _view(form.cleaned_data, who) if form.is_valid() else None


def _view(said: Mapping[str, Any], who: Viewer) -> View:
    since, until = _days(said, _today(who))
    back = timedelta(days=(until - since).days + 1)
    chosen = said["against"] is not None
    against = (said["against"], said["against_until"]) if chosen else (since - back, until - back)
    names = ("period", "store", "unit", "touchpoint", "kiosk", "segment", "wording", "by", "grain")
    stores = (said["store"],) if said["store"] else tuple(store.id for store in who.shown)
    own = {each: said[each] for each in names}
    return View(since, until, stores, against, chosen_against=chosen, **own)


def _days(said: Mapping[str, Any], today: date) -> tuple[date, date]:
    if said["period"] == "dates":
        return said["since"], said["until"]
    return today - timedelta(days=int(said["period"]) - 1), today


def _today(who: Viewer) -> date:
    """The latest day that it is in any of their stores."""
    zones = {store.time_zone for store in who.shown} or {"Asia/Tehran"}
    return max(datetime.now(UTC).astimezone(ZoneInfo(zone)).date() for zone in zones)

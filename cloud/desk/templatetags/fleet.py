"""Filters and tags of the fleet's pages: charts of health, and moments in a store's time."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cloud.desk.fleet.history import Chart, History
from cloud.desk.fleet.plot import HEIGHT, WIDTH
from cloud.desk.language import active
from cloud.desk.numerals import day, digits, number

register = template.Library()
NAMES: dict[str, tuple[Promise, Promise]] = {
    "online": (gettext_lazy("Online"), gettext_lazy("percent of the time")),
    "queue": (gettext_lazy("Waiting events"), gettext_lazy("the most at a time")),
    "disk": (gettext_lazy("Room on the disk"), gettext_lazy("the least, in GB")),
    "temperature": (gettext_lazy("Temperature"), gettext_lazy("the highest, in °C")),
}
"""What a chart shows, and how it is measured."""
SHARPER = 10
"""Below it a value has a decimal."""


@register.inclusion_tag("desk/fleet/_chart.html")
def health_chart(history: History, chart: Chart, zone: ZoneInfo) -> dict[str, Any]:
    """One chart, with its words."""
    name, measure = NAMES[chart.name]
    times = [(tick.at, _time(history, int(tick.value), zone)) for tick in chart.plot.times]
    ticks = [(tick.at, _figure(tick.value)) for tick in chart.plot.ticks]
    return {
        "name": name,
        "measure": measure,
        "words": _words(chart),
        "chart": chart,
        "plot": chart.plot,
        "times": times,
        "ticks": ticks,
        "width": WIDTH,
        "height": HEIGHT,
    }


@register.filter
def at(moment: datetime, zone: ZoneInfo) -> datetime:
    """A moment as it is in a time zone."""
    return moment.astimezone(zone)


@register.filter
def lasting(seconds: float) -> str:
    """How long something goes on: in minutes, hours or days, whichever is read best."""
    minutes = seconds / 60
    for unit, most, said in ((1, 120, _("%(n)s min")), (60, 2880, _("%(n)s h"))):
        if minutes < most:
            return said % {"n": number(minutes // unit, 0, active())}
    return _("%(n)s days") % {"n": number(minutes // 1440, 0, active())}


def _words(chart: Chart) -> str:
    there = chart.there
    if not there:
        return _("Nothing was heard in this time.")
    said = {
        "lowest": _figure(min(there)),
        "highest": _figure(max(there)),
        "last": _figure(there[-1]),
    }
    return _("Lowest %(lowest)s, highest %(highest)s, last %(last)s.") % said


def _figure(value: float) -> str:
    whole = value == int(value) or abs(value) >= SHARPER
    return number(value, 0 if whole else 1, active())


def _time(history: History, place: int, zone: ZoneInfo) -> str:
    then = history.begins[place].astimezone(zone)
    if history.span == "day":
        return digits(f"{then:%H:%M}", active())
    return day(then.date(), active())

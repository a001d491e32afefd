"""Filters and tags of the pages: figures in the active language, and the charts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from cloud.desk import charts, numerals, wording
from cloud.desk.figures import Day
from cloud.desk.language import active
from cloud.fleet.models import Store
from cloud.voice.indices import Estimate

register = template.Library()


@register.filter
def number(value: float) -> str:
    """A whole number, grouped."""
    return numerals.number(value, 0, active())


@register.filter
def signed(value: int) -> str:
    """A whole number, grouped, with its sign."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return sign + numerals.number(abs(value), 0, active())


@register.filter(name="numerals")
def in_digits(text: str) -> str:
    """A text with the digits of the language."""
    return numerals.digits(text, active())


@register.filter
def figure(estimate: Estimate) -> str:
    """A mean with two decimals, or a dash."""
    return numerals.figure(estimate, active())


@register.filter
def share(estimate: Estimate) -> str:
    """A share in percent, or a dash."""
    return numerals.figure(estimate, active(), share=True)


@register.filter
def interval(estimate: Estimate) -> str:
    """The ends of a mean's interval, or nothing."""
    return numerals.interval(estimate, active())


@register.filter
def share_interval(estimate: Estimate) -> str:
    """The ends of a share's interval, or nothing."""
    return numerals.interval(estimate, active(), share=True)


@register.filter
def told(estimate: Estimate) -> str:
    """A mean with all that belongs to it, for a tip or a screen reader."""
    parts = {"figure": figure(estimate), "interval": interval(estimate), "n": number(estimate.n)}
    said = _("%(figure)s (%(interval)s), n = %(n)s") if parts["interval"] else _("%(figure)s, n = %(n)s")
    return said % parts


@register.filter
def clock(moment: datetime) -> str:
    """The time of day."""
    return numerals.clock(moment, active())


@register.filter
def minute(moment: datetime) -> str:
    """The time of day, to the minute."""
    return numerals.digits(f"{moment:%H:%M}", active())


@register.filter
def day(value: date) -> str:
    """A day and its month."""
    return numerals.day(value, active())


@register.filter
def long_day(value: date) -> str:
    """A day, its month and its year."""
    return numerals.long_day(value, active())


@register.filter
def local_day(moment: datetime, zone: ZoneInfo) -> str:
    """The day, its month and its year on which a moment is in a time zone."""
    return numerals.long_day(moment.astimezone(zone).date(), active())


@register.filter
def store_name(store: Store) -> str:
    """A store's name."""
    return wording.store_name(store, active())


@register.inclusion_tag("desk/_bar.html")
def interval_bar(estimate: Estimate) -> dict[str, Any]:
    """The CES of `estimate` as a bar on its scale."""
    bar = charts.interval_bar(estimate, mirrored=active() == "fa")
    return {"bar": bar, "estimate": estimate, "width": charts.BAR_WIDTH}


@register.inclusion_tag("desk/_trend.html")
def trend(days: Sequence[Day], size: str) -> dict[str, Any]:
    """CES day by day, drawn for a `wide` or a `narrow` screen."""
    drawn = charts.trend([day.ces for day in days], charts.SIZES[size], mirrored=active() == "fa")
    return {"trend": drawn, "days": list(zip(drawn.marks, days, strict=True)), "size": size}

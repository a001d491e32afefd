"""Filters and tags of the pages of what customers say."""

from datetime import date
from typing import Any

from django import template
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from cloud.desk import charts, numerals
from cloud.desk.experience import telling
from cloud.desk.experience.asking import View
from cloud.desk.experience.days import LETTERS
from cloud.desk.experience.kinds import Index
from cloud.desk.experience.overview import Figure, few
from cloud.desk.experience.trends import Point, Series
from cloud.desk.language import active
from cloud.voice.indices import Estimate

register = template.Library()


@register.filter
def value(figure: Figure) -> str:
    """The figure, or a dash."""
    return telling.value(figure.index, figure.estimate.value)


@register.filter
def between(figure: Figure) -> str:
    """Its interval, or nothing."""
    return telling.interval(figure.index, figure.estimate)


@register.filter
def said(figure: Figure) -> str:
    """It with all that belongs to it, for a tip or a screen reader."""
    parts = {
        "figure": value(figure),
        "interval": between(figure),
        "n": numerals.number(figure.estimate.n, 0, active()),
    }
    text = _("%(figure)s (%(interval)s), n = %(n)s") if parts["interval"] else _("%(figure)s, n = %(n)s")
    return f"{text % parts}. {_('Too few to lean on.')}" if few(figure.estimate) else text % parts


@register.filter
def is_few(estimate: Estimate) -> bool:
    """Whether there are some answers, and too few."""
    return few(estimate)


@register.filter
def score(index: Index, figure: float | None) -> str:
    """A value of an index that is no estimate: a limit, a centre."""
    return telling.value(index, figure)


@register.filter
def by(index: Index, change: float) -> str:
    """By how much an index changed."""
    return telling.change(index, change)


@register.filter
def tick(score_: float) -> str:
    """A score on a scale, with as many decimals as it has."""
    text = f"{score_:g}"
    places = len(text.partition(".")[2])
    there = numerals.number(abs(score_), places, active())
    return telling.isolated(f"\N{MINUS SIGN}{there}") if score_ < 0 else there


@register.filter
def weekday(number: int) -> str:
    """A weekday's name, from Monday's 0."""
    return str(WEEKDAYS[number])


@register.filter
def weekday_short(number: int) -> str:
    """The same for a narrow column: calendars in Persian have a letter."""
    return LETTERS[number] if active() == "fa" else str(WEEKDAYS_ABBR[number])


@register.filter
def hour(number: int) -> str:
    """The beginning of an hour."""
    return numerals.digits(f"{number:02}:00", active())


@register.filter
def numeral(number: int | None) -> str:
    """A number that counts nothing, such as a wording's."""
    return telling.DASH if number is None else numerals.digits(str(number), active())


@register.filter
def days(view: View) -> str:
    """From which day to which, in words."""
    return span(view.since, view.until)


@register.filter
def when(point: Point) -> str:
    """The day, or the days, of a point."""
    first = numerals.day(point.first, active())
    return (
        first if point.first == point.last else f"{first} {telling.DASH} {numerals.day(point.last, active())}"
    )


def span(since: date, until: date) -> str:
    """Two days with what lies between."""
    one, other = (numerals.long_day(day, active()) for day in (since, until))
    return one if one == other else _("%(since)s to %(until)s") % {"since": one, "until": other}


@register.simple_tag
def query(view: View, **other: Any) -> str:  # noqa: ANN401 - whatever stands in an address
    """The view's query with something changed, its days pinned."""
    return view.query(pinned=True, **other)


@register.simple_tag
def moving(view: View, **other: Any) -> str:  # noqa: ANN401 - whatever stands in an address
    """The view's query with something changed, that goes along with today."""
    return view.query(**other)


@register.inclusion_tag("desk/experience/_bar.html")
def figure_bar(figure: Figure) -> dict[str, Any]:
    """The figure as a bar on its scale."""
    bar = charts.interval_bar(figure.estimate, mirrored=active() == "fa", axis=figure.index.axis)
    return {"bar": bar, "figure": figure, "width": charts.BAR_WIDTH}


@register.inclusion_tag("desk/experience/_trend.html")
def series_chart(series: Series, size: str) -> dict[str, Any]:
    """An index time by time, drawn for a `broad` or a `narrow` screen."""
    drawn = series.drawn(size)
    points = list(zip(drawn.marks, series.points, strict=True))
    return {"trend": drawn, "points": points, "size": size, "index": series.index}

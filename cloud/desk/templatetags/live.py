"""Filters of the live page and the board: sizes and durations as people say them."""

from django import template

from cloud.desk.language import active
from cloud.desk.numerals import number

register = template.Library()


@register.filter
def gigabytes(size: int) -> str:
    """Bytes in thousand millions, with one decimal."""
    return number(size / 1e9, 1, active())


@register.filter
def minutes(seconds: float) -> str:
    """Seconds in whole minutes."""
    return number(seconds // 60, 0, active())

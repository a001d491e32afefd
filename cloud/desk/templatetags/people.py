"""Filters of the people's pages."""

from django import template

from cloud.desk.people import words

register = template.Library()


@register.filter
def action(name: str) -> str:
    """What was done, in words."""
    return words.action_name(name)

"""Tags of the pages where cards are swiped."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from cloud.club.card_schema import CardSchema
from cloud.club.decisions import decided
from cloud.desk.till.refusals import REFUSALS

register = template.Library()


@register.inclusion_tag("desk/till/_swipe.html")
def swipe_field(
    name: str, label: str = "", *, required: bool = True, anywhere: bool = False
) -> dict[str, Any]:
    """A field for a card, inside a form that posts; the page loads `desk/swipe.js` as a module.

    With `anywhere`, a swipe finds its way here from every other field of the page. What arrives under `name`
    is for `cloud.club.swiping.swiped`, and for nothing else.
    """
    return {
        "id": f"swipe-{name}",
        "name": name,
        "label": label or _("Swipe a card, or type its number"),
        "required": required,
        "anywhere": anywhere,
        "schema": decided(CardSchema),
        "refusals": REFUSALS.items(),
    }

"""Tags of the pages where cards are swiped."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from cloud.club.card_schema import CardSchema
from cloud.club.decisions import decided
from cloud.club.models import Purchase
from cloud.desk import numerals
from cloud.desk.language import active
from cloud.desk.till import shown
from cloud.desk.till.refusals import REFUSALS
from cloud.fleet.models import Store

register = template.Library()


@register.filter
def rial(value: int) -> str:
    """Money, in whole Rial."""
    return _("%(amount)s Rial") % {"amount": numerals.number(value, 0, active())}


@register.filter
def toman(value: int) -> str:
    """Money in toman, of which one is 10 Rial."""
    return _("%(amount)s toman") % {"amount": numerals.number(value // 10, 0, active())}


@register.filter
def there(moment: datetime, store: Store) -> datetime:
    """A moment in a store's own time."""
    return moment.astimezone(ZoneInfo(store.time_zone))


@register.filter
def total(purchase: Purchase) -> int:
    """What an invoice cost, in Rial."""
    return shown.total(purchase)


@register.inclusion_tag("desk/till/_swipe.html")
def swipe_field(
    name: str, label: str = "", *, required: bool = True, anywhere: bool = False, key: str = ""
) -> dict[str, Any]:
    """A field for a card, inside a form that posts; the page loads `desk/swipe.js` as a module.

    `key` is shown as the way to it by keyboard. With `anywhere`, a swipe finds its way here from every other
    field of the page. What arrives under `name` is for `cloud.club.swiping.swiped`, and for nothing else.
    """
    return {
        "id": f"swipe-{name}",
        "name": name,
        "label": label or _("Swipe a card, or type its number"),
        "key": key,
        "required": required,
        "anywhere": anywhere,
        "schema": decided(CardSchema),
        "refusals": REFUSALS.items(),
    }

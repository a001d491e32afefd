"""Members at too many sales, or at sales without a tap: what tills and what kiosks told, side by side."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cloud.club import velocity
from cloud.club.decisions import decided
from cloud.club.models import Purchase
from cloud.club.velocity import Alarm, Limits, Sold, Taps
from cloud.collector.facts import Reader, stored_events
from cloud.collector.occasions import holders_of, occasions_of
from cloud.fleet.moments import stored
from cloud.voice.buckets import day_of
from mqtt.events import NAMES, CardTapped
from mqtt.vocabulary import MemberId, StoreId

LATELY = timedelta(days=1)
"""The night's job looks at the days of which sales came in since the last one."""
_SALE = ("member_id", "store_id", "store__time_zone", "occurred_at")
_TAPPED = "e.type = %s AND e.received_at >= %s AND e.occurred_at >= %s AND e.occurred_at <= %s"


def speeding(at: datetime) -> list[Alarm]:
    """Whoever was at more sales than is believed, on the days of which sales came in lately."""
    believed = decided(Limits)
    groups = velocity.many(_sales(at - LATELY), believed)
    if not groups:
        return []
    moments = [sold.at for group in groups for sold in group]
    before = timedelta(minutes=believed.minutes)
    return velocity.alarms(groups, _taps(min(moments) - before, max(moments)), believed)


def _sales(since: datetime) -> Iterator[Sold]:
    """The sales that came in, and the others of those members on the days around."""
    came = Purchase.objects.filter(received_at__gte=since)
    fresh = {(sold.member, sold.store, sold.day) for sold in _sold(came.values_list(*_SALE))}
    if not fresh:
        return
    members = {member for member, _, _ in fresh}
    first = came.order_by("occurred_at").values_list("occurred_at", flat=True)[0] - LATELY
    others = Purchase.objects.filter(member__in=members, occurred_at__gte=first)
    yield from (sold for sold in _sold(others.values_list(*_SALE)) if sold[:3] in fresh)


def _sold(rows: Iterable[tuple[str, str, str, datetime]]) -> Iterator[Sold]:
    for member, store, zone, at in rows:
        yield Sold(MemberId(member), StoreId(store), day_of(at, ZoneInfo(zone)), at)


def _taps(first: datetime, last: datetime) -> Taps:
    # nothing is received before it happened but by a kiosk whose clock is ahead: a day is enough
    values = (NAMES[CardTapped], stored(first - LATELY), stored(first), stored(last))
    facts = list(Reader({CardTapped}).facts(stored_events(_TAPPED, values)))
    found: defaultdict[velocity.Place, list[datetime]] = defaultdict(list)
    for tapped in occasions_of(facts, holders_of(facts)):
        found[tapped.member, tapped.store].append(tapped.occurred_at)
    return {place: sorted(moments) for place, moments in found.items()}

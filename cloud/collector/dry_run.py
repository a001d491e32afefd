"""What other rules would have cost on the events of some days, beside what was booked for them."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Sum

from cloud.club.earning import earn_next
from cloud.club.models import Entry
from cloud.club.occasions import Occasion
from cloud.club.rules import Rules
from cloud.collector.facts import Reader, stored_events
from cloud.collector.models import StoredEvent
from cloud.collector.occasions import EARNING, holders_of, occasions_of
from cloud.fleet.moments import stored
from mqtt.events import NAMES

PAGE = 5000
"""Events that are looked at together."""

_TYPES = tuple(NAMES[kind] for kind in EARNING)
_PAGE = (
    f"e.received_at >= %s AND e.type IN ({', '.join(['%s'] * len(_TYPES))}) AND e.sequence <= s.posted"  # noqa: S608 - only marks
    " AND NOT EXISTS (SELECT 1 FROM collector_parked p WHERE p.event_id = e.id)"
    " AND e.id > %s ORDER BY e.id LIMIT %s"
)

Say = Callable[[str], None]


@dataclass(frozen=True)
class Cost:
    """Points by store: what the rules would have given for `events`, and what was booked for them."""

    events: int
    would: Counter[str]
    booked: Counter[str]
    unseen: frozenset[str]
    """Kinds of occasion that the rules pay for and that no stored event tells of."""


def dry_run(rules: Rules, since: datetime, say: Say, page: int = PAGE) -> Cost:
    """Evaluate rules over the posted events received since a moment, as if no limit was used before it."""
    used, would, seen = Counter[str](), Counter[str](), 0
    total = StoredEvent.objects.filter(
        received_at__gte=since, type__in=_TYPES, sequence__lte=F("stream__posted")
    ).count()
    for number, occasions in _pages(since, page):
        for occasion in occasions:
            would[occasion.store] += sum(credit.points for credit in earn_next(rules, occasion, used))
        seen += number
        say(f"looked at {seen} of {total} events")
    return Cost(seen, would, _booked(since), rules.occasions - set(EARNING.values()))


def _pages(since: datetime, page: int) -> Iterator[tuple[int, Iterator[Occasion]]]:
    reader, last = Reader(EARNING), 0
    while rows := list(stored_events(_PAGE, (stored(since), *_TYPES, last, page))):
        last = rows[-1].row
        facts = list(reader.facts(rows))
        yield len(rows), occasions_of(facts, holders_of(facts))


def _booked(since: datetime) -> Counter[str]:
    earned = Entry.objects.filter(kind="earn", reason__in=EARNING.values(), received_at__gte=since)
    return Counter(dict(earned.values_list("store_id").annotate(Sum("points"))))

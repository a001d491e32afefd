"""Which lots came from others: points that were spent and came back, or that went to another account."""

from collections.abc import Iterable

from django.db.models import Sum

from cloud.club.models import Allocation, Entry, Lot
from mqtt.vocabulary import Points


def lineage(lots: Iterable[int]) -> set[int]:
    """Lots, by their numbers, and all that hold points which were taken from these."""
    found: set[int] = set()
    more = set(lots)
    while more:
        found |= more
        # by the allocations, which have an index: origins have none
        came = Lot.objects.filter(origin__in=more, entry__reverses__allocations__lot__in=more)
        more = set(came.values_list("entry_id", flat=True)) - found
    return found


def lapsed(lots: Iterable[int]) -> Points:
    """How many points of these lots, wherever they went, were past their day before anybody spent them."""
    ends = Entry.objects.filter(kind="expire", reverses__in=lineage(lots))
    return Points(-(ends.aggregate(sum=Sum("points"))["sum"] or 0))


def paid(lots: Iterable[int], before: int) -> Points:
    """How many points of these lots paid debits that were booked before an entry: debts of that time."""
    old = Allocation.objects.filter(lot__in=lineage(lots), debit__lt=before)
    return Points(old.aggregate(sum=Sum("points"))["sum"] or 0)

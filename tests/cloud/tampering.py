"""What only somebody who has the database can do to a ledger: change it behind its guards."""

from typing import Any

from cloud.club import guards
from cloud.club.models import Debt, Entry, Lot


def forget(*entries: Entry) -> None:
    """Drop entries as if they had never been."""
    guards.unguard()
    numbers = [entry.id for entry in entries]
    Lot.objects.filter(entry__in=numbers).delete()
    Debt.objects.filter(entry__in=numbers).delete()
    Entry.objects.filter(id__in=numbers).delete()
    guards.guard()


def change(entry: Entry, **fields: Any) -> None:  # noqa: ANN401 - any column of it
    """Let an entry say something else."""
    guards.unguard()
    Entry.objects.filter(id=entry.id).update(**fields)
    guards.guard()

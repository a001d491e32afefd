"""Who was not let in: counted by the hour, so that nobody can fill the table by knocking."""

from datetime import datetime
from typing import Final, Literal

from django.db import transaction
from django.db.models import F

from cloud.fleet.models import Refusal

Place = Literal["enrolment", "broker"]
LENGTH: Final = 64
"""Characters of a name that are kept."""
NAMES: Final = 100
"""Names that are told apart within an hour, for one reason at one place; more are counted without theirs."""


@transaction.atomic
def note(  # noqa: PLR0913 - what is known of one that was refused
    place: Place, reason: str, name: str, address: str, now: datetime, *, times: int = 1
) -> None:
    """Count one, or so many alike. What cannot be printed of `name`, which was only claimed, becomes `?`."""
    cell = {"place": place, "reason": reason, "hour": now.replace(minute=0, second=0, microsecond=0)}
    cell["name"] = _told_apart(cell, printable(name))
    found, _ = Refusal.objects.get_or_create(**cell, defaults={"last_at": now})
    Refusal.objects.filter(id=found.id).update(count=F("count") + times, address=address[:45], last_at=now)


def printable(name: str) -> str:
    """As much of what somebody claims to be as can be shown: printable ASCII, at most 64 characters."""
    return "".join(letter if " " <= letter <= "~" else "?" for letter in name[:LENGTH])


def _told_apart(cell: dict[str, object], name: str) -> str:
    there = Refusal.objects.filter(**cell)
    return name if there.filter(name=name).exists() or there.count() < NAMES else ""

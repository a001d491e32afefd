"""Allowances that are called back: a kiosk keeps what it was lent until its own word says otherwise."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from cloud.club.account import lock
from cloud.club.holds import ALLOWANCE
from cloud.club.models import Hold
from mqtt.vocabulary import AllowanceId, KioskId, MemberId, Points

AT_ONCE: Final = 1000
"""Allowances that one kiosk is asked for at a time: all of it is one message, which a broker may refuse."""


def hold_of(allowance: AllowanceId) -> str:
    """What an allowance's hold is called."""
    return f"{ALLOWANCE}:{allowance}"


def out(member: MemberId) -> Points:
    """How many of a member's points kiosks may spend without asking."""
    return Points(recallable(member).aggregate(points=Sum("points"))["points"] or 0)


@transaction.atomic
def recall(member: MemberId, at: datetime, *, but: KioskId | None = None) -> int:
    """Call back what kiosks hold of a member, `but` for one kiosk; how many allowances it was anew."""
    wanted = recallable(member).filter(recalled_at=None)
    if but is not None:
        wanted = wanted.exclude(device=but)
    if not wanted.exists():
        return 0
    lock((member,))
    return wanted.update(recalled_at=at)


def recalled() -> Mapping[KioskId, tuple[AllowanceId, ...]]:
    """What each kiosk is to give back and has not, the newest first: an older disk's may never come."""
    found: defaultdict[KioskId, list[AllowanceId]] = defaultdict(list)
    place = Window(RowNumber(), partition_by="device", order_by=F("id").desc())
    rows = Hold.objects.filter(state="open", recalled_at__isnull=False).annotate(place=place)
    newest = rows.filter(place__lte=AT_ONCE).order_by("-id")
    for kiosk, name in newest.values_list("device", "source_key"):
        found[KioskId(kiosk)].append(AllowanceId(name.removeprefix(hold_of(AllowanceId("")))))
    return {kiosk: tuple(allowances) for kiosk, allowances in found.items()}


def recallable(member: MemberId) -> QuerySet[Hold]:
    """What kiosks hold of a member, called back or not."""
    return Hold.objects.filter(member=member, state="open", purpose=ALLOWANCE)

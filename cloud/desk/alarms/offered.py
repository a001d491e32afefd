"""The watches that most clubs begin with: of the chain and of every store, by its control limits."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.contrib.auth.models import User

from cloud.fleet.models import Store
from cloud.voice.alarms.models import Watch

OFFERED: Final = ("ces", "nps")


def begin_with(
    accountable: Callable[[str | None], User], since: date, below: Mapping[str, float] | None = None
) -> list[Watch]:
    """Make them, judged from a day on; `accountable` says for whom a store, or the chain (None), is.

    `below` are figures by index that none may surely be below, beside the control limits.
    Where there are watches already, none are made: the club has chosen its own.
    """
    if Watch.objects.exists():
        return []
    stores = [None, *Store.objects.order_by("id").values_list("id", flat=True)]
    watches = [
        Watch(
            index=index,
            store_id=store,
            accountable=accountable(store),
            since=since,
            below=(below or {}).get(index),
        )
        for index in OFFERED
        for store in stores
    ]
    for watch in watches:
        watch.save()
    return watches

"""What is watched in the generated club, and for whom: a store for its own manager, where it has one."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from django.contrib.auth.models import User

from cloud.club.demo.staff import Employee
from cloud.desk.alarms.offered import begin_with

BACK: Final = timedelta(days=21)
"""So far back somebody began to watch: what the last, bad weeks of a store bring is raised at once."""
TARGETS: Final[Mapping[str, float]] = {"ces": 5.5}
"""What the club wants at least. Its stores are small: control limits alone see only what is much worse."""


def watch(chief: str, staff: Iterable[Employee], until: date) -> None:
    """Make its watches, for the `chief` (a user name) where nobody nearer is accountable."""
    nearer = {store: each.user for each in staff if each.role == "store-manager" for store in each.stores}
    people = {user.username: user for user in User.objects.filter(username__in=(chief, *nearer.values()))}
    begin_with(lambda store: people[nearer.get(store or "", chief)], until - BACK, TARGETS)

"""Leases: who does what only one process should do, until when, and how a dead owner's are taken over.

A lease divides work, it guards nothing: what two believe they hold is kept right by the rows that they write.
"""

import os
import secrets
import socket
import time
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import Q

from cloud.collector.models import Lease

HEARTBEAT = 2.0
"""Seconds between two renewals."""
LASTS = timedelta(seconds=6)
"""How long a lease holds after its last renewal; what is over can be taken by anybody."""
FORGOTTEN = timedelta(hours=1)
"""After so long a process that is gone is forgotten."""
LOCK_PATIENCE = "4s"
"""How long a statement of a lease's owner waits for another's lock, so that its own renewals are not late."""
PRESENT = "process/"
"""Before the kind and the owner in the name of the lease that a process has on being there."""


def new_owner() -> str:
    """A name that no other process has, on any machine, now or later: host, process and four random bytes."""
    return f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"


class Leases:
    """The leases of one process; `kind` is what it is, as all of its kind are counted."""

    def __init__(self, kind: str, owner: str) -> None:
        """Begin with none. From here on this process's connections to PostgreSQL carry `owner`."""
        self.owner = owner
        self._present = f"{PRESENT}{kind}/"
        connection_created.connect(self._name_connection, dispatch_uid=owner, weak=False)
        if connection.connection is not None:
            self._name_connection(connection)

    def renew(self) -> set[str]:
        """Hold for longer what is held, say that this process is there; the names of what it holds."""
        now = _now()
        with transaction.atomic():
            self._arrive(now)
            mine = Lease.objects.filter(owner=self.owner)
            mine.update(heartbeat=now, until=now + LASTS)
            return {name for name in mine.values_list("name", flat=True) if not name.startswith(PRESENT)}

    def present(self) -> list[str]:
        """The processes of this kind that are there, in an order that all of them see."""
        alive = Lease.objects.filter(name__startswith=self._present).exclude(_over(_now()))
        return sorted(alive.values_list("owner", flat=True))

    def take(self, names: Collection[str], most: int) -> set[str]:
        """Take at most so many of the leases that nobody holds; which were taken."""
        self._begin(names)
        now = _now()
        over = Lease.objects.filter(_over(now), name__in=names).order_by("name")
        found = list(over.values_list("name", "owner")[: max(0, most)])
        if not found:
            return set()
        # a frozen owner may hold locks in the middle of a transaction, these rows' own among them
        _fence({owner for _, owner in found} - {"", self.owner})
        wanted = [name for name, _ in found]
        Lease.objects.filter(_over(now), name__in=wanted).update(
            owner=self.owner, heartbeat=now, until=now + LASTS
        )
        return set(Lease.objects.filter(name__in=wanted, owner=self.owner).values_list("name", flat=True))

    def give_back(self, names: Collection[str]) -> None:
        """Let others have these at once."""
        now = _now()
        Lease.objects.filter(name__in=names, owner=self.owner).update(owner="", heartbeat=now, until=now)

    def leave(self) -> None:
        """Let others have everything at once, and be gone."""
        with transaction.atomic():
            Lease.objects.filter(name__startswith=PRESENT, owner=self.owner).delete()
            now = _now()
            Lease.objects.filter(owner=self.owner).update(owner="", heartbeat=now, until=now)

    def _arrive(self, now: datetime) -> None:
        there = {"owner": self.owner, "heartbeat": now, "until": now + LASTS}
        _, new = Lease.objects.update_or_create(name=self._present + self.owner, defaults=there)
        if new:
            Lease.objects.filter(name__startswith=PRESENT, until__lt=now - FORGOTTEN).delete()

    def _begin(self, names: Collection[str]) -> None:
        if Lease.objects.filter(name__in=names).count() < len(names):
            now = _now()
            rows = (Lease(name=name, owner="", heartbeat=now, until=now) for name in sorted(names))
            Lease.objects.bulk_create(rows, ignore_conflicts=True)

    def _name_connection(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('application_name', %s, false)", (self.owner,))
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", (LOCK_PATIENCE,))


class Role:
    """What one process of all does, while it holds the lease of that name; the others stand by."""

    def __init__(self, leases: Leases, name: str) -> None:
        """Stand by."""
        self._leases, self._name = leases, name
        self._mine, self._next = False, 0.0

    def mine(self) -> bool:
        """Whether this process has the role; looked up again after every :data:`HEARTBEAT`."""
        if time.monotonic() >= self._next:
            # if the look fails, the role is not had until one succeeds
            self._mine = False
            self._mine = self._name in self._leases.renew() | self._leases.take({self._name}, 1)
            self._next = time.monotonic() + HEARTBEAT
        return self._mine


def _over(now: datetime) -> Q:
    # a clock that stepped back must not leave a lease to the dead for as long as it stepped
    return Q(until__lte=now) | Q(until__gt=now + 2 * LASTS)


def _now() -> datetime:
    """The time of the database's machine, which all that share it see alike."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
        return moment


def _fence(owners: Collection[str]) -> None:
    """End the sessions of owners that are late: what they had begun is rolled back, what they begin fails."""
    if owners and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND application_name = ANY(%s) AND pid <> pg_backend_pid()",
                (sorted(owners),),
            )

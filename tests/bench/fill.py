"""The first fill: a kiosk with an empty replica and the cloud with a large group, through a real broker.

Measured from the start of sync to the moment at which the replica is level; the bytes are payloads on the
kiosk's own topic. `FILL=1000000` in the environment chooses another number of members.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from kiosk.members import Replica
from mqtt import topics
from mqtt.client import Link
from mqtt.vocabulary import KioskId
from tests.bench.row import Row
from tests.demo.plan import GROUP, KIOSK, ROOT, STORE, Plan
from tests.demo.programs import running
from tests.demo.steps import cloud
from tests.mqtt.ports import free_port

MEMBERS = int(os.environ.get("FILL", "200000"))
ENTRIES = 3
"""Lines of history of each member."""
CHUNK = 20_000
DEADLINE = 1800.0

TABLES = {
    "club_member": "(id, group_id, language, joined_on)",
    "club_person": "(member_id, given_name, family_name)",
    "club_card": "(key, member_id)",
    "collector_memberversion": "(member_id, group_id, version, gone)",
    "club_entry": "(id, member_id, kind, points, reason, occurred_at, received_at, store_id, source_key)",
    "club_lot": "(entry_id, member_id, remaining, active_from)",
}


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure the fill: how long, and how many bytes a member."""
    with tempfile.TemporaryDirectory(prefix="bg-") as folder:
        plan = Plan(run=Path(folder) / "r", broker_port=free_port(), web_port=free_port(), secure=False)
        plan.write()
        cloud(plan, "migrate", "--verbosity", "0")
        say(f"a group of {MEMBERS:,} members")
        subprocess.run(
            [sys.executable, "-m", "tests.bench.fill"], check=True, env=plan.environment(), cwd=ROOT
        )
        say(f"an empty kiosk's first fill with {MEMBERS:,} members")
        seconds, sent = _fill(plan)
        yield Row(f"first fill of {MEMBERS:,} members", seconds, "s", "no slower at the end", MEMBERS)
        yield Row("first fill: rows a second", MEMBERS / seconds, "rows/s", "", MEMBERS)
        yield Row("first fill: bytes a member", sent / MEMBERS, "bytes", "", MEMBERS)


def _fill(plan: Plan) -> tuple[float, int]:
    """Seconds until the replica is level, and the bytes that were sent to it."""
    with running(plan, ("broker", "collector", "worker")):
        link = Link(f"mqtt://127.0.0.1:{plan.broker_port}", "bench", [topics.down(KioskId(KIOSK), "members")])
        _until(link, lambda: link.connected)
        with running(plan, ("sync",)):
            began = time.perf_counter()
            replica = Replica(plan.kiosk / "replica.db")
            sent = _until(link, lambda: replica.version >= MEMBERS)
            seconds = time.perf_counter() - began
            replica.close()
        link.close()
    return seconds, sent


def _until(link: Link, true: Callable[[], bool]) -> int:
    end, size = time.monotonic() + DEADLINE, 0
    while not true():
        assert time.monotonic() < end, "the kiosk is not level"
        for message in link.step(0.1):
            link.done(message)
            size += len(message.payload)
    return size


def generate() -> None:
    """Put the group into the database of the environment, which has its tables."""
    import django  # noqa: PLC0415 - in a process of its own

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    from cloud.collector.models import GroupHead  # noqa: PLC0415
    from cloud.fleet.models import Group, Kiosk, Store  # noqa: PLC0415

    with transaction.atomic():
        Group.objects.create(id=GROUP, name=GROUP)
        Store.objects.create(id=STORE, group_id=GROUP, name_fa=STORE, name_en=STORE)
        Kiosk.objects.create(id=KIOSK, store_id=STORE)
        GroupHead.objects.create(group_id=GROUP, version=MEMBERS)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA cache_size = -400000")  # kilobytes: the trees are filled at random
            for first in range(0, MEMBERS, CHUNK):
                for table, values in _values(range(first, min(MEMBERS, first + CHUNK))).items():
                    marks = ", ".join(["%s"] * len(values[0]))
                    cursor.executemany(f"INSERT INTO {table} {TABLES[table]} VALUES ({marks})", values)


def _values(numbers: range) -> dict[str, list[tuple[str | int | bool, ...]]]:
    # ids and keys come in no order in life, and so they go into the replica's trees
    digests = [hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest() for number in numbers]
    members = [f"m-{digest[:16]}" for digest in digests]
    noon = "2026-11-01 08:30:00"
    return {
        "club_member": [(member, GROUP, "fa", "2026-01-01") for member in members],
        "club_person": [(member, "نگار", "کریمی") for member in members],
        "club_card": [(f"1:{digest}", f"m-{digest[:16]}") for digest in digests],
        "collector_memberversion": [
            (member, GROUP, number + 1, False) for number, member in zip(numbers, members, strict=True)
        ],
        "club_entry": [
            (ENTRIES * number + line + 1, member, "earn", 10, "visit", noon, noon, STORE, f"{member}/{line}")
            for number, member in zip(numbers, members, strict=True)
            for line in range(ENTRIES)
        ],
        "club_lot": [
            (ENTRIES * number + line + 1, member, 10, noon)
            for number, member in zip(numbers, members, strict=True)
            for line in range(ENTRIES)
        ],
    }


if __name__ == "__main__":
    generate()

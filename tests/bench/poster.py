"""What the poster gets through, beside a plain insert of the rows that it makes, in the same run.

The peer writes the poster's entries, answers, counts, questions asked and outbox into empty tables of the
same make, in as many transactions: by `executemany` into SQLite, by COPY into PostgreSQL. It reads nothing
and decides nothing. Both figures are events a second, committed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from mqtt.events import QuestionShown, VisitEnded
from mqtt.vocabulary import CardKey, Epoch, KioskId, MemberId, StoreId
from tests.bench.databases import databases
from tests.bench.row import Row
from tests.cloud.kiosks import NOON, Kiosk, answer, tap, visit_id

ROOT = Path(__file__).parents[2]
KIOSKS, VISITS, MEMBERS, STORES = 40, 10_000, 5_000, 4
EVENTS = 4 * VISITS
DAY = 500
"""Visits of one day: few members come twice on it."""
BATCH, ROUNDS = 500, 3
TARGET = ">= 0.3 of the peer"
PEERS = {"sqlite": "raw executemany", "postgresql": "raw COPY"}
TABLES = (
    "voice_answer",
    "voice_answercount",
    "voice_tapcount",
    "voice_daycount",
    "voice_showncount",
    "voice_storecount",
    "voice_monthcount",
    "voice_storeshown",
    "voice_monthshown",
    "voice_hourcount",
    "club_entry",
    "club_lot",
    "club_memberasked",
    "collector_outbox",
)

Rows = list[tuple[Any, ...]]


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure on each database."""
    for name, database in databases(say).items():
        say(f"{EVENTS} events to the poster on {name}, {ROUNDS} times")
        with tempfile.TemporaryDirectory(prefix="bg-") as folder:
            yield _row(*json.loads(_asked(folder, database)))


def _row(vendor: str, poster: list[float], peer: list[float]) -> Row:
    return Row(
        figure=f"poster, batches of {BATCH}, {vendor}",
        value=EVENTS / statistics.median(poster),
        unit="events/s",
        target=TARGET,
        n=EVENTS * ROUNDS,
        peer=f"{PEERS[vendor]}: {EVENTS / statistics.median(peer):,.0f} events/s",
        ratio=statistics.median(raw / own for own, raw in zip(poster, peer, strict=True)),
    )


def _asked(folder: str, database: str) -> str:
    """What the measuring process says: Django is set up once in a process, and for one database."""
    words = {"DJANGO_SETTINGS_MODULE": "cloud.settings", "BASHGAH_SECRET_KEY": "only for the bench"}
    words |= {"BASHGAH_CLOUD_DATA": folder, "BASHGAH_DATABASE": database}
    command = [sys.executable, "-m", "tests.bench.poster"]
    return subprocess.run(
        command, check=True, env=os.environ | words, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ).stdout


def measure() -> tuple[str, list[float], list[float]]:
    """The kind of database, and the seconds of each round: the poster's, and the peer's."""
    import django  # noqa: PLC0415 - only the measuring process needs it

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from cloud.club import guards  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    _club()
    _events()
    own, raw = [], []
    for _ in range(ROUNDS):
        own.append(_posting())
        raw.append(_writing(_taken()))
    guards.unguard()  # emptying all tables guards them again
    call_command("flush", interactive=False, verbosity=0)
    return connection.vendor, own, raw


def _club() -> None:
    from cloud.club.models import Card, Member, Person  # noqa: PLC0415
    from cloud.fleet.models import Group, Store  # noqa: PLC0415

    assert not Group.objects.exists(), "BASHGAH_DATABASE is no empty database: it would be emptied at the end"
    Group.objects.create(id="city", name="city")
    names = [f"store-{number}" for number in range(STORES)]
    Store.objects.bulk_create(Store(id=name, group_id="city", name_fa=name, name_en=name) for name in names)
    members = [_member(number) for number in range(MEMBERS)]
    Member.objects.bulk_create(Member(id=m, group_id="city", joined_on=date(2026, 1, 1)) for m in members)
    Person.objects.bulk_create(Person(member_id=m, given_name="", family_name="") for m in members)
    Card.objects.bulk_create(Card(key=_card(n), member_id=m) for n, m in enumerate(members))


def _events() -> None:
    from django.db import transaction  # noqa: PLC0415

    from cloud.collector import storage  # noqa: PLC0415
    from cloud.fleet.models import Kiosk as Registered  # noqa: PLC0415

    for kiosk in _kiosks():
        Registered.objects.create(id=kiosk.kiosk, store_id=kiosk.store)
        messages = [kiosk.send(first, first + 99) for first in range(1, len(kiosk.rows) + 1, 100)]
        with transaction.atomic():
            storage.store(messages, NOON, "0" * 16)


def _kiosks() -> Sequence[Kiosk]:
    """Each visit is a tap, a question, its answer and a goodbye."""
    kiosks = [
        Kiosk(KioskId(f"bench-{n:02d}"), StoreId(f"store-{n % STORES}"), Epoch(f"{n:016x}"))
        for n in range(KIOSKS)
    ]
    for number in range(VISITS):
        member = MemberId(_member(number * 7919 % MEMBERS))
        visit = visit_id(number)
        kiosks[number % KIOSKS].record(
            tap(number, _card(number * 7919 % MEMBERS), member=member),
            QuestionShown(visit, member, "ces", 1, "fa"),
            answer(number, number % 7 + 1),
            VisitEnded(visit, member, "done", 9.5),
            at=NOON + timedelta(days=number // DAY, seconds=number % DAY * 60 - 15_000),
        )
    return kiosks


def _member(number: int) -> str:
    return f"m-{number:010d}"


def _card(number: int) -> CardKey:
    return CardKey(f"1:{number:032x}")


def _posting() -> float:
    from django.db import connection  # noqa: PLC0415

    from cloud.collector.poster import Poster  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("UPDATE collector_stream SET posted = 0")
    poster = Poster(BATCH)
    began = time.perf_counter()
    while poster.turn():
        pass
    return time.perf_counter() - began


def _taken() -> dict[str, Rows]:
    """The rows that the poster made; its tables are empty again."""
    from django.db import connection, transaction  # noqa: PLC0415

    taken: dict[str, Rows] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            taken[table] = [tuple(map(_ready, row)) for row in cursor.fetchall()]
            assert taken[table], f"the poster left {table} empty"
    _empty()
    return taken


def _ready(value: object) -> object:
    """A moment as SQLite holds it: formatting is not the peer's work."""
    naive = isinstance(value, datetime) and value.tzinfo is None
    return str(value) if naive else value


def _writing(taken: dict[str, Rows]) -> float:
    """Write the same rows in as many transactions as the poster took, and empty the tables again."""
    from django.db import connection, transaction  # noqa: PLC0415

    write = {"sqlite": _executemany, "postgresql": _copy}[connection.vendor]
    times = EVENTS // BATCH
    portions = [
        {
            table: rows[number * len(rows) // times : (number + 1) * len(rows) // times]
            for table, rows in taken.items()
        }
        for number in range(times)
    ]
    began = time.perf_counter()
    for portion in portions:
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in portion.items():
                write(cursor.cursor, table, rows)
    took = time.perf_counter() - began
    _empty()
    return took


def _empty() -> None:
    """Empty the poster's tables: the ledger's too, which its guards would not let anybody do."""
    from django.db import connection, transaction  # noqa: PLC0415

    from cloud.club import guards  # noqa: PLC0415

    with transaction.atomic(), connection.cursor() as cursor:
        guards.unguard()
        for table in reversed(TABLES):
            cursor.execute(f"DELETE FROM {table}")
        guards.guard()


def _executemany(cursor: Any, table: str, rows: Rows) -> None:  # noqa: ANN401 - the driver's own
    if rows:
        places = ", ".join("?" * len(rows[0]))
        super(type(cursor), cursor).executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def _copy(cursor: Any, table: str, rows: Rows) -> None:  # noqa: ANN401 - likewise
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


if __name__ == "__main__":
    print(json.dumps(measure()))

"""The ledger at a size: the HTTP interface over it, balances and histories, points in bulk, and the night.

`python -m tests.bench.ledger PART SIZE` measures a part in a process with the cloud's settings.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mqtt.vocabulary import MemberId, Points, StoreId
from tests.bench import api
from tests.bench.databases import databases
from tests.bench.filled import fill, member
from tests.bench.raw import Raw
from tests.bench.row import Row, of_samples
from tests.bench.size import FULL, Size
from tests.cloud.api.house import Club, served
from tests.cloud.desk.house import ROOT

BATCH = 500
"""Credits in a transaction."""
RULES = (
    "INSERT INTO club_ruleset (version, document, made_at, made_by, active_from) VALUES (2, '{"
    '"rules": [{"id": "buy", "when": "purchase", "valid_days": 180,'
    ' "gives": {"kind": "per-amount", "step": 1000, "points": 1}}]}'
    "', '2020-01-01 00:00:00', 'bench', '2020-01-01 00:00:00')"
)


def rows(say: Callable[[str], None], size: Size = FULL) -> Iterator[Row]:
    """Measure on each database."""
    for name, url in databases(say).items():
        say(f"a ledger of {size.entries:,} entries ({name})")
        with tempfile.TemporaryDirectory(prefix="bg-") as folder, served(Path(folder), url) as to:
            fill(url, Path(folder), size.members)
            to.club.run(RULES)
            say(f"the HTTP interface and the ledger ({name})")
            yield from api.rows(name, to, size)
            yield _booked(name, to.club, size)
            yield from _read(name, to.club, size)
            yield from _night(name, to.club, size)


def _booked(name: str, club: Club, size: Size) -> Row:
    raw = Raw(club.url, club.folder, {"club_entry": "id", "club_lot": "entry_id"})
    own = _asked("book", club, size)
    peer = raw.seconds(-(-size.booked // BATCH))
    return Row(
        figure=f"points posted in bulk, {name}, {BATCH} a commit",
        value=size.booked / own,
        unit="entries/s",
        target="(none)",
        n=size.booked,
        peer=f"{raw.name}: {size.booked / peer:,.0f} entries/s",
        ratio=peer / own,
    )


def _read(name: str, club: Club, size: Size) -> Iterator[Row]:
    for what, seconds in _asked("read", club, size).items():
        yield of_samples(f"ledger, {name}: {what} of a member", seconds, "(none)")


def _night(name: str, club: Club, size: Size) -> Iterator[Row]:
    members, lapsing, looking = _asked("night", club, size)
    yield Row(f"nightly, {name}: members whose points lapse", members / lapsing, "members/s", "", members)
    yield Row(f"nightly, {name}: every invariant", looking, "s", "minutes", size.entries)
    yield Row(f"nightly, {name}: all of it", lapsing + looking, "s", "minutes", size.entries)


def _asked(part: str, club: Club, size: Size) -> Any:  # noqa: ANN401 - what each part says
    """What the measuring process says: Django is set up once in a process, and for one database."""
    command = [sys.executable, "-m", "tests.bench.ledger", part, json.dumps(asdict(size))]
    done = subprocess.run(command, check=True, env=club.environment, cwd=ROOT, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


def book(size: Size) -> float:
    """Seconds for new credits, each of a member and under a limit of its own."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by then

    from cloud.club import accounts  # noqa: PLC0415
    from cloud.club.rules import Credit  # noqa: PLC0415

    now = datetime.now(UTC)
    until = now + timedelta(days=180)
    made = [
        Credit(
            *(MemberId(member(size.some(number))), Points(10), "visit", now, now, StoreId("vanak")),
            *(f"bench/book/{number}", f"visit/bench/{number}", "visit", 1, now, until),
        )
        for number in range(size.booked)
    ]
    began = time.perf_counter()
    for first in range(0, size.booked, BATCH):
        with transaction.atomic():
            accounts.book(made[first : first + BATCH])
    return time.perf_counter() - began


def read(size: Size) -> dict[str, list[float]]:
    """Seconds of each balance and of each history."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415

    from cloud.club import accounts  # noqa: PLC0415

    zone, now = ZoneInfo("Asia/Tehran"), datetime.now(UTC)
    names = [MemberId(member(size.some(number))) for number in range(size.asked)]
    return {
        "balance": [_timed(lambda one=name: accounts.standings([one], now)) for name in names],  # type: ignore[misc]
        "history": [_timed(lambda one=name: accounts.movements([one], zone)) for name in names],  # type: ignore[misc]
    }


def night(_size: Size) -> tuple[int, float, float]:
    """How many members' points lapse, the seconds for that, and those for the invariants, which all hold."""
    from cloud.club.invariants import broken  # noqa: PLC0415
    from cloud.club.nightly import lapse_all  # noqa: PLC0415

    began = time.perf_counter()
    members = lapse_all(datetime.now(UTC), lambda _done: None)
    lapsed = time.perf_counter()
    found = list(broken())
    assert not found, found
    return members, lapsed - began, time.perf_counter() - lapsed


def _timed(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


PARTS: dict[str, Callable[[Size], object]] = {"book": book, "read": read, "night": night}

if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(PARTS[sys.argv[1]](Size(**json.loads(sys.argv[2])))))

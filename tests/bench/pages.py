"""Head office's pages over a year of answers, as a browser asks the real web for them, at two sizes."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import answered
from tests.bench.databases import databases
from tests.bench.filled import member
from tests.bench.row import Row, of_samples, percentile
from tests.cloud.api.house import Served, served
from tests.cloud.desk.house import ROOT, Visitor

PAGES: Final[dict[str, str]] = {
    "live": "/",
    "experience": "/experience/",
    "experience, a year": "/experience/?period=365",
    "an index": "/experience/ces/",
    "an index, a year by week": "/experience/nps/?period=365&grain=week&by=unit",
    "answers": "/experience/ces/answers/",
    "answers of a store and hour": "/experience/ces/answers/?period=365&store=s-7&hour=11",
    "a table as CSV": "/experience/csv/ces/side/?by=kiosk",
    "alarms": "/alarms/",
    "members": "/members/",
    "a member": f"/members/{member(7)}/",
}
"""What is measured, by name; a page that is added to the desk is added here."""
EMPLOY = """
import django
django.setup()
from tests.cloud.desk.staffed import employ
employ("hq", "owner")
"""


@dataclass(frozen=True)
class Reach:
    """How many answers there are, one measurement after the other, of how many members and days."""

    answers: Mapping[str, tuple[int, ...]]
    """By the database's name."""
    members: Mapping[str, int]
    days: int = answered.DAYS
    asked: int = 40
    before: int = 3


FULL: Final = Reach(
    {
        "SQLite": (100_000, 1_000_000),
        "PostgreSQL": tuple(int(each) for each in os.environ.get("PAGES", "1000000,10000000").split(",")),
    },
    {"SQLite": 100_000, "PostgreSQL": int(os.environ.get("MEMBERS", "1000000"))},
)
"""`PAGES=100000,1000000` and `MEMBERS=100000` in the environment choose other sizes for PostgreSQL."""


def rows(say: Callable[[str], None], reach: Reach = FULL) -> Iterator[Row]:
    """Measure on each database; a row's peer is the same page over the first number of answers."""
    for name in databases(say):
        first: dict[str, float] = {}
        for answers in reach.answers[name]:
            say(f"pages over {answers:,} answers ({name})")
            for page, seconds in _measured(name, answers, reach, say):
                p95 = percentile(seconds, 0.95)
                yield _row(f"page, {name}, {answers:,} answers: {page}", seconds, first.get(page))
                first.setdefault(page, p95)


def _row(figure: str, seconds: list[float], first: float | None) -> Row:
    made = of_samples(figure, seconds, "(none)")
    if first is None:
        return made
    peer = f"over the fewest answers, p95: {1e3 * first:.3g} ms"
    return Row(
        *(made.figure, made.value, made.unit, made.target, made.n, made.p50, made.p95, made.p99, peer),
        percentile(seconds, 0.95) / first,
    )


def _measured(
    name: str, answers: int, reach: Reach, say: Callable[[str], None]
) -> Iterator[tuple[str, list[float]]]:
    url = databases(lambda _: None)[name]
    with tempfile.TemporaryDirectory(prefix="bg-") as folder, served(Path(folder), url) as to:
        answered.fill(url, Path(folder), answers, reach.members[name], reach.days)
        subprocess.run([sys.executable, "-c", EMPLOY], env=to.club.environment, cwd=ROOT, check=True)
        say(f"asking for each page ({name})")
        yield from _asked(to, reach)


def _asked(to: Served, reach: Reach) -> Iterator[tuple[str, list[float]]]:
    with (
        closing(Visitor(to.web.url)) as visitor,
        closing(http.client.HTTPConnection("127.0.0.1", to.web.port, timeout=120)) as connection,
    ):
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.sign_in().cookies.items())
        for page, path in PAGES.items():
            taken = [_seconds(connection, path, cookies) for _ in range(reach.before + reach.asked)]
            yield page, taken[reach.before :]


def _seconds(connection: http.client.HTTPConnection, path: str, cookies: str) -> float:
    began = time.perf_counter()
    connection.request("GET", path, headers={"Cookie": cookies})
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 200, (path, answer.status)
    return time.perf_counter() - began

"""The HTTP interface, over one connection that stays open: what a till waits for.

`API_ENTRIES=10000000` in the environment chooses how many entries the ledger has, ten a member.
"""

import http.client
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from tests.bench.databases import databases
from tests.bench.row import Row, of_samples
from tests.cloud.api.house import Club, Served, served

ENTRIES = int(os.environ.get("API_ENTRIES", "500000"))
EACH = 10
"""Entries of a member."""
ASKED = 500
JOINING = '{"store": "vanak", "card": {"kind": "em4100", "identity": "%010x"}}'
NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
MEMBERS = (
    f"INSERT INTO club_member (id, group_id, language, joined_on) {NUMBERS}"
    " SELECT 'm-' || (1000000000 + i), 'tehran', 'fa', '2026-01-01' FROM n"
)
LEDGER = (
    "INSERT INTO club_entry (member_id, kind, points, reason, occurred_at, received_at, store_id, source_key)"
    f" {NUMBERS} SELECT 'm-' || (1000000000 + i % {{}}), 'earn', 10, 'visit', '2026-01-01 12:00:00',"
    " '2026-01-01 12:00:00', 'vanak', 'bench/' || i FROM n"
)


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure on each database."""
    for name, url in databases(say).items():
        say(f"the HTTP interface over {ENTRIES:,} entries ({name})")
        with tempfile.TemporaryDirectory(prefix="bg-") as folder, served(Path(folder), url) as to:
            _fill(to.club)
            yield from _rows(name, to)


def _fill(club: Club) -> None:
    members = ENTRIES // EACH
    club.run(MEMBERS.format(members - 1))
    club.run(LEDGER.format(ENTRIES - 1, members))
    club.run("ANALYZE")


def _rows(name: str, to: Served) -> Iterator[Row]:
    members = [
        f"/api/v1/members/m-{1000000000 + number * 7919 % (ENTRIES // EACH)}" for number in range(ASKED)
    ]
    asked: dict[str, list[tuple[str, str, str]]] = {
        "a member with balance": [("GET", path, "") for path in members],
        "the last 50 entries": [("GET", f"{path}/entries", "") for path in members],
        "a member joins": [("POST", "/api/v1/members", JOINING % number) for number in range(ASKED)],
    }
    for what, requests in asked.items():
        yield of_samples(f"HTTP interface, {name}: {what}", _seconds(to, requests), "(none)")


def _seconds(to: Served, requests: list[tuple[str, str, str]]) -> list[float]:
    """How long each request takes, one after the other."""
    headers = {"Authorization": f"Bearer {to.key}", "Content-Type": "application/json"}
    taken = []
    with closing(http.client.HTTPConnection("127.0.0.1", to.web.port)) as connection:
        for number, (method, path, body) in enumerate(requests):
            began = time.perf_counter()
            connection.request(method, path, body, headers | {"Idempotency-Key": f"bench-{number:06}"})
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - began)
            assert answer.status in {200, 201}, answer.status
    return taken

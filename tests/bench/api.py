"""The HTTP interface over a large ledger, as tills ask it: over connections that stay open."""

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

from tests.bench.filled import member
from tests.bench.raw import Raw
from tests.bench.row import Row, of_samples
from tests.bench.size import Size
from tests.cloud.api.house import Served

TILLS = 4
"""So many buy at once where purchases a second are counted."""
WRITTEN = {
    "club_purchase": "id",
    "club_entry": "id",
    "club_lot": "entry_id",
    "collector_outbox": "id",
    "api_answered": "id",
}
"""What a purchase writes."""
JOINING = '{"store": "vanak", "card": {"kind": "em4100", "identity": "%010x"}}'
LINES = [{"line": str(number), "amount": 125_000} for number in range(3)]

Request = tuple[str, str, str]


def rows(name: str, to: Served, size: Size) -> Iterator[Row]:
    """Measure on one database, which is filled."""
    paths = [f"/api/v1/members/{member(size.some(number))}" for number in range(size.asked)]
    asked: dict[str, list[Request]] = {
        "a member with balance": [("GET", path, "") for path in paths],
        "the last 50 entries": [("GET", f"{path}/entries", "") for path in paths],
        "a member joins": [("POST", "/api/v1/members", JOINING % number) for number in range(size.asked)],
        "a quote": [("POST", "/api/v1/quotes", _invoice(size, number)) for number in range(size.asked)],
        "a purchase": _purchases(size, "one", size.asked),
    }
    for what, requests in asked.items():
        yield of_samples(f"HTTP interface, {name}: {what}", _seconds(to, requests, what), "(none)")
    yield _at_once(name, to, size)


def _at_once(name: str, to: Served, size: Size) -> Row:
    """Purchases a second of several tills, beside the same rows in as many transactions."""
    raw = Raw(to.club.url, to.club.folder, WRITTEN)
    tills = [_purchases(size, f"till-{till}", size.bought // TILLS) for till in range(TILLS)]
    began = time.perf_counter()
    with ThreadPoolExecutor(TILLS) as pool:
        taken = [*pool.map(lambda till: _seconds(to, tills[till], f"till-{till}"), range(TILLS))]
    took = time.perf_counter() - began
    count = sum(map(len, taken))
    peer = raw.seconds(count)
    shape = of_samples("", [second for till in taken for second in till], "")
    return Row(
        figure=f"HTTP interface, {name}: purchases of {TILLS} tills",
        value=count / took,
        unit="purchases/s",
        target="(none)",
        n=count,
        p50=shape.p50,
        p95=shape.p95,
        p99=shape.p99,
        peer=f"{raw.name}: {count / peer:,.0f} purchases/s",
        ratio=peer / took,
    )


def _purchases(size: Size, till: str, count: int) -> list[Request]:
    path = "/api/v1/purchases"
    return [
        ("POST", path, _invoice(size, number, invoice=f"{till}-{number}", member=member(size.some(number))))
        for number in range(count)
    ]


def _invoice(size: Size, number: int, **other: str) -> str:
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    said = {"store": "vanak", "member": member(size.some(number)), "occurred_at": at, "lines": LINES}
    return json.dumps(said | other)


def _seconds(to: Served, requests: list[Request], what: str) -> list[float]:
    """How long each request takes, one after the other."""
    headers = {"Authorization": f"Bearer {to.key}", "Content-Type": "application/json"}
    named, taken = what.replace(" ", "-"), []
    with closing(http.client.HTTPConnection("127.0.0.1", to.web.port)) as connection:
        for number, (method, path, body) in enumerate(requests):
            began = time.perf_counter()
            connection.request(method, path, body, headers | {"Idempotency-Key": f"{named}-{number:06}"})
            answer = connection.getresponse()
            answer.read()
            taken.append(time.perf_counter() - began)
            assert answer.status in {200, 201}, answer.status
    return taken

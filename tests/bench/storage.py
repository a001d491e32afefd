"""What storage alone gets through on both databases, beside raw COPY of the same rows in the same run.

The peer copies ready-made rows into a plain table with a primary key, 500 in a transaction, and checks
nothing. Storage takes messages: it decodes, checks each chain, and moves the streams' marks.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from mqtt.events import QuestionAnswered, Scale
from mqtt.vocabulary import Epoch, MemberId, VisitId
from tests.bench.row import Row
from tests.cloud import postgres
from tests.cloud.kiosks import Kiosk, Sent
from tests.cloud.processes import Cloud

BATCH, EVENTS = 500, 10
"""Events in a transaction, and in each of its messages."""
BATCHES, ROUNDS = 40, 5
TARGETS = {"PostgreSQL": ">= 0.65 of the peer", "SQLite FULL": ">= 1.0 of the peer"}
ANSWER = QuestionAnswered(
    VisitId("a" * 16), MemberId("m-abcdefghij"), "ces", 1, "fa", Scale(1, 7), 6, 1, 2.345
)
TABLE = (
    "CREATE TABLE IF NOT EXISTS peer (stream_id bigint, sequence bigint, chain varchar(16),"
    " store varchar(40), type varchar(100), occurred_at timestamptz, clock varchar(9),"
    " received_at timestamptz, data text, PRIMARY KEY (stream_id, sequence))"
)


def rows(say: Callable[[str], None]) -> Iterator[Row]:
    """Measure in turn, some rounds; the median."""
    if postgres.binaries() is None:
        say("no PostgreSQL on this machine: storage is not measured")
        return
    with tempfile.TemporaryDirectory(prefix="bg-") as folder:
        clouds = {"PostgreSQL": postgres.cluster().make(), "SQLite FULL": ""}
        made = {name: Cloud(Path(folder), "mqtt://127.0.0.1:1", url) for name, url in clouds.items()}
        for cloud in made.values():
            cloud.prepare()
        say(f"{ROUNDS} times {BATCHES} batches of {BATCH} events to storage and to raw COPY")
        rounds = [_round(made, number) for number in range(ROUNDS)]
    for name, target in TARGETS.items():
        yield Row(
            figure=f"storage on {name}, {BATCH} events a commit",
            value=statistics.median(result[name] for result in rounds),
            unit="events/s",
            target=target,
            n=ROUNDS * BATCHES * BATCH,
            peer=f"raw COPY: {statistics.median(result['peer'] for result in rounds):,.0f} rows/s",
            ratio=statistics.median(result[name] / result["peer"] for result in rounds),
        )


def _round(clouds: dict[str, Cloud], number: int) -> dict[str, float]:
    result = {"peer": BATCH * BATCHES / _copying(clouds["PostgreSQL"].database, number)}
    for name, cloud in clouds.items():
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.storage", str(number)],
            env=cloud.environment,
            check=True,
            capture_output=True,
            text=True,
        )
        result[name] = BATCH * BATCHES / float(json.loads(done.stdout))
    return result


def _copying(url: str, number: int) -> float:
    """Seconds for the peer."""
    now = datetime.now(UTC).isoformat()
    data = '{"visit":"aaaaaaaaaaaaaaaa","member":"m-abcdefghij","question":"ces","wording":1,"language":"fa",'
    data += '"scale":{"worst":1,"best":7},"value":6,"attempt":1,"seconds":2.345}'
    rest = ("0" * 16, "vanak", "club.question.answered.v1", now, "synced", now, data)
    batches = [[(number, BATCH * b + n, *rest) for n in range(BATCH)] for b in range(BATCHES)]
    with psycopg.connect(url) as database:
        database.execute(TABLE)
        database.commit()
        began = time.perf_counter()
        for batch in batches:
            with database.cursor() as cursor, cursor.copy("COPY peer FROM STDIN") as copy:
                for row in batch:
                    copy.write_row(row)
            database.commit()
        return time.perf_counter() - began


def _messages(epoch: Epoch) -> list[list[Sent]]:
    """Batches of messages from one kiosk."""
    kiosk = Kiosk(epoch=epoch)
    return [[_message(kiosk) for _ in range(BATCH // EVENTS)] for _ in range(BATCHES)]


def _message(kiosk: Kiosk) -> Sent:
    kiosk.record(*[ANSWER] * EVENTS)
    return kiosk.send(len(kiosk.rows) - EVENTS + 1)


def _storing(number: int) -> float:
    """Seconds for storage, in a process of its own with the cloud's settings."""
    import django  # noqa: PLC0415 - only this process knows which database

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    from cloud.collector import storage  # noqa: PLC0415

    batches = _messages(Epoch(f"{number:016x}"))
    connection.ensure_connection()
    began = time.perf_counter()
    for batch in batches:
        with transaction.atomic():
            storage.store(batch, datetime.now(UTC), "0" * 16)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(_storing(int(sys.argv[1]))))

"""The web as it runs for real over a database of its own, another process's writes, and a visitor."""

import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from tests.cloud.prepared import migrated
from tests.cloud.rolled import rolling_up_anew

ROOT = Path(__file__).parents[3]
DEADLINE = 20.0
"""Seconds that a test waits for anything."""
TAPPED = {"visit": "0" * 16, "kind": "em4100", "cards": ["a:" + "0" * 32], "member": "m-abcdefgh23"}
PREPARE = """
import django
django.setup()
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.utils import timezone
from cloud.collector.models import Stream
from cloud.desk.models import Staff
from cloud.fleet.models import Group, Kiosk, Store
right = make_password("right")
Staff.objects.create(user=User.objects.create(username="hq", password=right), role="owner")
group = Group.objects.create(id="tehran", name="T")
store = Store.objects.create(id="vanak", group=group, name_fa="ونک", name_en="Vanak")
Kiosk.objects.create(id="vanak-1", store=store)
other = Store.objects.create(id="zand", group=group, name_fa="زند", name_en="Zand")
people = {"zand": "store-manager", "machines": "fleet", "numbers": "analyst", "till": "clerk"}
for name, role in people.items():
    staff = Staff.objects.create(user=User.objects.create(username=name, password=right), role=role)
    staff.stores.add(other)
Stream.objects.create(kiosk="vanak-1", epoch="0" * 16, chain="0" * 16, seen_at=timezone.now())
"""


@dataclass
class Database:
    """A club of two stores, written to as the collector and the poster do; most of it happens in `vanak`."""

    folder: Path
    sequence: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which the cloud's processes find this database."""
        ours = {
            "DJANGO_SETTINGS_MODULE": "cloud.settings",
            "BASHGAH_CLOUD_DATA": str(self.folder),
            "BASHGAH_DATABASE": "",
            "BASHGAH_SECRET_KEY": "only for tests",
            "BASHGAH_SECOND_FACTOR": "optional",
            "BASHGAH_WEB_PORT": "0",
        }
        return os.environ | ours

    def prepare(self) -> "Database":
        """Make the tables, the stores, and one user a role with the password `right`, such as `hq`."""
        migrated(self.folder)
        subprocess.run([sys.executable, "-c", PREPARE], env=self.environment, cwd=ROOT, check=True)
        return self

    def store_events(
        self,
        count: int,
        type_name: str = "club.card.tapped.v1",
        data: Mapping[str, object] = TAPPED,
        store: str = "vanak",
    ) -> list[int]:
        """Store events alike in one transaction; their ids."""
        with self._transaction() as database:
            return [self._store(database, type_name, json.dumps(data), store) for _ in range(count)]

    def count_answers(self, value: int, count: int) -> None:
        """Book answers of the day that it is in Tehran."""
        day = datetime.now(ZoneInfo("Asia/Tehran")).date().isoformat()
        with self._transaction() as database:
            database.execute(
                "INSERT INTO voice_daycount (store_id, kiosk, question, wording, segment, day, value, count,"
                " flagged) VALUES ('vanak', 'vanak-1', 'ces', 1, '', ?, ?, ?, 0)",
                (day, value, count),
            )
            for statement in rolling_up_anew("sqlite"):
                database.execute(statement)
            database.execute("UPDATE collector_stream SET posted = posted + ?", (count,))

    def addresses(self) -> set[str]:
        """From where somebody came, as the audit has it."""
        with self._transaction() as database:
            return {address for (address,) in database.execute("SELECT address FROM desk_auditline")}

    def run(self, statement: str) -> None:
        """Change it as another process does."""
        with self._transaction() as database:
            database.execute(statement)

    def _store(self, database: sqlite3.Connection, type_name: str, data: str, store: str) -> int:
        self.sequence += 1
        now = str(datetime.now(UTC).replace(tzinfo=None))
        done = database.execute(
            "INSERT INTO collector_storedevent (stream_id, sequence, chain, store, type, occurred_at, clock,"
            " received_at, data) VALUES (1, ?, '0', ?, ?, ?, 'synced', ?, ?)",
            (self.sequence, store, type_name, now, now, data),
        )
        assert done.lastrowid is not None
        return done.lastrowid

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.folder / "cloud.db", timeout=DEADLINE)) as database, database:
            yield database


@dataclass
class Web:
    """`python -m cloud web` on a free port."""

    database: Database
    process: subprocess.Popen[str]
    url: str

    @classmethod
    def start(cls, database: Database, port: int = 0, stderr: IO[str] | None = None) -> "Web":
        """Start it, on a free port if none is given, and wait until it says where; it logs to `stderr`."""
        process = subprocess.Popen(
            [sys.executable, "-m", "cloud", "web"],
            cwd=ROOT,
            env=database.environment | {"BASHGAH_WEB_PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
        assert process.stdout is not None
        said = process.stdout.readline()
        match = re.search(r"http://\S+/", said)
        assert match, said
        return cls(database, process, match[0])

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 0

    @property
    def connections(self) -> int:
        """How often it has the database's file open."""
        held = [
            str(each.readlink())
            for each in Path(f"/proc/{self.process.pid}/fd").iterdir()
            if each.is_symlink()
        ]
        return sum(name.endswith("cloud.db") for name in held)

    def stop(self) -> int:
        """Ask it to stop, and wait; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        with self.process:
            return self.process.wait(DEADLINE)


@dataclass
class Visitor:
    """A browser without a screen: it keeps cookies and follows nothing by itself."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    answers: "list[Answer]" = field(default_factory=list)

    def close(self) -> None:
        """Hang up whatever is open."""
        for answer in self.answers:
            answer.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> "Answer":
        """Ask for a page."""
        return self._ask("GET", path, b"", headers or {})

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> "Answer":
        """Send a form with its token."""
        return self.send(path, urlencode(form).encode(), headers)

    def send(self, path: str, form: bytes, headers: Mapping[str, str] | None = None) -> "Answer":
        """Send a form that is encoded already, with its token."""
        token = {"X-CSRFToken": self.cookies.get("csrftoken", "")}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, form, {**token, **kind, **(headers or {})})

    def sign_in(self, name: str = "hq") -> "Visitor":
        """Sign in as one of the club's users."""
        self.get("/login").read()
        assert self.post("/login", {"username": name, "password": "right"}).status == 302
        return self

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> "Answer":
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=DEADLINE)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection.request(method, path, body, {"Cookie": cookies, **headers})
        answer = Answer(connection, connection.getresponse())
        self.answers.append(answer)
        for header in answer.response.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


@dataclass
class Answer:
    """What the web answers, perhaps without an end."""

    connection: http.client.HTTPConnection
    response: http.client.HTTPResponse

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status

    def read(self) -> str:
        """All of it."""
        return self.response.read().decode()

    def messages(self) -> Iterator[dict[str, str]]:
        """Server-sent events as they come; ends with the stream."""
        message: dict[str, str] = {}
        while line := self.response.readline().decode():
            name, _, value = line.rstrip("\n").partition(": ")
            if name:
                message[name] = f"{message[name]}\n{value}" if name in message else value
            elif message:
                yield message
                message = {}

    def events(self, count: int) -> list[int]:
        """The ids of the next `count` stored events."""
        ids = (int(message["id"]) for message in self.messages() if {"id", "data"} <= message.keys())
        return [next(ids) for _ in range(count)]

    def close(self) -> None:
        """Hang up."""
        self.response.close()
        self.connection.close()

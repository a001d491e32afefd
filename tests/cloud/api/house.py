"""The interface as it runs for real: a club in a database of its own, a key, and `python -m cloud web`."""

import http.client
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from typing import Any

from cloud.api.scopes import SCOPES
from tests.cloud.desk.house import DEADLINE, ROOT, Database, Web
from tests.cloud.processes import Cloud, new_database

VISITS = """
import django
django.setup()
from tests.cloud.api.test_members import visits
visits(5)
"""


@dataclass
class Club(Database):
    """The small club of the cloud's tests, whose member has been there five times; `url` is its database."""

    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"BASHGAH_CLUB_KEY": f"1:{'5a' * 16}", "BASHGAH_DATABASE": self.url}

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Look into the database as another process does."""
        return Cloud(self.folder, "", self.url).ask(query)

    def run(self, statement: str) -> None:
        """Change it as another process does."""
        Cloud(self.folder, "", self.url).run(statement)

    def prepare(self) -> "Club":
        """Make the tables and the club."""
        Cloud(self.folder, "", self.url).prepare()
        command = [sys.executable, "-c", VISITS]
        subprocess.run(command, env=self.environment, cwd=ROOT, check=True)
        return self

    def key(self, rate: int = 10_000) -> str:
        """A new key of the store `vanak` with every scope, made as an operator does."""
        scopes = [word for scope in SCOPES for word in ("--scope", scope)]
        options = ["--store", "vanak", "--rate", str(rate), *scopes]
        command = [sys.executable, "-m", "cloud", "apikey", "make", "a till", *options]
        done = subprocess.run(
            command, env=self.environment, cwd=ROOT, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()


@dataclass
class Served:
    """A club, the web that serves it, and a key to it."""

    club: Club
    web: Web
    key: str

    def ask(
        self, method: str, path: str, body: bytes | Iterable[bytes] = b"", **headers: str
    ) -> tuple[int, HTTPMessage, Any]:
        """Ask over a connection of its own: status, headers, and the JSON."""
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json", **headers}
        with closing(http.client.HTTPConnection("127.0.0.1", self.web.port, timeout=DEADLINE)) as connection:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, answer.headers, json.loads(text) if text else None


@contextmanager
def served(folder: Path, url: str | None = None) -> Iterator[Served]:
    """Serve a new club until the end, on the database at `url`, or the one on which all tests run."""
    club = Club(folder, url=new_database() if url is None else url).prepare()
    web = Web.start(club)
    try:
        yield Served(club, web, club.key())
    finally:
        assert web.stop() == 0

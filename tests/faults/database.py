"""The cloud's database from outside, read as it is at one moment."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

Rows = list[tuple[Any, ...]]


class Database(Protocol):
    """What the run needs of either kind; nothing here goes through the cloud's code."""

    kind: str

    def environment(self) -> dict[str, str]:
        """What the cloud's processes are told to find it."""

    def ask(self, *queries: str) -> list[Rows]:
        """The answers to some queries, all of one moment."""

    def close(self) -> None:
        """Let go of what serves it."""


class Sqlite:
    """A file in the cloud's folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self._file = folder / "cloud.db"

    def environment(self) -> dict[str, str]:
        return {"BASHGAH_CLOUD_DATA": str(self._folder)}

    def ask(self, *queries: str) -> list[Rows]:
        with self._open(self._file) as database:
            database.execute("BEGIN")
            return [database.execute(query).fetchall() for query in queries]

    def close(self) -> None:
        """Nothing serves a file."""

    @contextmanager
    def _open(self, file: Path) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
            yield database

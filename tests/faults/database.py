"""The cloud's database from outside: read at one moment, copied while in use, put back from an older copy."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

Rows = list[tuple[Any, ...]]
AGAIN = "UPDATE fleet_installation SET generation = '{}'"
"""What makes a restored database another one to the kiosks."""


class Database(Protocol):
    """What the run needs of either kind; nothing here goes through the cloud's code."""

    kind: str

    def environment(self) -> dict[str, str]:
        """What the cloud's processes are told to find it."""

    def ask(self, *queries: str) -> list[Rows]:
        """The answers to some queries, all of one moment."""

    def copy(self) -> None:
        """Keep a copy, instead of the one before."""

    def put_back(self) -> None:
        """Replace the database by its copy, in a new generation. Nobody uses it meanwhile."""

    def close(self) -> None:
        """Let go of what serves it."""


class Sqlite:
    """A file in the cloud's folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)
        self._file, self._copy = folder / "cloud.db", folder / "cloud.copy"

    def environment(self) -> dict[str, str]:
        return {"BASHGAH_CLOUD_DATA": str(self._folder)}

    def ask(self, *queries: str) -> list[Rows]:
        with self._open(self._file) as database:
            database.execute("BEGIN")
            return [database.execute(query).fetchall() for query in queries]

    def copy(self) -> None:
        self._copy.unlink(missing_ok=True)
        with self._open(self._file) as database, closing(sqlite3.connect(self._copy)) as copy:
            database.backup(copy)

    def put_back(self) -> None:
        for end in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + end).unlink(missing_ok=True)
        shutil.copy(self._copy, self._file)
        with self._open(self._file) as database:
            database.execute(AGAIN.format(secrets.token_hex(8)))

    def close(self) -> None:
        """Nothing serves a file."""

    @contextmanager
    def _open(self, file: Path) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as database:
            yield database

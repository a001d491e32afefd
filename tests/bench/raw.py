"""The peer of what writes rows: the very same rows, written raw into empty tables of the same make.

By `executemany` into SQLite, by COPY into PostgreSQL, in as many transactions. It reads nothing, decides
nothing, and its tables begin empty.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

Rows = Sequence[Any]
NAMES = {True: "raw COPY", False: "raw executemany"}
"""What the peer is, by whether it is PostgreSQL."""


class Raw:
    """What is new in some tables, and how long a plain insert of it takes."""

    def __init__(self, url: str, folder: Path, tables: dict[str, str]) -> None:
        """Begin now; `tables` have a key that only grows. Without a `url` it is SQLite in `folder`."""
        self.name = NAMES[bool(url)]
        self._url, self._file, self._tables = url, folder / "cloud.db", tables
        with self._open() as database:
            asked = {table: f"SELECT coalesce(max({key}), 0) FROM {table}" for table, key in tables.items()}
            self._above = {table: database.execute(text).fetchone()[0] for table, text in asked.items()}

    def seconds(self, transactions: int) -> float:
        """Write what came since the beginning in so many transactions."""
        with self._open() as database:
            rows = {table: self._new(database, table) for table in self._tables}
            assert all(rows.values()), f"nothing new in {[table for table in rows if not rows[table]]}"
            for table in rows:
                self._make(database, table)
            portions = [_portion(rows, number, transactions) for number in range(transactions)]
            began = time.perf_counter()
            for portion in portions:
                database.execute("BEGIN")
                for table, some in portion.items():
                    self._write(database, table, some)
                database.execute("COMMIT")
            took = time.perf_counter() - began
            for table in rows:
                database.execute(f"DROP TABLE peer_{table}")
        return took

    @contextmanager
    def _open(self) -> Iterator[Any]:
        if self._url:
            with psycopg.connect(self._url, autocommit=True) as server:
                yield server
            return
        with closing(sqlite3.connect(self._file, timeout=20, isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = FULL")
            yield file

    def _new(self, database: Any, table: str) -> Rows:  # noqa: ANN401 - of either driver
        key, above = self._tables[table], self._above[table]
        query = f"SELECT * FROM {table} WHERE {key} > {above} ORDER BY {key}"
        if not self._url:
            return list(database.execute(query))
        with database.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
            return b"".join(copy).splitlines(keepends=True)

    def _make(self, database: Any, table: str) -> None:  # noqa: ANN401 - likewise
        if self._url:
            database.execute(f"CREATE TABLE peer_{table} (LIKE {table} INCLUDING ALL)")
            return
        made = "SELECT name, sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('table', 'index')"
        for name, text in database.execute(
            f"{made} AND sql IS NOT NULL ORDER BY type DESC", (table,)
        ).fetchall():
            new = text.replace(f'"{table}"', f'"peer_{table}"', 1)
            database.execute(new if name == table else new.replace(f'"{name}"', f'"peer_{name}"', 1))

    def _write(self, database: Any, table: str, rows: Rows) -> None:  # noqa: ANN401 - likewise
        if rows and self._url:
            with database.cursor() as cursor, cursor.copy(f"COPY peer_{table} FROM STDIN") as copy:
                copy.write(b"".join(rows))
        elif rows:
            places = ", ".join("?" * len(rows[0]))
            database.executemany(f"INSERT INTO peer_{table} VALUES ({places})", rows)


def _portion(rows: dict[str, Rows], number: int, of: int) -> dict[str, Rows]:
    """The part of each table's rows that one of some transactions writes."""
    return {
        table: some[number * len(some) // of : (number + 1) * len(some) // of] for table, some in rows.items()
    }

"""Many rows, or many keys, in one statement: for tables that are read and written past their models."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db.backends.utils import CursorWrapper

Value = str | int | bool | None


class Into(NamedTuple):
    """A table, the columns that are given, and what follows: a clause on conflicts, or nothing."""

    table: str
    columns: tuple[str, ...]
    conflict: str = ""


def insert(cursor: CursorWrapper, into: Into, rows: Sequence[tuple[Value, ...]]) -> None:
    """Insert rows, in the caller's transaction; moments as text in UTC. No rows are no statement.

    Raises IntegrityError as the statement does.
    """
    if not rows:
        return
    columns = ", ".join(into.columns)
    head = f"INSERT INTO {into.table} ({columns})"
    if cursor.db.vendor == "sqlite":
        places = ", ".join(["%s"] * len(into.columns))
        cursor.executemany(f"{head} VALUES ({places}) {into.conflict}", rows)
    else:
        # one parameter: the driver is slower in finding thousands of places than the server with their values
        records = f"json_populate_recordset(null::{into.table}, %s)"
        packed = msgspec.json.encode([dict(zip(into.columns, row, strict=True)) for row in rows])
        cursor.execute(f"{head} SELECT {columns} FROM {records} {into.conflict}", (packed.decode(),))  # noqa: S608 - names of this code


def among(cursor: CursorWrapper, query: str, keys: Collection[str]) -> list[tuple[Any, ...]]:
    """What a query gives whose one `{}` is the condition that the text before it is one of the keys."""
    if not keys:
        return []
    if cursor.db.vendor == "sqlite":
        condition, value = "IN (SELECT value FROM json_each(%s))", msgspec.json.encode(list(keys)).decode()
        cursor.execute(query.format(condition), (value,))
    else:
        cursor.execute(query.format("= ANY(%s)"), (list(keys),))
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found

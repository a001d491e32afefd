"""Many rows in few statements, for tables that are written past their models."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper

TOGETHER = 1000
"""Rows of one statement on PostgreSQL, where each statement is a journey."""

Value = str | int | bool | None


def insert(cursor: CursorWrapper, head: str, rows: Sequence[Sequence[Value]], tail: str = "") -> None:
    """Run `<head> VALUES (...) <tail>` over all rows, in the caller's transaction; none is no statement.

    Raises IntegrityError as the statement does.
    """
    if not rows:
        return
    places = among(len(rows[0]))
    if cursor.db.vendor == "sqlite":
        cursor.executemany(f"{head} VALUES {places} {tail}", rows)
        return
    for first in range(0, len(rows), TOGETHER):
        some = rows[first : first + TOGETHER]
        values = [value for row in some for value in row]
        cursor.execute(f"{head} VALUES {', '.join([places] * len(some))} {tail}", values)


def among(number: int) -> str:
    """The placeholders of a row or of an IN: `(%s, %s)`."""
    return f"({', '.join(['%s'] * number)})"

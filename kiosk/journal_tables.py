"""The tables of a journal's file, made or brought up to date."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

VERSION = 3
"""Of the tables; kept in the file as `user_version`."""
PAD = 4096
"""Bytes before a personal part, as long as a page: so its own bytes always lie on overflow pages, which are
never moved and so leave no copy behind when they are wiped."""

_STREAM = """
CREATE TABLE stream (
    id INTEGER PRIMARY KEY, epoch TEXT NOT NULL UNIQUE, closed INTEGER NOT NULL DEFAULT 0,
    below INTEGER NOT NULL DEFAULT 0, chain_below TEXT NOT NULL DEFAULT '0000000000000000'
) STRICT
"""
_ROW = """
CREATE TABLE row (
    stream INTEGER NOT NULL, sequence INTEGER NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL,
    chain TEXT NOT NULL, boot TEXT NOT NULL, monotonic_ns INTEGER NOT NULL, wall REAL NOT NULL,
    synced INTEGER NOT NULL, PRIMARY KEY (stream, sequence)
) STRICT, WITHOUT ROWID
"""
_PERSON = """
CREATE TABLE person (
    stream INTEGER NOT NULL, sequence INTEGER NOT NULL, pad BLOB NOT NULL, fields TEXT NOT NULL
) STRICT
"""
_USED = "CREATE TABLE used (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID"
"""Allowances that an event of this file has used up, or will never use: for ever."""
_WALLET = (
    "CREATE TABLE wallet (id TEXT NOT NULL) STRICT",
    "INSERT INTO wallet VALUES (lower(hex(randomblob(8))))",
)
"""As what the cloud knows this memory: nothing is lent to one disk that another has spent."""
_TABLES = (
    _STREAM,
    _ROW,
    _PERSON,
    _USED,
    *_WALLET,
    "CREATE TABLE opened (incarnation TEXT NOT NULL) STRICT",
    "INSERT INTO opened VALUES ('')",
)
_FIRST_RELEASE = (
    "ALTER TABLE stream RENAME TO old_stream",
    "ALTER TABLE row RENAME TO old_row",
    *_TABLES,
    "INSERT INTO stream (epoch) SELECT epoch FROM old_stream",
    "INSERT INTO row SELECT 1, sequence, type, data, chain, boot, monotonic_ns, wall, synced FROM old_row",
    "DROP TABLE old_stream",
    "DROP TABLE old_row",
)


def prepare(db: sqlite3.Connection) -> str:
    """Make the tables, or renew those of an earlier release; gives the name of this opening of the file."""
    incarnation = secrets.token_hex(8)
    with transaction(db):
        if (version := db.execute("PRAGMA user_version").fetchone()[0]) < VERSION:
            for statement in _missing(db, version):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        if db.execute("SELECT 1 FROM stream").fetchone() is None:
            db.execute("INSERT INTO stream (epoch) VALUES (?)", (secrets.token_hex(8),))
        db.execute("UPDATE opened SET incarnation = ?", (incarnation,))
    return incarnation


def is_ready(db: sqlite3.Connection) -> bool:
    """Whether the tables are those of this release."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] == VERSION)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _missing(db: sqlite3.Connection, version: int) -> tuple[str, ...]:
    """What makes the tables of this release of those that are there."""
    if version == VERSION - 1:
        return (_USED, *_WALLET)
    return _FIRST_RELEASE if _exists(db) else _TABLES


def _exists(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'row'").fetchone() is not None

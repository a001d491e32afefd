"""What must be so before a process of the cloud starts: a secret, a durable database, and its tables."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from cloud.fleet.presence import InUse, hold

FULL = 2
"""What SQLite answers for `synchronous=FULL`: a commit is on the disk before it is acknowledged."""
LEAST_PATIENCE = 1000
"""Milliseconds that one process must at least wait for another's transaction."""


class NotReady(CommandError):
    """The process cannot start; the text says what to do."""


def assert_ready() -> None:
    """Raise NotReady unless this process may write to the cloud's database."""
    _assert_secret()
    _assert_not_restored()
    try:
        _assert_durable()
        _assert_tables()
    except DatabaseError as error:
        raise NotReady(f"the database {settings.DATABASES['default']['NAME']} fails: {error}") from error


def _assert_not_restored() -> None:
    try:
        hold(settings.DATA)
    except InUse:
        raise NotReady("a backup is being restored: start again when that is done") from None


def _assert_secret() -> None:
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:
        secret = ""
    if not secret:
        raise NotReady(
            "BASHGAH_SECRET_KEY is empty: set it to a long random text, the same for all processes of the"
            " cloud, for example the output of `openssl rand -hex 32`"
        )


def _assert_durable() -> None:
    if connection.vendor == "postgresql":
        _assert_durable_postgresql()
    else:
        _assert_durable_sqlite()


def _assert_durable_postgresql() -> None:
    wanted = ("fsync", "full_page_writes", "synchronous_commit")
    wrong = [name for name in wanted if _asked(f"SHOW {name}") == "off"]
    if wrong:
        raise NotReady(
            f"PostgreSQL's {', '.join(wrong)} cannot be trusted with what a kiosk was told is stored: turn on"
            " in postgresql.conf, or for this user or database, what is off"
        )


def _assert_durable_sqlite() -> None:
    wanted = {"journal_mode": _pragma("journal_mode") == "wal", "synchronous": _pragma("synchronous") == FULL}
    wanted["busy_timeout"] = int(str(_pragma("busy_timeout"))) >= LEAST_PATIENCE
    wrong = sorted(name for name, right in wanted.items() if not right)
    if wrong:
        raise NotReady(
            f"SQLite's {', '.join(wrong)} cannot be trusted with what a kiosk was told is stored: leave"
            " DATABASES in cloud/settings.py at WAL, synchronous=FULL and a timeout, on a local disk"
        )


def _assert_tables() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("the database has not its tables yet: run `python -m cloud migrate`")


def _pragma(name: str) -> object:
    return _asked(f"PRAGMA {name}")


def _asked(question: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]

"""On which databases something is measured: SQLite always, PostgreSQL where the machine has one."""

from collections.abc import Callable

from tests.cloud import postgres


def databases(say: Callable[[str], None]) -> dict[str, str]:
    """Their URLs, each new and empty, by name; SQLite's is empty."""
    if postgres.binaries() is None:
        say("no PostgreSQL on this machine: measured on SQLite alone")
        return {"SQLite": ""}
    return {"SQLite": "", "PostgreSQL": postgres.cluster().make()}

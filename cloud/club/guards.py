"""What the database itself refuses: to change or drop what the ledger and the audit say, whoever asks it."""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models.signals import post_migrate

KEPT = {
    "club_entry": "",
    "club_allocation": "",
    "club_lot": "remaining",
    "club_debt": "remaining",
    "club_hold": "state, ended_at, recalled_at",
    "club_coupon": "used_at, used_store_id, used_number, invoice",
    "club_ruleset": "",
    "club_purchase": "",
    "club_return": "state",
    "desk_auditline": "",
}
"""Tables of which no row is dropped, and the columns that may change."""

_SAYS = "this is append-only: post a new entry, or publish a new version, instead"
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION club_refuse() RETURNS trigger LANGUAGE plpgsql"
    f" AS $$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$"
)


def guard(**_: Any) -> None:  # noqa: ANN401 - a signal's own words
    """Set the triggers up, wherever they are not there: a migration may have made a table anew."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table, columns in _there():
            for name, when in _triggers(table, columns):
                cursor.execute(_make(table, name, when))


def unguard() -> None:
    """Take the triggers away, for whoever must empty the tables."""
    with connection.cursor() as cursor:
        for table, columns in _there():
            for name, _ in _triggers(table, columns):
                on = "" if connection.vendor == "sqlite" else f" ON {table}"
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def watch() -> None:
    """Guard after each migration; called once, when the app is ready."""
    post_migrate.connect(guard, sender=apps.get_app_config("club"), dispatch_uid="club-guards")


def _there() -> list[tuple[str, str]]:
    names = connection.introspection.table_names()
    return [(table, columns) for table, columns in KEPT.items() if table in names]


def _triggers(table: str, columns: str) -> tuple[tuple[str, str], ...]:
    frozen = [name for name in _columns(table) if name not in columns.split(", ")]
    return (f"{table}_stays", "DELETE"), (f"{table}_is_kept", f"UPDATE OF {', '.join(frozen)}")


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _make(table: str, name: str, when: str) -> str:
    if connection.vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"
        return f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {when} ON {table} {refuse}"
    each = "FOR EACH ROW EXECUTE FUNCTION club_refuse()"
    return f"CREATE OR REPLACE TRIGGER {name} BEFORE {when} ON {table} {each}"

"""PostgreSQL: a role for the cloud's processes, which can add to the ledger, and not rewrite it.

The triggers of `cloud.club.guards` refuse that to everybody but the tables' owner, who can take them away; so
the processes should not be the owner.
"""

from collections.abc import Iterator

from django.db import connection, transaction
from psycopg.sql import SQL, Composed, Identifier

from cloud.club.guards import KEPT
from cloud.collector.writer import TABLE
from cloud.fleet.scrubbing import PERSONAL

_MIGHTY = (
    "SELECT r.rolsuper OR r.rolcreaterole OR pg_has_role(r.oid, c.relowner, 'MEMBER')"
    " FROM pg_roles r, pg_class c WHERE r.rolname = %s AND c.oid = 'club_entry'::regclass"
)
_MONTHS = (
    "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
    " WHERE i.inhparent = %s::regclass"
)


class RoleRefused(Exception):
    """A role that cannot be the processes': the text says what to do."""


def confine(role: str) -> None:
    """Give a role all that the cloud's processes need, and of the ledger no more than to add to it.

    To be said by the tables' owner, and again after each migration. Raises RoleRefused.
    """
    if connection.vendor != "postgresql":
        raise RoleRefused("SQLite has no roles: who may write cloud.db may write all of it")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MIGHTY, (role,))
        found = cursor.fetchone()
        if found is None:
            raise RoleRefused(f"there is no role {role}: CREATE ROLE {role} LOGIN PASSWORD '...'")
        if found[0]:
            raise RoleRefused(f"{role} owns the ledger or can make itself its owner: take another role")
        cursor.execute(_MONTHS, (TABLE,))
        own = [TABLE, *(month for (month,) in cursor.fetchall()), *PERSONAL]
        for statement in _statements(role, own):
            cursor.execute(statement)


def _statements(role: str, own: list[str]) -> Iterator[Composed]:
    name = Identifier(role)
    yield SQL("GRANT USAGE, CREATE ON SCHEMA public TO {}").format(name)
    yield SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(name)
    yield SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(name)
    for table, columns in {**KEPT, "django_migrations": ""}.items():
        yield SQL("REVOKE ALL ON {} FROM PUBLIC, {}").format(Identifier(table), name)
        yield SQL("GRANT SELECT, INSERT ON {} TO {}").format(Identifier(table), name)
        if columns:
            may = SQL(", ").join(map(Identifier, columns.split(", ")))
            yield SQL("GRANT UPDATE ({}) ON {} TO {}").format(may, Identifier(table), name)
    # only an owner can attach a month to its table, drop one, or vacuum
    for table in own:
        yield SQL("ALTER TABLE {} OWNER TO {}").format(Identifier(table), name)

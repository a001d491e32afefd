"""A till's own documents: each counts once, however often and under whichever name it is sent."""

import hashlib

from django.db import connection
from django.db.models import Model

from cloud.club.errors import ClubError


class Otherwise(ClubError):
    """A document was sent before and said something else."""


def sale_name(store: str, invoice: str) -> str:
    """What names an invoice for ever. No event of a kiosk is called so."""
    return f"sale:{store}/{invoice}"


def alone_with(name: str) -> None:
    """Wait until nobody else has to do with a document, in the caller's transaction.

    A sale and its return that come at once would otherwise not see each other.
    """
    if connection.vendor == "postgresql":  # on SQLite the one who writes is alone anyhow
        digest = hashlib.sha256(name.encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (number,))


def assert_same(found: Model, asked: Model, *fields: str) -> None:
    """Raise Otherwise where a document that is there says something else than what was sent."""
    if any(getattr(found, field) != getattr(asked, field) for field in fields):
        raise Otherwise("this document was sent before and said something else")

"""Moments as Django's own columns hold them, for statements that go past its models."""

from datetime import UTC, datetime


def stored(moment: datetime) -> str:
    """The moment in UTC, without its zone: so SQLite stores it, and so PostgreSQL reads it in UTC."""
    return str(moment.astimezone(UTC))[: -len("+00:00")]

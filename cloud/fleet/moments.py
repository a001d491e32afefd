"""Moments as Django's own columns hold them, for statements that go past its models."""

from datetime import UTC, datetime

import msgspec


def stored(moment: datetime) -> str:
    """The moment in UTC, without its zone: so SQLite stores it, and so PostgreSQL reads it in UTC."""
    # five times as fast as str(): it is asked for each event
    text: str = msgspec.to_builtins(moment.astimezone(UTC))
    return text.removesuffix("Z").replace("T", " ")

"""When a session is over: after a working day, after a rest of whoever can do much, and from elsewhere."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any, Final

AGE: Final = timedelta(hours=12)
"""A session lasts no longer, whatever is done in it."""
IDLE: Final = timedelta(minutes=30)
"""A session of a guarded role ends after so long without a page."""
FINE: Final = timedelta(minutes=1)
"""How exactly the last page is remembered: not each is worth a write."""
BEGAN, SEEN, ERA = "began", "seen", "era"

Session = MutableMapping[str, Any]


def begin(session: Session, era: int, now: datetime) -> None:
    """Write down when a session began, and in which era of its user."""
    session[BEGAN] = session[SEEN] = now.timestamp()
    session[ERA] = era


def over(session: Session, era: int, now: datetime, *, guarded: bool) -> bool:
    """Whether it has ended: it is too old, nobody was there, or its user signed out everywhere else."""
    began, seen = float(session.get(BEGAN, 0)), float(session.get(SEEN, 0))
    aged = now.timestamp() - began >= AGE.total_seconds()
    rested = guarded and now.timestamp() - seen >= IDLE.total_seconds()
    return aged or rested or bool(session.get(ERA, 0) != era)


def touch(session: Session, now: datetime) -> None:
    """Remember that a page was asked for."""
    if now.timestamp() - session.get(SEEN, 0.0) >= FINE.total_seconds():
        session[SEEN] = now.timestamp()

"""The times of journal rows, as well as they can be known by now: pure.

A row whose clock was not set yet is corrected by the monotonic clock of its boot, once that boot has seen the
time. In a boot that never saw it, a row lies between the sure times around it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.streams import Row

EARLIEST, LATEST = 0.0, 32_503_680_000.0 - 1
"""What an envelope can carry, in seconds since 1970: to the end of the year 2999."""


@dataclass(frozen=True, slots=True)
class Sure:
    """A moment of a boot when the wall could be trusted: seconds since 1970, and monotonic nanoseconds."""

    wall: float
    monotonic_ns: int

    def wall_at(self, monotonic_ns: int) -> float:
        """The wall time of another moment of the same boot."""
        return self.wall + (monotonic_ns - self.monotonic_ns) / 1e9


def sure_time(row: Row, boots: Mapping[str, Sure]) -> float | None:
    """When a row was written, in seconds since 1970; None if its boot never saw the time."""
    if row.clock == "synced":
        return row.wall
    sure = boots.get(row.boot)
    return None if sure is None else sure.wall_at(row.monotonic_ns)


def dated(
    rows: Sequence[Row], boots: Mapping[str, Sure], before: float | None, after: float | None
) -> list[Row]:
    """Rows that follow each other, with the best times; `before` and `after` are the sure times around them.

    Without a sure time after it, a row cannot be bounded and stays "unsynced".
    """
    latest = _latest(rows, boots, after)
    found: list[Row] = []
    for row, limit in zip(rows, latest, strict=True):
        sure = sure_time(row, boots)
        before = before if sure is None else sure
        found.append(_dated(row, sure, before, limit))
    return found


def _latest(rows: Sequence[Row], boots: Mapping[str, Sure], after: float | None) -> list[float | None]:
    """For each row the first sure time at or after it."""
    limits: list[float | None] = []
    for row in reversed(rows):
        sure = sure_time(row, boots)
        after = after if sure is None else sure
        limits.append(after)
    return limits[::-1]


def _dated(row: Row, sure: float | None, before: float | None, after: float | None) -> Row:
    if row.clock == "synced":
        return row.dated(_sendable(row.wall), "synced")
    if sure is not None:
        return row.dated(_sendable(sure), "corrected")
    if after is None:
        return row.dated(_sendable(row.wall), "unsynced")
    return row.dated(_sendable(min(max(row.wall, before or EARLIEST), after)), "bounded")


def _sendable(wall: float) -> float:
    return min(max(wall, EARLIEST), LATEST)

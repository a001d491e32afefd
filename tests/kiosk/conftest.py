"""What the kiosk's tests share: a member, a survey, and a clock that is told the time."""

from datetime import UTC, date, datetime

import pytest

from kiosk.catalogue import CES, DEFAULT, Survey
from kiosk.clock import Clock, Stamp
from kiosk.visit import Rules, Tapped
from mqtt.down import MemberRow, Movement
from mqtt.vocabulary import CardKey, MemberId, VisitId

NOON = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


class ToldClock(Clock):
    """A clock whose time only moves when it is told to."""

    def __init__(self, wall: float = NOON.timestamp()) -> None:
        self.wall, self.monotonic = wall, 1000.0
        self.synced = True

    def stamp(self) -> Stamp:
        return Stamp(self.wall, round(self.monotonic * 1e9), "boot", synced=self.synced)

    def forward(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds


def member(number: int = 1, *, available: int = 120, blocked: bool = False, cards: int = 1) -> MemberRow:
    keys = tuple(CardKey(f"1:{number:030x}{card:02x}") for card in range(cards))
    return MemberRow(
        MemberId(f"m-{number:04d}"),
        keys,
        "نگار",
        "fa",
        available,
        NOON,
        (Movement(date(2026, 11, 20), 10, "visit"),),
        blocked,
    )


def tap(row: MemberRow | None, visit: int = 1, survey: Survey | None = CES) -> Tapped:
    cards = row.cards[:1] if row else (CardKey("1:" + "f" * 32),)
    return Tapped(VisitId(f"{visit:016x}"), "em4100", cards, row, survey)


@pytest.fixture
def rules() -> Rules:
    return Rules(DEFAULT.timings, "fa")


@pytest.fixture
def clock() -> ToldClock:
    return ToldClock()

"""What the database refuses, whoever asks."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from cloud.club import holds, postings
from cloud.club.account import Cause, Terms
from cloud.club.models import Entry
from mqtt.vocabulary import KioskId, Points
from tests.cloud.kiosks import MEMBER

NOW = datetime(2026, 3, 21, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("club")


def book() -> Entry:
    postings.goodwill(MEMBER, Points(20), Cause("a", NOW, NOW), Terms(NOW))
    holds.hold(MEMBER, Points(5), holds.ALLOWANCE, KioskId("vanak-1"), Cause("h", NOW, NOW))
    return postings.redeem(MEMBER, Points(10), Cause("b", NOW, NOW))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE club_entry SET points = 1000",
        "UPDATE club_entry SET source_key = 'c' WHERE points > 0",
        "UPDATE club_entry SET reason = 'gift'",
        "DELETE FROM club_entry",
        "UPDATE club_allocation SET points = 1",
        "DELETE FROM club_allocation",
        "UPDATE club_lot SET expires_at = NULL",
        "DELETE FROM club_lot",
        "UPDATE club_hold SET points = 1",
        "DELETE FROM club_hold",
    ],
)
def test_what_was_booked_is_neither_changed_nor_dropped(statement: str) -> None:
    book()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        run(statement)


def test_no_lot_goes_below_nothing() -> None:
    book()
    with pytest.raises(DatabaseError, match="club_lot_left"), transaction.atomic():
        run("UPDATE club_lot SET remaining = remaining - 11")


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)

"""The nightly job: what has lapsed is booked once, and a ledger that is not right raises an alarm."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from cloud.club import guards, holds, postings
from cloud.club.account import Cause, Terms
from cloud.club.accounts import standings
from cloud.club.invariants import INVARIANTS
from cloud.club.models import Entry
from mqtt.vocabulary import KioskId, MemberId, Points
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import MEMBER

pytestmark = pytest.mark.usefixtures("club")
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def give(name: str, points: int, *, until: int, to: MemberId = MEMBER) -> None:
    postings.goodwill(
        to,
        Points(points),
        Cause(name, NOW - 9 * DAY, NOW),
        Terms(NOW - 9 * DAY, NOW + until * DAY),
    )


def lapsed() -> list[int]:
    return list(Entry.objects.filter(kind="expire").order_by("id").values_list("points", flat=True))


def test_what_has_lapsed_is_booked_once() -> None:
    give("past", 10, until=-1)
    give("later", 5, until=9)
    call_command("nightly")
    call_command("nightly")
    assert lapsed() == [-10]


def test_many_members_lapse_in_one_go_and_each_keeps_their_own() -> None:
    other = MemberId("m-other22222")
    make_member(other)
    for member in (MEMBER, other):
        give(f"past/{member}", 10, until=-1, to=member)
        give(f"later/{member}", 5, until=9, to=member)
    call_command("nightly")
    assert [standings([member], NOW)[member].available for member in (MEMBER, other)] == [5, 5]
    assert lapsed() == [-10, -10]


def test_what_is_on_hold_lapses_when_its_hold_has_ended() -> None:
    give("past", 10, until=-1)
    cause = Cause("hold", NOW - 2 * DAY, NOW)
    held = holds.hold(MEMBER, Points(4), holds.ALLOWANCE, KioskId("vanak-1"), cause)
    call_command("nightly")
    assert lapsed() == [-6]
    holds.release(held.id, NOW)
    call_command("nightly")
    assert lapsed() == [-6, -4]


BREAKS = {
    "a credit has a lot": "DELETE FROM club_lot WHERE remaining = 5",
    "a lot has what its credit gave less what was taken": "UPDATE club_lot SET remaining = remaining + 1",
    "a debit is allocated or owed": "UPDATE club_allocation SET points = 1",
    "a debit takes from lots of its own member": "UPDATE club_lot SET member_id = 'm-9999999999'",
    "nobody owes and has points": "UPDATE club_debt SET remaining = 1",
    "no entry is undone by more than it is": "UPDATE club_entry SET points = -99 WHERE kind = 'clawback'",
}


@pytest.mark.parametrize("invariant", INVARIANTS)
def test_every_invariant_that_is_broken_is_told(invariant: str, caplog: pytest.LogCaptureFixture) -> None:
    postings.correct(MEMBER, Points(2), Cause("debt", NOW - DAY, NOW))
    give("past", 10, until=3)
    give("later", 5, until=9)
    postings.redeem(MEMBER, Points(4), Cause("spent", NOW, NOW))
    earned = Entry.objects.get(source_key="past")
    postings.claw_back(earned, Points(1), Cause("back", NOW, NOW))
    call_command("nightly")
    guards.unguard()
    with connection.cursor() as cursor, connection.constraint_checks_disabled():
        cursor.execute(BREAKS[invariant])
    with pytest.raises(CommandError, match="do not hold"):
        call_command("nightly")
    assert any(invariant in record.getMessage() for record in caplog.records)
    undo()


def undo() -> None:
    """What was broken goes with the test's transaction, but the database looks at it before."""
    connection.needs_rollback = True

"""What a member's row says of points, and when kiosks are told that it changed."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from cloud.club import holds, postings
from cloud.club.account import Cause, Terms
from cloud.club.models import Entry
from cloud.collector.models import Outbox
from cloud.collector.pages import find
from cloud.collector.poster import Poster
from mqtt.down import Expiring, MemberRow
from mqtt.vocabulary import GroupId, KioskId, Points
from tests.cloud.kiosks import CARD, MEMBER, Kiosk, tap

pytestmark = pytest.mark.usefixtures("club")
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def cause(name: str) -> Cause:
    return Cause(name, NOW, NOW)


def row() -> MemberRow:
    found = find(GroupId("tehran"), [CARD])
    assert found
    return found


def test_a_row_tells_what_can_be_spent_now_later_and_what_is_set_aside() -> None:
    postings.goodwill(MEMBER, Points(50), cause("now"), Terms(NOW - DAY))
    postings.goodwill(MEMBER, Points(7), cause("later"), Terms(NOW + DAY))
    holds.hold(MEMBER, Points(20), holds.ALLOWANCE, KioskId("vanak-1"), cause("hold"))
    assert (row().available, row().pending, row().held) == (30, 7, 20)


def test_a_row_tells_what_lapses_soon_and_nothing_of_what_lapses_in_a_year() -> None:
    postings.goodwill(MEMBER, Points(5), cause("year"), Terms(NOW - DAY, NOW + 365 * DAY))
    assert row().expiring is None
    end = datetime(NOW.year, NOW.month, NOW.day, 12, tzinfo=UTC) + 9 * DAY
    postings.goodwill(MEMBER, Points(4), cause("soon"), Terms(NOW - DAY, end))
    assert row().expiring == Expiring(4, date(end.year, end.month, end.day))


def test_what_is_past_its_day_is_not_told_even_before_it_is_booked() -> None:
    postings.goodwill(MEMBER, Points(5), cause("past"), Terms(NOW - 9 * DAY, NOW - DAY))
    assert (row().available, row().expiring) == (0, None)


def test_a_debt_is_below_nothing() -> None:
    postings.correct(MEMBER, Points(5), cause("off"))
    assert row().available == -5


def test_kiosks_are_told_of_a_posting_and_again_when_its_points_can_be_spent() -> None:
    postings.goodwill(MEMBER, Points(7), cause("later"), Terms(NOW + DAY))
    assert list(Outbox.objects.values_list("member_id", "due").order_by("id")) == [
        (MEMBER, None),
        (MEMBER, NOW + DAY),
    ]


def test_a_visit_pays_what_is_owed(store: Callable[..., object]) -> None:
    postings.correct(MEMBER, Points(4), cause("off"))
    store(Kiosk().record(tap(1)).send())
    Poster().turn()
    assert (row().available, Entry.objects.count()) == (6, 2)

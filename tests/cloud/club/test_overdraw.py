"""Many who want the same last points at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from cloud.club import holds, postings
from cloud.club.account import Cause, Terms
from cloud.club.invariants import broken
from cloud.club.models import Entry, Hold
from cloud.club.postings import NotEnough
from mqtt.vocabulary import KioskId, Points
from tests.cloud.kiosks import MEMBER

REDEEMERS = 64
NOW = datetime(2026, 3, 21, tzinfo=UTC)
together = Barrier(REDEEMERS)


def spend(number: int) -> str:
    """Redeem 3 points, or have them held, as one of many."""
    cause = Cause(f"spend/{number}", NOW, NOW)
    together.wait()
    try:
        if number % 2:
            postings.redeem(MEMBER, Points(3), cause)
        else:
            holds.hold(MEMBER, Points(3), holds.REDEMPTION, KioskId("vanak-1"), cause)
    except NotEnough:
        return "refused"
    finally:
        connection.close()
    return "spent"


@pytest.mark.usefixtures("transactional_db", "club")
def test_sixty_four_at_once_spend_no_more_than_there_is() -> None:
    postings.goodwill(MEMBER, Points(31), Cause("earn", NOW, NOW), Terms(NOW))
    with ThreadPoolExecutor(REDEEMERS) as pool:
        came = Counter(pool.map(spend, range(REDEEMERS)))
    spent = -sum(entry.points for entry in Entry.objects.filter(kind="redeem"))
    assert came == {"spent": 10, "refused": 54}
    assert spent + sum(held.points for held in Hold.objects.all()) == 30
    assert list(broken()) == []

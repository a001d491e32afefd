"""The migration that counts by day the answers of a database that has some."""

import pytest
from django.core.management import call_command
from django.db import transaction

from cloud.collector import storage
from cloud.voice.models import Answer, DayCount, Loyalty
from mqtt.events import Event
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.conftest import GENERATION, make_club
from tests.cloud.kiosks import NOON, Kiosk, answer, days, flag, shown, undo
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_counts import BUY, RECOMMEND, TRY, mashed, said
from tests.cloud.test_poster import post_all

MIXED: tuple[Event, ...] = (
    *(shown(1), answer(1, 5), undo(1), answer(1, 6, 2), answer(2, 3), flag(2), answer(3, 3)),
    *(said(RECOMMEND, 1), said(BUY, 2, 2), said(TRY, 3, 3), said(BUY, 6, 4), mashed(BUY, 4)),
    *(said(RECOMMEND, 1, visit=2), said(BUY, 2, 2, visit=2)),
)


def collect() -> None:
    """Post answers of two kiosks and three days."""
    here = Kiosk().record(*MIXED).record(answer(4, 7), at=days(1)).record(answer(5, 7), clock="unsynced")
    there = Kiosk(KioskId("zand-1"), StoreId("zand")).record(answer(6, 1), answer(7, 1), at=days(2))
    storage.store([here.send(), there.send()], NOON, GENERATION)
    post_all()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_has_answers_gets_the_counts_that_the_poster_would_have_made() -> None:
    make_club()
    with transaction.atomic():
        collect()
    before = contents(*POSTED)
    call_command("migrate", "voice", "0004", verbosity=0)
    try:
        assert (DayCount.objects.count(), Loyalty.objects.count()) == (0, 0)
        Answer.objects.update(kiosk="", segment="")
    finally:
        call_command("migrate", verbosity=0)
    assert contents(*POSTED) == before


@pytest.mark.django_db(transaction=True)
def test_an_empty_database_gets_none() -> None:
    call_command("migrate", "voice", "0003", verbosity=0)
    call_command("migrate", verbosity=0)
    assert not DayCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_answer_of_a_member_who_is_not_known_has_no_segment() -> None:
    make_club()
    with transaction.atomic():
        collect()
    Answer.objects.filter(value=7).update(member="m-zzzzzzzzzz")
    call_command("migrate", "voice", "0004", verbosity=0)
    call_command("migrate", verbosity=0)
    found = set(Answer.objects.values_list("value", "segment").filter(value__gt=5, question="ces"))
    assert found == {(7, ""), (6, "consumer")}

"""Retention: the events of past months go, and what they brought about can still be added up."""

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection, transaction
from django.db.backends.utils import CursorWrapper
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.collector import months, retention, storage
from cloud.collector.audit import Audit
from cloud.collector.models import Closing, Parked, StoredEvent, Stream
from cloud.collector.retention import kept, retire
from cloud.collector.writer import TABLE
from mqtt.vocabulary import KioskId, StoreId
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import MEMBER, Kiosk, Sent, answer, days, tap, undo
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_parked import again, mend, unreadable
from tests.cloud.test_poster import post_all

Store = Callable[..., list[storage.Reply]]
APRIL = datetime(2026, 4, 1, tzinfo=UTC)
"""The events of these tests arrive at noon on 21 March 2026."""
SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one table of events")


def closed(kind: str) -> dict[tuple[object, ...], tuple[int, int]]:
    rows = Closing.objects.filter(kind=kind).values_list("key", "count", "points")
    return {tuple(json.loads(key)): (count, points) for key, count, points in rows}


def collected(store: Store, kiosk: Kiosk) -> None:
    store(kiosk.send())
    post_all()


def test_events_of_past_months_are_dropped_and_what_came_of_them_stays(store: Store) -> None:
    collected(store, Kiosk().record(tap(1), answer(1, 5)))
    before = contents(*POSTED)
    assert retire(APRIL) == 2
    assert (StoredEvent.objects.count(), contents(*POSTED)) == (0, before)


def test_events_of_the_month_itself_stay(store: Store) -> None:
    collected(store, Kiosk().record(tap(1)))
    assert retire(datetime(2026, 3, 1, tzinfo=UTC)) == 0
    assert StoredEvent.objects.count() == 1


def test_the_month_is_that_of_arrival(store: Store) -> None:
    collected(store, Kiosk().record(tap(1), at=days(-400)))
    assert retire(datetime(2026, 3, 1, tzinfo=UTC)) == 0


def test_closing_figures_say_what_the_dropped_events_brought_about(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), tap(2), answer(1, 5), answer(2, 5), answer(3, 2), undo(3))
    collected(store, kiosk)
    retire(APRIL)
    entry = (MEMBER, f"visit/{MEMBER}/2026-03-21", f"vanak-1/{'e' * 16}-1/visit/earn")
    assert closed("tap") == {("vanak", "2026-03-21T12"): (2, 0)}
    assert closed("answer") == {("vanak", "ces", 1, "2026-03-21T12", 5): (2, 0)}
    assert closed("entry") == {entry: (1, 10)}
    assert set(Closing.objects.values_list("month", flat=True)) == {"2026-03"}


def test_what_is_not_posted_stays(store: Store) -> None:
    store(Kiosk().record(tap(1)).send())
    assert (retire(APRIL), kept(APRIL)) == (0, 1)


def test_a_parked_event_stays_and_can_be_booked_later(store: Store) -> None:
    collected(store, Kiosk().record(answer(1, 5), answer(1, 3)))
    assert (retire(APRIL), kept(APRIL), Parked.objects.count()) == (1, 1, 1)


def test_a_row_parked_in_a_retired_month_can_still_be_read(store: Store) -> None:
    kiosk = Kiosk().record(tap(1))
    store(unreadable(kiosk, 1))
    post_all()
    retire(APRIL)
    mend(kiosk)
    assert again() == {"posted": 1}
    assert retire(APRIL) == 1
    assert closed("tap") == {("vanak", "2026-03-21T12"): (1, 0)}


def test_messages_without_a_place_go_with_their_month(store: Store) -> None:
    store(Sent(Kiosk().topic, b"?"))
    retire(APRIL)
    assert not Parked.objects.exists()


def test_a_retired_stream_goes_on_and_answers_for_its_mark(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), answer(1, 5))
    collected(store, kiosk)
    retire(APRIL)
    [(_, ack)] = store(kiosk.hello(probe=[2, 1]))
    assert (ack.upto, ack.chain, ack.matched) == (2, kiosk.chain, 2)
    assert [reply.refused for _, reply in store(kiosk.send(), kiosk.idle(1).send(3))] == [None]
    assert (Stream.objects.get().upto, StoredEvent.objects.get().sequence) == (3, 3)


def test_a_second_run_closes_nothing_twice(store: Store) -> None:
    collected(store, Kiosk().record(tap(1)))
    retire(APRIL)
    assert retire(APRIL) == 0
    assert closed("tap") == {("vanak", "2026-03-21T12"): (1, 0)}


def test_the_audit_still_adds_up(store: Store) -> None:
    collected(store, Kiosk().record(tap(1), answer(1, 5), answer(2, 4), undo(2)))
    retire(APRIL)
    other = Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(tap(5), tap(6), at=days(0))
    storage.store([other.send()], days(40), GENERATION)
    post_all()
    audit = Audit()
    assert (audit.doubled(), audit.points_off()) == (0, 0)


HAPPENED = st.lists(st.sampled_from(["tap", "answer", "undo"]), min_size=1, max_size=12)


@SHARED
@given(happened=HAPPENED, batch=st.integers(1, 5))
def test_in_whatever_steps_events_go_the_closing_figures_are_the_same(
    store: Store, happened: list[str], batch: int
) -> None:
    kiosk = Kiosk()
    for number, what in enumerate(happened):
        kiosk.record({"tap": tap(number), "answer": answer(number, 4), "undo": undo(number - 1)}[what])
    figures = []
    for size in (100, batch):
        with transaction.atomic():
            collected(store, kiosk)
            while retention.retire_some(APRIL, size):
                pass
            figures.append(contents(Closing))
            transaction.set_rollback(True)
    assert figures[0] == figures[1]


def tables() -> list[str]:
    return [month.table for month in months.months(APRIL)]


@on_postgresql
def test_a_month_of_which_nothing_has_to_stay_goes_with_its_table(store: Store) -> None:
    collected(store, Kiosk().record(tap(1), answer(1, 5)))
    assert tables() == [f"{TABLE}_2026_03"]
    assert retire(APRIL) == 2
    assert (tables(), StoredEvent.objects.count()) == ([], 0)
    assert closed("tap") == {("vanak", "2026-03-21T12"): (1, 0)}


@on_postgresql
@SHARED
@given(happened=HAPPENED)
def test_a_month_that_goes_as_a_whole_leaves_the_closing_figures_of_one_that_goes_by_events(
    store: Store, happened: list[str]
) -> None:
    kiosk = Kiosk()
    for number, what in enumerate(happened):
        kiosk.record(
            {"tap": tap(number), "answer": answer(number, 4), "undo": undo(max(0, number - 1))}[what]
        )
    figures = []
    for whole in (False, True):
        with transaction.atomic():
            collected(store, kiosk)
            [march] = months.months(APRIL)
            assert retention.retire_month(march) if whole else retention.retire_some(APRIL)
            figures.append(contents(Closing))
            transaction.set_rollback(True)
    assert figures[0] == figures[1]


@on_postgresql
def test_a_month_of_more_events_than_go_at_once_is_closed_whole(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    collected(store, Kiosk().record(*(tap(number) for number in range(5))))
    assert (retire(APRIL), tables()) == (5, [])
    assert closed("tap") == {("vanak", "2026-03-21T12"): (5, 0)}


@on_postgresql
def test_a_month_with_an_event_that_is_not_posted_keeps_its_table_and_that_event(store: Store) -> None:
    collected(store, Kiosk().record(tap(1)))
    store(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(tap(2)).send())
    assert (retire(APRIL), kept(APRIL), tables()) == (1, 1, [f"{TABLE}_2026_03"])
    assert closed("tap") == {("vanak", "2026-03-21T12"): (1, 0)}


@on_postgresql
def test_a_month_with_a_parked_event_keeps_its_table_and_that_event(store: Store) -> None:
    collected(store, Kiosk().record(answer(1, 5), answer(1, 3)))
    assert (retire(APRIL), kept(APRIL), tables()) == (1, 1, [f"{TABLE}_2026_03"])


@on_postgresql
def test_a_month_that_has_just_ended_keeps_its_table_since_a_collector_may_still_store_in_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SETTLED", datetime.now(UTC) - datetime(2026, 3, 31, 23, tzinfo=UTC))
    collected(store, Kiosk().record(tap(1)))
    assert (retire(APRIL), kept(APRIL), tables()) == (1, 0, [f"{TABLE}_2026_03"])


@on_postgresql
def test_a_table_that_cannot_be_dropped_stays_whole_and_unclosed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ProgrammingError

    monkeypatch.setattr(retention, "drop", fails)
    collected(store, Kiosk().record(tap(1)))
    [march] = months.months(APRIL)
    assert retention.retire_month(march) == 0
    assert (StoredEvent.objects.count(), Closing.objects.count()) == (1, 0)


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "busy", [f"SELECT 1 FROM {TABLE}", f"LOCK TABLE {TABLE}_2026_03 IN ROW EXCLUSIVE MODE"]
)
def test_a_month_at_which_somebody_is_too_long_goes_by_events_and_is_closed_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, busy: str
) -> None:
    monkeypatch.setattr(months, "LOCK_WAIT", 0.1)
    with transaction.atomic():
        collected(store, Kiosk().record(tap(1)))
    with closing(psycopg.connect(**connection.get_connection_params())) as other:
        other.execute(busy)
        assert retire(APRIL) == 1
    assert (tables(), StoredEvent.objects.count()) == ([f"{TABLE}_2026_03"], 0)
    assert closed("tap") == {("vanak", "2026-03-21T12"): (1, 0)}
    assert (retire(APRIL), tables()) == (0, [])


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_while_a_month_is_closed_others_read_it_and_nobody_writes_in_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dropped(cursor: CursorWrapper, month: months.Month) -> None:
        with closing(psycopg.connect(**connection.get_connection_params())) as other:
            other.execute("SET lock_timeout = '100ms'")
            assert other.execute(f"SELECT count(*) FROM {month.table}").fetchone() == (1,)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(f"DELETE FROM {month.table}")
        months.drop(cursor, month)

    monkeypatch.setattr(retention, "drop", dropped)
    with transaction.atomic():
        collected(store, Kiosk().record(tap(1)))
    assert (retire(APRIL), tables()) == (1, [])


def test_the_command_says_what_it_dropped_and_what_stays(store: Store) -> None:
    collected(store, Kiosk().record(tap(1)))
    said = StringIO()
    call_command("retire", "--before", "2026-04", stdout=said)
    assert said.getvalue() == "1 events dropped; 0 stay, not posted or parked\n"


@pytest.mark.django_db
@pytest.mark.parametrize("month", ["2026", "2026-13", "2999-01", "x"])
def test_a_month_that_is_none_or_not_begun_is_refused(month: str) -> None:
    with pytest.raises(CommandError):
        call_command("retire", "--before", month)

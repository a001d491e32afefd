"""The poster: each stored event counts and credits once, by the store's calendar."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.club.accounts import balances, movements
from cloud.club.models import Entry
from cloud.collector import poster as poster_module
from cloud.collector import storage
from cloud.collector.models import Outbox, Parked, Stream
from cloud.collector.poster import Poster
from cloud.voice.models import Answer, AnswerCount, TapCount
from mqtt.envelope import Clock
from mqtt.events import Event
from mqtt.vocabulary import CardKey, Epoch, KioskId, MemberId, StoreId
from tests.cloud.conftest import make_member
from tests.cloud.kiosks import CARD, MEMBER, NOON, UNKNOWN, Kiosk, Sent, answer, days, tap, undo
from tests.cloud.tables import POSTED, contents

Store = Callable[..., list[storage.Reply]]
SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def post(store: Store) -> Callable[[Kiosk], None]:
    """Store what a kiosk recorded, and post all of it."""

    def posted(kiosk: Kiosk) -> None:
        for first in range(1, len(kiosk.rows) + 1, 100):
            store(kiosk.send(first, first + 99))
        post_all()

    return posted


def post_all(batch: int = poster_module.BATCH) -> None:
    poster = Poster(batch)
    while poster.turn():
        pass


def counted() -> dict[tuple[str, int], int]:
    """How often each value counts, by bucket."""
    rows = AnswerCount.objects.filter(count__gt=0).values_list("bucket", "value", "count")
    return {(bucket, value): count for bucket, value, count in rows}


Post = Callable[[Kiosk], None]


def test_a_members_tap_counts_in_its_hour_and_earns_ten_points(post: Post) -> None:
    post(Kiosk().record(tap(1)))
    assert TapCount.objects.values_list("store_id", "bucket", "count").get() == ("vanak", "2026-03-21T12", 1)
    entry = Entry.objects.get()
    assert (entry.member_id, entry.points, entry.kind, entry.reason) == (MEMBER, 10, "earn", "visit")
    assert entry.source_key == f"vanak-1/{'e' * 16}-1/visit/earn"
    assert entry.limit_key == f"visit/{MEMBER}/2026-03-21"


def test_a_members_balance_change_goes_to_the_outbox(post: Post) -> None:
    post(Kiosk().record(tap(1)))
    assert list(Outbox.objects.values_list("member_id", flat=True)) == [MEMBER]


def test_a_second_visit_on_the_same_day_counts_but_earns_nothing(post: Post) -> None:
    post(Kiosk().record(tap(1), tap(2)).record(tap(3), at=NOON + timedelta(hours=3)))
    assert balances([MEMBER]) == {MEMBER: 10}
    assert sum(TapCount.objects.values_list("count", flat=True)) == 3


def test_the_limit_holds_across_kiosks_and_stores(post: Post) -> None:
    post(Kiosk().record(tap(1)))
    post(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(tap(2)))
    assert balances([MEMBER]) == {MEMBER: 10}


def test_the_next_day_earns_again_and_days_change_at_the_stores_midnight(post: Post) -> None:
    before, after = datetime(2026, 3, 21, 20, 29, tzinfo=UTC), datetime(2026, 3, 21, 20, 31, tzinfo=UTC)
    post(Kiosk().record(tap(1), at=before).record(tap(2), at=after))
    assert balances([MEMBER]) == {MEMBER: 20}


def test_the_card_decides_whose_visit_it_is_whatever_the_kiosk_believed(post: Post) -> None:
    other = MemberId("m-bbbbbbbbbb")
    make_member(other, CardKey(f"1:{2:032x}"))
    post(Kiosk().record(tap(1, CardKey(f"1:{2:032x}"), member=MEMBER)))
    assert balances([MEMBER, other]) == {other: 10}


def test_a_card_known_by_either_of_two_live_keys_earns_once(post: Post) -> None:
    post(Kiosk().record(tap(1, UNKNOWN, CARD)))
    assert balances([MEMBER]) == {MEMBER: 10}


def test_an_unknown_card_is_counted_as_a_tap_only(post: Post) -> None:
    post(Kiosk().record(tap(1, UNKNOWN, member=None)))
    assert (TapCount.objects.get().count, Entry.objects.count()) == (1, 0)


def test_a_store_of_another_group_gives_no_points(post: Post) -> None:
    post(Kiosk(KioskId("zand-1"), StoreId("zand")).record(tap(1)))
    assert (TapCount.objects.get().count, Entry.objects.count()) == (1, 0)


@pytest.mark.parametrize("clock", ["unsynced", "bounded"])
def test_an_unsure_time_counts_apart_under_the_day_of_arrival_and_takes_no_real_days_place(
    post: Post, clock: Clock
) -> None:
    wrong = datetime(1999, 1, 1, tzinfo=UTC)
    post(Kiosk().record(tap(1), answer(1, 5), at=wrong, clock=clock))
    assert counted() == {("unsure", 5): 1}
    assert TapCount.objects.get().bucket == "unsure"
    assert Entry.objects.get().limit_key == f"visit/{MEMBER}/~2026-03-21"


def test_a_corrected_time_counts_where_it_was_corrected_to(post: Post) -> None:
    post(Kiosk().record(answer(1, 5), at=days(-3), clock="corrected"))
    assert counted() == {("2026-03-18T12", 5): 1}


def test_an_answer_is_kept_and_counted(post: Post) -> None:
    post(Kiosk().record(answer(1, 6)))
    kept = Answer.objects.get()
    assert (kept.value, kept.member, kept.bucket, kept.undone) == (6, MEMBER, "2026-03-21T12", False)
    assert counted() == {("2026-03-21T12", 6): 1}


def test_an_undone_answer_stays_and_counts_no_longer(post: Post) -> None:
    post(Kiosk().record(answer(1, 6), undo(1), answer(1, 3, attempt=2)))
    assert [(a.value, a.undone) for a in Answer.objects.order_by("attempt")] == [(6, True), (3, False)]
    assert counted() == {("2026-03-21T12", 3): 1}


def test_an_answer_is_taken_back_once_however_often_it_is_undone(post: Post) -> None:
    kiosk = Kiosk().record(answer(1, 6), answer(2, 6))
    post(kiosk)
    post(kiosk.record(undo(1), undo(1)))
    post(kiosk.record(undo(1)))
    assert counted() == {("2026-03-21T12", 6): 1}


def test_an_undo_of_nothing_changes_nothing(post: Post) -> None:
    post(Kiosk().record(undo(9), answer(8, 4), undo(8, attempt=2)))
    assert counted() == {("2026-03-21T12", 4): 1}


def test_an_undo_in_another_hour_takes_the_answer_out_of_its_own(post: Post) -> None:
    post(Kiosk().record(answer(1, 6)).record(undo(1), at=NOON + timedelta(hours=1)))
    assert counted() == {}


def test_a_second_answer_of_the_same_name_is_parked(post: Post) -> None:
    post(Kiosk().record(answer(1, 6), answer(1, 2), answer(2, 7)))
    assert counted() == {("2026-03-21T12", 6): 1, ("2026-03-21T12", 7): 1}
    assert Parked.objects.get().sequence == 2


def test_an_event_that_is_not_what_its_type_says_is_parked_and_the_others_are_posted(post: Post) -> None:
    kiosk = Kiosk().record(tap(1))
    kiosk.add("club.card.tapped.v1", b'{"visit":5}')
    post(kiosk.record(answer(1, 5)))
    assert (Parked.objects.get().sequence, TapCount.objects.get().count) == (2, 1)
    assert counted() == {("2026-03-21T12", 5): 1}
    assert Stream.objects.get().posted == 3


def test_an_unknown_type_is_posted_over(post: Post) -> None:
    kiosk = Kiosk()
    kiosk.add("club.future.thing.v9", b"[]")
    post(kiosk.record(tap(1)))
    assert (Stream.objects.get().posted, Parked.objects.count(), TapCount.objects.get().count) == (2, 0, 1)


def test_a_stream_that_ends_with_parked_rows_is_posted_to_its_mark(store: Store) -> None:
    kiosk = Kiosk().record(tap(1)).idle(1)
    rows = msgspec.json.decode(kiosk.send().payload)
    rows[1]["clock"] = "broken"
    store(Sent(kiosk.topic, msgspec.json.encode(rows)))
    assert (Poster().turn(), Poster().turn()) == (1, 0)
    assert Stream.objects.get().posted == 2


def test_history_is_newest_first_and_five_lines_long(post: Post) -> None:
    kiosk = Kiosk()
    for number in range(7):
        kiosk.record(tap(number), at=days(number))
    post(kiosk)
    lines = movements([MEMBER], ZoneInfo("Asia/Tehran"))[MEMBER]
    assert [line.on.isoformat() for line in lines] == [f"2026-03-{day}" for day in (27, 26, 25, 24, 23)]
    assert {(line.points, line.reason) for line in lines} == {(10, "visit")}


def test_many_streams_are_posted_in_one_turn(store: Store) -> None:
    for number in range(5):
        store(Kiosk(epoch=Epoch(f"{number:016x}")).record(tap(number)).send())
    assert Poster().turn() == 5
    assert not Poster().turn()


def test_a_busy_stream_does_not_starve_another(store: Store) -> None:
    store(Kiosk().idle(30).send())
    store(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(tap(1)).send())
    poster = Poster(batch=10)
    poster.turn()
    poster.turn()
    assert TapCount.objects.exists()


def test_the_database_refuses_a_second_entry_of_one_source(post: Post) -> None:
    post(Kiosk().record(tap(1)))
    entry = Entry.objects.get()
    entry.pk, entry.limit_key = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(tap, st.integers(1, 6), st.sampled_from([CARD, UNKNOWN])),
    st.builds(answer, st.integers(1, 4), st.integers(1, 7), st.integers(1, 2)),
    st.builds(undo, st.integers(1, 4), st.integers(1, 2)),
)
MOMENTS = st.builds(days, st.integers(0, 3))
CLOCKS: st.SearchStrategy[Clock] = st.sampled_from(["synced", "unsynced"])


@SHARED
@given(
    happened=st.lists(st.tuples(EVENTS, MOMENTS, CLOCKS), min_size=1, max_size=25),
    stops=st.lists(st.integers(1, 25), max_size=5),
    batch=st.integers(1, 7),
)
def test_however_a_stream_is_cut_into_batches_the_tables_are_the_same(
    store: Store, happened: list[tuple[Any, datetime, Clock]], stops: list[int], batch: int
) -> None:
    kiosk = Kiosk()
    for event, moment, clock in happened:
        kiosk.record(event, at=moment, clock=clock)
    with transaction.atomic():
        store(kiosk.send())
        post_all()
        whole = contents(*POSTED, Parked)
        transaction.set_rollback(True)
    with transaction.atomic():
        for stop in sorted(stops):
            store(kiosk.send(1, min(stop, len(kiosk.rows))))
            post_all(batch)
        store(kiosk.send())
        post_all(batch)
        assert contents(*POSTED, Parked) == whole
        transaction.set_rollback(True)

"""Storage: whatever comes, in whatever order and however often, each row of a stream is there once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cloud.collector import parking, storage
from cloud.collector.models import Parked, StoredEvent, Stream
from cloud.collector.writer import TOGETHER
from mqtt.down import Ack
from mqtt.envelope import MAX_BYTES, MAX_EVENTS, START, encode_batch
from mqtt.events import ReaderWentUp
from mqtt.topics import up
from mqtt.vocabulary import Chain, Epoch, KioskId, Sequence, StoreId
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import NOON, Kiosk, Sent
from tests.cloud.tables import COLLECTED, contents

Store = Callable[..., list[storage.Reply]]
SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Each example undoes what it stored, so the fixture's club can be shared."""
ROWS = 24


def ack(kiosk: Kiosk, upto: int, **more: str) -> Ack:
    chain = kiosk.rows[upto - 1].chain if upto else START
    return Ack(kiosk.epoch, upto, chain, GENERATION, **more)  # type: ignore[arg-type]


def spoiled(kiosk: Kiosk, place: int) -> Sent:
    """All rows in one message, one of them of a kind whose place alone can be read."""
    rows = msgspec.json.decode(encode_batch(kiosk.rows))
    rows[place - 1]["time"] = "yesterday"
    return Sent(kiosk.topic, msgspec.json.encode(rows))


def test_a_batch_is_stored_and_acknowledged_up_to_its_last_row(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    assert store(kiosk.send()) == [(kiosk.kiosk, ack(kiosk, 3))]
    assert [row.sequence for row in StoredEvent.objects.order_by("id")] == [1, 2, 3]


def test_data_are_stored_as_they_were_sent(store: Store) -> None:
    kiosk = Kiosk()
    kiosk.add("club.future.thing.v9", b'{ "a":1.50, "b":"\\u0633" }')
    store(kiosk.send())
    stored = StoredEvent.objects.get()
    assert (stored.data, stored.type) == ('{ "a":1.50, "b":"\\u0633" }', "club.future.thing.v9")
    assert (stored.occurred_at, stored.clock, stored.store) == (NOON, "synced", "vanak")


@pytest.mark.parametrize("year", [1970, 1999, 2000, 2026, 2999])
def test_times_are_stored_to_the_millisecond_before_and_after_the_database_begins_to_count(
    store: Store, year: int
) -> None:
    moment = datetime(year, 12, 31, 23, 59, 59, 123_000, tzinfo=UTC)
    store(Kiosk().record(ReaderWentUp("rc522"), at=moment).send())
    stored = StoredEvent.objects.get()
    assert (stored.occurred_at, stored.received_at) == (moment, NOON)


@pytest.mark.parametrize("number", [1, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER + 7])
def test_every_row_of_a_batch_is_stored_however_many_a_statement_holds(store: Store, number: int) -> None:
    kiosk = Kiosk().idle(number)
    store(kiosk.send())
    held = StoredEvent.objects.order_by("sequence").values_list("sequence", "chain", "data")
    assert list(held) == [(row.sequence, row.chain, row.data.decode()) for row in kiosk.rows]


def test_messages_of_one_batch_follow_each_other(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    assert store(kiosk.send(1, 2), kiosk.send(3, 4)) == [(kiosk.kiosk, ack(kiosk, 4))]


def test_rows_behind_a_gap_are_refused(store: Store) -> None:
    kiosk = Kiosk().idle(5)
    store(kiosk.send(1, 2))
    assert store(kiosk.send(4, 5)) == [(kiosk.kiosk, ack(kiosk, 2, refused="gap"))]
    assert StoredEvent.objects.count() == 2


def test_a_stream_that_does_not_begin_at_its_first_row_is_a_gap_and_leaves_nothing(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    assert store(kiosk.send(2, 3)) == [(kiosk.kiosk, ack(kiosk, 0, refused="gap"))]
    assert not Stream.objects.exists()


def test_a_batch_sent_again_is_acknowledged_again_and_changes_nothing(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(kiosk.send())
    before = contents(*COLLECTED)
    assert store(kiosk.send(), kiosk.send(1, 2)) == [(kiosk.kiosk, ack(kiosk, 3))]
    assert contents(*COLLECTED) == before


def test_only_the_new_rows_of_an_overlap_are_stored(store: Store) -> None:
    kiosk = Kiosk().idle(5)
    store(kiosk.send(1, 3))
    assert store(kiosk.send(2, 5)) == [(kiosk.kiosk, ack(kiosk, 5))]
    assert StoredEvent.objects.count() == 5


def test_another_history_in_the_overlap_is_a_fork(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    store(kiosk.send(1, 3))
    fork = kiosk.fork(1)
    assert store(fork.send(1, 4)) == [(kiosk.kiosk, ack(kiosk, 3, refused="fork"))]
    assert store(fork.send(2, 3)) == [(kiosk.kiosk, ack(kiosk, 3, refused="fork"))]
    assert StoredEvent.objects.count() == 3


def test_a_fork_within_one_batch_is_seen_too(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    assert store(kiosk.send(1, 3), kiosk.fork(1).send(2, 3)) == [(kiosk.kiosk, ack(kiosk, 3, refused="fork"))]


def test_a_new_row_whose_chain_does_not_follow_is_a_fork(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(kiosk.send(1, 2))
    assert store(kiosk.fork(1).send(3, 3)) == [(kiosk.kiosk, ack(kiosk, 2, refused="fork"))]


def test_a_row_whose_data_were_changed_on_the_way_is_a_fork(store: Store) -> None:
    kiosk = Kiosk().idle(2)
    changed = replace(kiosk.rows[1], data=b'{"reader":"another"}')
    assert store(kiosk.message([kiosk.rows[0], changed])) == [(kiosk.kiosk, ack(kiosk, 0, refused="fork"))]
    assert not StoredEvent.objects.exists()


def test_a_corrected_time_is_not_a_fork(store: Store) -> None:
    kiosk = Kiosk().idle(2)
    store(kiosk.send())
    later = [replace(row, time=NOON + timedelta(hours=1), clock="corrected") for row in kiosk.rows]
    assert store(kiosk.message(later)) == [(kiosk.kiosk, ack(kiosk, 2))]


def test_a_row_of_which_only_its_place_can_be_read_is_parked_and_passed(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    assert store(spoiled(kiosk, 2)) == [(kiosk.kiosk, ack(kiosk, 3))]
    parked = Parked.objects.get()
    assert (parked.sequence, parked.kiosk, b"yesterday" in parked.raw) == (2, "vanak-1", True)
    assert [row.sequence for row in StoredEvent.objects.order_by("id")] == [1, 3]


def test_a_message_that_ends_with_such_a_row_is_acknowledged_up_to_it(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    assert store(spoiled(kiosk, 3)) == [(kiosk.kiosk, ack(kiosk, 3))]
    assert store(kiosk.idle(1).send(4)) == [(kiosk.kiosk, ack(kiosk, 4))]


def test_a_parked_row_that_is_sent_again_is_not_parked_again(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(spoiled(kiosk, 2))
    assert store(spoiled(kiosk, 2), kiosk.send()) == [(kiosk.kiosk, ack(kiosk, 3))]
    assert Parked.objects.count() == 1


def test_two_kiosks_have_streams_of_their_own(store: Store) -> None:
    one, other = Kiosk().idle(2), Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).idle(1)
    assert store(one.send(), other.send()) == [(one.kiosk, ack(one, 2)), (other.kiosk, ack(other, 1))]


def test_a_new_epoch_is_a_new_stream(store: Store) -> None:
    old, new = Kiosk().idle(2), Kiosk(epoch=Epoch("f" * 16)).idle(1)
    store(old.send())
    assert store(new.send()) == [(new.kiosk, ack(new, 1))]
    assert Stream.objects.count() == 2


NEIGHBOUR = Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).idle(2)
STRANGER = Kiosk(KioskId("nobody-1"), StoreId("vanak")).idle(2)
MINE = Kiosk().idle(3)
UNORDERED = ("two epochs", "do not follow")
"""Reasons for which a kiosk is told to send its rows one by one."""


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (STRANGER.send(), "not a kiosk of this club"),
        (Sent(MINE.topic, NEIGHBOUR.send().payload), "the source is not"),
        (Kiosk(store=StoreId("tajrish")).idle(1).send(), "the source is not"),
        (MINE.message([MINE.rows[0], Kiosk(epoch=Epoch("f" * 16)).idle(2).rows[1]]), "two epochs"),
        (MINE.message([MINE.rows[0], MINE.rows[2]]), "do not follow"),
        (MINE.message([MINE.rows[0], MINE.rows[0]]), "do not follow"),
        (MINE.message([MINE.rows[1], MINE.rows[0]]), "do not follow"),
        (MINE.message([]), "0 events"),
        (Sent(MINE.topic, b"not json"), "malformed"),
        (Sent(MINE.topic, b"[" * 100_000), "nested too deep"),
        (Sent(up(MINE.kiosk, "hello"), b"{}"), "missing required field"),
        (Sent("club/v1/00/vanak-1/up/events", MINE.send().payload), "shard"),
        (Sent("somewhere/else", b""), "not a topic"),
    ],
)
def test_a_message_that_cannot_be_placed_is_parked_and_moves_nothing(
    store: Store, message: Sent, reason: str
) -> None:
    answer = "row" if reason in UNORDERED else None
    good = Kiosk().idle(1)
    assert [(reply.upto, reply.refused) for _, reply in store(message, good.send())] == [(1, answer)]
    assert reason in Parked.objects.get().reason
    assert StoredEvent.objects.count() == 1


def test_a_message_that_names_the_epoch_and_cannot_be_read_is_answered_with_row(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    broken = Sent(kiosk.topic, kiosk.send(2, 2).payload.replace(b'"data":{', b'"data":{,'))
    assert store(kiosk.send(1, 1), broken, kiosk.send(3)) == [(kiosk.kiosk, ack(kiosk, 1, refused="row"))]
    assert Parked.objects.get().stream is None


def test_a_row_beyond_all_size_is_answered_with_row(store: Store) -> None:
    kiosk = Kiosk()
    kiosk.add("club.future.thing.v9", b'"' + b"x" * MAX_BYTES + b'"')
    assert store(kiosk.send()) == [(kiosk.kiosk, ack(kiosk, 0, refused="row"))]


def test_garbage_that_does_not_know_the_epoch_is_not_answered(store: Store) -> None:
    assert store(Sent(MINE.topic, b'[{"id":"1-1"}]'), Sent(MINE.topic, b"\xff" * 1000)) == []


def test_another_history_in_a_parked_row_is_a_fork(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(spoiled(kiosk, 2))
    fork = kiosk.fork(1)
    assert store(spoiled(fork, 2)) == [(kiosk.kiosk, ack(kiosk, 3, refused="fork"))]


def test_a_fork_in_a_row_parked_by_the_same_batch_is_seen(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    replies = store(spoiled(kiosk, 2), kiosk.fork(1).send(2, 2))
    assert replies == [(kiosk.kiosk, ack(kiosk, 3, refused="fork"))]


def test_rows_with_a_place_are_kept_whole_however_many_they_are(store: Store) -> None:
    kiosk = Kiosk()
    for _ in range(3):
        kiosk.add("x" * 101, b'"' + b"y" * 70_000 + b'"')
    store(*(kiosk.send(n, n) for n in (1, 2, 3)))
    store(*[Sent(kiosk.topic, b"")] * parking.MAX_AN_HOUR)
    rows = Parked.objects.exclude(stream=None)
    assert [len(row.raw) > 70_000 for row in rows] == [True] * 3
    assert Parked.objects.filter(stream=None).count() == parking.MAX_AN_HOUR


def test_a_hello_is_answered_with_the_mark_and_its_nonce(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(kiosk.send(1, 2))
    assert store(kiosk.hello()) == [(kiosk.kiosk, ack(kiosk, 2, nonce="n"))]


def test_a_hello_of_an_unknown_stream_is_answered_with_nothing_held(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    assert store(kiosk.hello()) == [(kiosk.kiosk, ack(kiosk, 0, nonce="n"))]
    assert not Stream.objects.exists()


def test_a_hello_tells_of_the_events_that_are_stored_with_it(store: Store) -> None:
    kiosk = Kiosk().idle(2)
    assert (kiosk.kiosk, ack(kiosk, 2, nonce="n")) in store(kiosk.hello(), kiosk.send())


def test_what_is_parked_is_bounded_and_beyond_that_counted(store: Store) -> None:
    flood = [Sent(MINE.topic, b"x" * (parking.MAX_RAW + 1))] * (parking.MAX_AN_HOUR + 7)
    store(*flood[:50])
    store(*flood[50:])
    assert Parked.objects.count() == parking.MAX_AN_HOUR
    assert sum(Parked.objects.values_list("times", flat=True)) == len(flood)
    assert {len(raw) for raw in Parked.objects.values_list("raw", flat=True)} == {parking.MAX_RAW}


def test_one_kiosks_garbage_does_not_use_up_anothers_room(store: Store) -> None:
    store(*[Sent(MINE.topic, b"")] * (parking.MAX_AN_HOUR + 1))
    store(Sent(NEIGHBOUR.topic, b""))
    assert Parked.objects.filter(kiosk="tajrish-1").count() == 1


def test_an_hour_later_there_is_room_again(store: Store) -> None:
    store(*[Sent(MINE.topic, b"")] * (parking.MAX_AN_HOUR + 1))
    storage.store([Sent(MINE.topic, b"")], NOON + parking.HOUR, GENERATION)
    assert Parked.objects.count() == parking.MAX_AN_HOUR + 1


def test_a_mark_that_another_collector_moved_is_not_moved_again(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(kiosk.send(1, 2))

    class Meddling:
        topic = kiosk.topic

        @property
        def payload(self) -> bytes:
            Stream.objects.update(upto=3)
            return b""

    with pytest.raises(storage.StreamMoved):
        storage.store([kiosk.send(3), Meddling()], NOON, GENERATION)


PART = st.tuples(st.integers(1, ROWS), st.integers(0, 9)).map(lambda p: (p[0], min(ROWS, p[0] + p[1])))
JOURNAL = Kiosk().idle(ROWS)


@SHARED
@given(deliveries=st.lists(st.lists(PART, max_size=4), max_size=12))
def test_any_redelivery_overlap_or_order_ends_in_the_same_tables(
    store: Store, deliveries: list[list[tuple[int, int]]]
) -> None:
    with transaction.atomic():
        once = _after(store, [[(1, ROWS)]])
        transaction.set_rollback(True)
    with transaction.atomic():
        assert _after(store, deliveries) == once
        transaction.set_rollback(True)


def _after(store: Store, deliveries: list[list[tuple[int, int]]]) -> object:
    """The tables after some deliveries and then, as a kiosk does, all from the mark on."""
    for batch in deliveries:
        store(*(JOURNAL.send(first, last) for first, last in batch))
    upto = Stream.objects.values_list("upto", flat=True).first() or 0
    if upto < ROWS:
        store(JOURNAL.send(upto + 1))
    return contents(*COLLECTED)


TOPICS = st.sampled_from([MINE.topic, up(MINE.kiosk, "hello"), STRANGER.topic, "x", ""])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@st.composite
def distorted(draw: st.DrawFn) -> bytes:
    """A good message with one value of one row changed into anything."""
    rows = msgspec.json.decode(MINE.send().payload)
    row = draw(st.sampled_from(rows))
    row[draw(st.sampled_from(sorted(row)))] = draw(JSON)
    return msgspec.json.encode(rows)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good message with some of its bytes changed."""
    payload = bytearray(MINE.send().payload)
    for place in draw(st.lists(st.integers(0, len(payload) - 1), min_size=1, max_size=4)):
        payload[place] = draw(st.integers(0, 255))
    return bytes(payload)


@SHARED
@given(
    batch=st.lists(st.tuples(TOPICS, st.binary() | JSON.map(msgspec.json.encode) | distorted() | damaged()))
)
def test_no_bytes_make_storage_raise(store: Store, batch: list[tuple[str, bytes]]) -> None:
    with transaction.atomic():
        store(*(Sent(topic, payload) for topic, payload in batch))
        transaction.set_rollback(True)


def test_a_batch_of_the_largest_number_of_rows_is_taken(store: Store) -> None:
    kiosk = Kiosk().idle(MAX_EVENTS)
    assert store(kiosk.send()) == [(kiosk.kiosk, ack(kiosk, MAX_EVENTS))]


def test_the_last_sequence_there_can_be_is_only_a_gap(store: Store) -> None:
    last = replace(Kiosk().idle(1).rows[0], sequence=Sequence(2**63 - 1), chain=Chain("0" * 16))
    replies = store(Kiosk().message([last]))
    assert [reply.refused for _, reply in replies] == ["gap"]

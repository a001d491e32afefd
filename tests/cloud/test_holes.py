"""Declared holes and probes: a stream whose rows are gone goes on, and tells what of it is held."""

from collections.abc import Callable

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.collector import holes, storage
from cloud.collector.models import Hole, StoredEvent, Stream
from cloud.collector.poster import Poster
from mqtt.down import Ack, Hello, encode
from mqtt.envelope import START
from mqtt.topics import up
from mqtt.vocabulary import Chain
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import Kiosk, Sent, tap
from tests.cloud.tables import COLLECTED, contents
from tests.cloud.test_storage import spoiled

Store = Callable[..., list[storage.Reply]]
SHARED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def declared() -> list[tuple[int, int]]:
    return list(Hole.objects.order_by("id").values_list("first", "last"))


def answers(replies: list[storage.Reply]) -> list[tuple[int, Chain]]:
    return [(ack.upto, ack.chain) for _, ack in replies]


def matched(replies: list[storage.Reply]) -> int | None:
    [(_, ack)] = replies
    return ack.matched


def test_a_hello_that_lacks_the_next_rows_declares_them_a_hole(store: Store) -> None:
    kiosk = Kiosk().idle(10)
    store(kiosk.send(1, 3))
    assert answers(store(kiosk.hello(lowest=7))) == [(6, kiosk.chain_at(6))]
    assert declared() == [(4, 6)]


def test_the_stream_goes_on_behind_the_hole(store: Store) -> None:
    kiosk = Kiosk().idle(10)
    store(kiosk.send(1, 3), kiosk.hello(lowest=7))
    assert answers(store(kiosk.send(7))) == [(10, kiosk.chain)]
    assert sorted(StoredEvent.objects.values_list("sequence", flat=True)) == [1, 2, 3, 7, 8, 9, 10]


def test_another_history_behind_the_hole_is_a_fork(store: Store) -> None:
    kiosk = Kiosk().idle(10)
    store(kiosk.hello(lowest=7))
    [(_, ack)] = store(kiosk.fork(3).send(7))
    assert ack.refused == "fork"


def test_a_stream_that_the_collector_never_saw_begins_with_a_hole(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    assert answers(store(kiosk.hello(lowest=3), kiosk.send(3))) == [(4, kiosk.chain)] * 2
    assert declared() == [(1, 2)]


def test_an_empty_journal_whose_rows_are_all_gone_is_one_hole(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    store(kiosk.hello(lowest=5))
    assert (declared(), Stream.objects.get().upto) == ([(1, 4)], 4)


@pytest.mark.parametrize("lowest", [1, 3, 4])
def test_a_journal_that_reaches_back_to_the_mark_declares_nothing(store: Store, lowest: int) -> None:
    kiosk = Kiosk().idle(6)
    store(kiosk.send(1, 3))
    assert answers(store(kiosk.hello(lowest=lowest))) == [(3, kiosk.chain_at(3))]
    assert declared() == []


def test_a_hello_said_twice_declares_its_hole_once(store: Store) -> None:
    kiosk = Kiosk().idle(6)
    store(kiosk.hello(lowest=4), kiosk.hello(lowest=4))
    store(kiosk.hello(lowest=4))
    assert declared() == [(1, 3)]


def test_events_of_the_same_batch_are_not_declared_lost(store: Store) -> None:
    kiosk = Kiosk().idle(6)
    store(kiosk.send(1, 4), kiosk.hello(lowest=5))
    assert declared() == []


def test_bounds_that_contradict_each_other_declare_nothing(store: Store) -> None:
    kiosk = Kiosk().idle(2)
    said = Hello(kiosk.epoch, "n", 2**63 - 1, 2, kiosk.chain, "", 0, "0.1.0")
    store(Sent(up(kiosk.kiosk, "hello"), encode(said)))
    assert declared() == []


def test_a_kiosk_that_probes_declares_nothing_yet(store: Store) -> None:
    kiosk = Kiosk().idle(6)
    store(kiosk.hello(lowest=4, probe=[6]))
    assert declared() == []


def test_a_late_copy_of_a_row_in_the_hole_changes_nothing(store: Store) -> None:
    kiosk = Kiosk().idle(6)
    store(kiosk.hello(lowest=4), kiosk.send(4))
    before = contents(*COLLECTED, Hole)
    assert answers(store(kiosk.send(2, 5))) == [(6, kiosk.chain)]
    assert contents(*COLLECTED, Hole) == before


def test_the_poster_passes_over_a_hole(store: Store) -> None:
    kiosk = Kiosk().idle(5).record(tap(1))
    store(kiosk.hello(lowest=6), kiosk.send(6))
    Poster().turn()
    assert Stream.objects.get().posted == 6


def test_a_hole_is_said_once_it_is_committed(
    store: Store, django_capture_on_commit_callbacks: Callable[..., object], caplog: pytest.LogCaptureFixture
) -> None:
    holes.log.propagate = True
    holes.log.parent, parent = None, holes.log.parent
    holes.log.addHandler(caplog.handler)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        store(Kiosk().idle(6).hello(lowest=4))
    holes.log.removeHandler(caplog.handler)
    holes.log.parent = parent
    assert "vanak-1 has lost its rows 1 to 3" in caplog.text


def test_a_probe_is_answered_with_the_highest_row_that_both_hold(store: Store) -> None:
    kiosk = Kiosk().idle(9)
    store(kiosk.send())
    assert matched(store(kiosk.fork(5).hello(probe=[9, 7, 5, 3]))) == 5


def test_a_probe_of_another_history_matches_nothing(store: Store) -> None:
    kiosk = Kiosk().idle(5)
    store(kiosk.send())
    assert matched(store(kiosk.fork(0).hello(probe=[5, 3, 1]))) == 0


def test_a_probe_of_an_unknown_stream_matches_only_its_beginning(store: Store) -> None:
    assert matched(store(Kiosk().idle(3).hello(probe=[3, 2, 0]))) == 0


def test_a_hello_without_a_probe_is_answered_without_a_match(store: Store) -> None:
    assert matched(store(Kiosk().idle(3).hello())) is None


def test_a_parked_row_matches_by_its_chain(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    store(spoiled(kiosk, 2))
    assert matched(store(kiosk.hello(probe=[2]))) == 2


def test_events_of_the_same_batch_are_matched(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    replies = store(kiosk.send(1, 3), kiosk.hello(probe=[4, 3]))
    assert [ack.matched for _, ack in replies] == [None, 3]


def test_the_mark_matches_where_the_events_below_it_are_gone(store: Store) -> None:
    kiosk = Kiosk().idle(4)
    store(kiosk.send())
    StoredEvent.objects.all().delete()
    assert matched(store(kiosk.hello(probe=[4, 3]))) == 4


def test_a_probe_of_any_length_is_answered(store: Store) -> None:
    kiosk = Kiosk().idle(3)
    store(kiosk.send())
    assert matched(store(kiosk.hello(probe=[3] + [1] * 3 * holes.PROBES))) == 3


ROWS, LOWEST = 20, 9
"""The rows that there were, and the first of them that the kiosk still has."""
JOURNAL = Kiosk().idle(ROWS)
GARBAGE = st.sampled_from(
    [b"", b"[[[", b"\xff" * 9, JOURNAL.send(12, 14).payload[:-7], spoiled(JOURNAL, 3).payload[:-9]]
).map(lambda payload: Sent(JOURNAL.topic, payload))
PART = st.tuples(st.integers(LOWEST, ROWS), st.integers(0, 6)).map(
    lambda part: JOURNAL.send(part[0], min(ROWS, sum(part)))
)
HELLO = st.sampled_from([JOURNAL.hello(lowest=LOWEST), JOURNAL.hello(LOWEST, probe=[20, 10])])


@SHARED
@given(deliveries=st.lists(st.lists(PART | HELLO | GARBAGE, max_size=5), max_size=10))
def test_any_redelivery_overlap_hole_or_garbage_ends_in_the_same_tables(
    store: Store, deliveries: list[list[Sent]]
) -> None:
    with transaction.atomic():
        once = _after(store, [])
        transaction.set_rollback(True)
    with transaction.atomic():
        assert _after(store, deliveries) == once
        transaction.set_rollback(True)


def _after(store: Store, deliveries: list[list[Sent]]) -> object:
    """The tables after row 5 was held, some deliveries, and then, as a kiosk does, all from the mark on."""
    store(JOURNAL.send(1, 5))
    for batch in deliveries:
        store(*batch)
    [(_, ack)] = store(JOURNAL.hello(lowest=LOWEST))
    if ack.upto < ROWS:
        store(JOURNAL.send(ack.upto + 1))
    assert store(JOURNAL.hello(lowest=LOWEST))[0][1] == _level()
    return contents(*COLLECTED, Hole)


def _level() -> Ack:
    return Ack(JOURNAL.epoch, ROWS, JOURNAL.chain, GENERATION, "n")


def test_before_its_first_row_every_stream_holds_the_start() -> None:
    assert JOURNAL.chain_at(0) == START

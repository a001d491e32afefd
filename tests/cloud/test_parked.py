"""Replay: what was parked and can be read or booked now counts once, at its own place."""

from collections.abc import Callable, Collection
from io import StringIO

import msgspec
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.club.accounts import balances
from cloud.collector import storage
from cloud.collector.models import Parked, StoredEvent, Stream
from cloud.collector.replay import replay
from cloud.voice.models import Answer, AnswerCount, TapCount
from mqtt.envelope import encode_batch
from mqtt.events import AnswerUndone, Event
from tests.cloud.kiosks import MEMBER, Kiosk, Sent, answer, days, tap, undo
from tests.cloud.tables import COLLECTED, POSTED, contents
from tests.cloud.test_poster import post_all

Store = Callable[..., list[storage.Reply]]
SHARED = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def unreadable(kiosk: Kiosk, *places: int) -> Sent:
    """All rows in one message; of those at `places` only the place can be read."""
    rows = msgspec.json.decode(encode_batch(kiosk.rows))
    for place in places:
        rows[place - 1]["clock"] = "of a later release"
    return Sent(kiosk.topic, msgspec.json.encode(rows))


def mend(kiosk: Kiosk) -> None:
    """What a later release reads in the parked rows of a kiosk: the rows as they were recorded."""
    for parked in Parked.objects.filter(event=None).exclude(sequence=None):
        parked.raw = encode_batch([kiosk.rows[(parked.sequence or 0) - 1]])[1:-1]
        parked.save()


def again() -> dict[str, int]:
    return {str(outcome): count for outcome, count in replay(Parked.objects.all()).items()}


def collected(kiosk: Kiosk, store: Store, *places: int) -> None:
    """A kiosk's rows, some of them parked, all posted as far as they can be."""
    store(unreadable(kiosk, *places))
    post_all()


def test_a_row_that_can_be_read_now_takes_its_place_and_is_posted(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), answer(1, 5), answer(2, 6))
    collected(kiosk, store, 1, 2)
    mend(kiosk)
    assert again() == {"posted": 2}
    assert sorted(StoredEvent.objects.values_list("sequence", flat=True)) == [1, 2, 3]
    assert (balances([MEMBER]), TapCount.objects.get().count) == ({MEMBER: 10}, 1)
    assert (Answer.objects.count(), Parked.objects.count(), Stream.objects.get().posted) == (2, 0, 3)


def test_a_row_that_still_cannot_be_read_stays_with_its_reason(store: Store) -> None:
    collected(Kiosk().record(tap(1)), store, 1)
    before = Parked.objects.get().reason
    assert again() == {"failed": 1}
    assert (Parked.objects.get().reason, StoredEvent.objects.count()) == (before, 0)


def test_a_second_replay_finds_nothing(store: Store) -> None:
    kiosk = Kiosk().record(tap(1))
    collected(kiosk, store, 1)
    mend(kiosk)
    again()
    before = contents(*COLLECTED, *POSTED)
    assert again() == {}
    assert contents(*COLLECTED, *POSTED) == before


def test_a_row_that_was_mended_and_is_sent_again_is_known(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), tap(2))
    collected(kiosk, store, 1)
    mend(kiosk)
    again()
    assert [ack.refused for _, ack in store(kiosk.send())] == [None]
    assert StoredEvent.objects.count() == 2


def test_before_the_poster_has_come_so_far_a_row_waits(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), tap(2))
    store(unreadable(kiosk, 2))
    mend(kiosk)
    assert again() == {"waits": 1}
    post_all()
    assert again() == {"posted": 1}
    assert TapCount.objects.get().count == 2


def test_an_answer_that_was_undone_while_it_was_parked_does_not_count(store: Store) -> None:
    kiosk = Kiosk().record(answer(1, 6), undo(1), answer(1, 3, attempt=2), undo(2))
    collected(kiosk, store, 1)
    mend(kiosk)
    again()
    assert sorted(Answer.objects.values_list("value", "undone")) == [(3, False), (6, True)]
    assert dict(AnswerCount.objects.filter(count__gt=0).values_list("value", "count")) == {3: 1}


def test_an_event_that_can_be_booked_now_is_posted_once(store: Store) -> None:
    kiosk = Kiosk().record(answer(1, 6), answer(1, 2))
    collected(kiosk, store)
    assert again() == {"failed": 1}
    Answer.objects.get(value=6).delete()
    assert again() == {"posted": 1}
    assert (Answer.objects.get().value, Parked.objects.count(), again()) == (2, 0, {})


def test_another_rows_bytes_are_not_taken(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), tap(2))
    collected(kiosk, store, 1)
    other = Kiosk().record(answer(5, 5))
    mend(other)
    assert again() == {"failed": 1}
    assert "not the row" in Parked.objects.get().reason


def test_a_row_whose_chain_was_made_up_is_not_taken(store: Store) -> None:
    kiosk = Kiosk().record(tap(1), tap(2))
    collected(kiosk, store, 2)
    mend(kiosk)
    parked = Parked.objects.get()
    parked.raw = bytes(parked.raw).replace(b"em4100", b"iso14443")
    parked.save()
    assert again() == {"failed": 1}
    assert "does not follow" in Parked.objects.get().reason


def test_neighbours_are_mended_in_their_order(store: Store) -> None:
    kiosk = Kiosk().record(*(tap(n) for n in range(4)))
    collected(kiosk, store, 2, 3, 4)
    mend(kiosk)
    assert again() == {"posted": 3}


def test_a_message_without_a_place_stays(store: Store) -> None:
    store(Sent(Kiosk().topic, b"?"))
    assert again() == {"message": 1}
    assert Parked.objects.count() == 1


EVENTS: st.SearchStrategy[list[Event]] = st.lists(
    st.one_of(
        st.builds(tap, st.integers(1, 4)),
        st.builds(answer, st.integers(1, 4), st.integers(1, 7), st.integers(1, 2)),
        st.builds(undo, st.integers(1, 4), st.integers(1, 2)),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda event: (type(event), event.visit, getattr(event, "attempt", 0)),
).map(lambda events: sorted(events, key=lambda event: isinstance(event, AnswerUndone)))
"""What can happen: nobody takes back what they have not said yet."""


@SHARED
@given(happened=EVENTS, broken=st.sets(st.integers(1, 12)))
def test_parked_rows_that_are_replayed_leave_what_would_have_been(
    store: Store, happened: list[Event], broken: Collection[int]
) -> None:
    kiosk = Kiosk()
    for number, event in enumerate(happened):
        kiosk.record(event, at=days(number))
    with transaction.atomic():
        collected(kiosk, store)
        whole = contents(*COLLECTED, *POSTED, Parked)
        transaction.set_rollback(True)
    with transaction.atomic():
        collected(kiosk, store, *(place for place in broken if place <= len(kiosk.rows)))
        mend(kiosk)
        assert set(again()) <= {"posted"}
        assert contents(*COLLECTED, *POSTED, Parked) == whole
        transaction.set_rollback(True)


def told(*words: str) -> str:
    said = StringIO()
    call_command("parked", *words, stdout=said)
    return said.getvalue()


def test_the_command_lists_reasons_and_chooses(store: Store) -> None:
    collected(Kiosk().record(tap(1)), store, 1)
    store(Sent("club/v1/99/who-knows/up/events", b"secret"))
    assert len(told().splitlines()) == 2
    assert "shard" in told("--reason", "SHARD")
    assert "vanak-1 1 1x" in told("--kiosk", "vanak-1")
    assert "secret" not in told()


def test_the_command_replays_what_was_chosen(store: Store) -> None:
    kiosk = Kiosk().record(tap(1))
    collected(kiosk, store, 1)
    mend(kiosk)
    assert told("--replay", "--kiosk", "tajrish-1") == ""
    assert told("--replay", "--kiosk", "vanak-1") == "1 read or booked now\n"

"""Answers that nobody can have meant stay, and count no longer; in whatever order one hears of them."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.collector import storage
from cloud.collector.audit import Audit
from cloud.collector.models import Closing, StoredEvent
from cloud.collector.rebuild import rebuild
from cloud.collector.retention import retire
from cloud.voice.models import Answer, AnswerCount, Withdrawal
from mqtt.events import Event
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import NOON, Kiosk, answer, days, flag, tap, undo
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_parked import again, mend, unreadable
from tests.cloud.test_poster import counted, post_all
from tests.cloud.test_retention import APRIL

Store = Callable[..., list[storage.Reply]]
Collect = Callable[[Kiosk], None]
SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HOUR = "2026-03-21T12"


@pytest.fixture
def collect(store: Store) -> Collect:
    """Store what a kiosk recorded, and post it."""

    def collected(kiosk: Kiosk) -> None:
        store(kiosk.send())
        post_all()

    return collected


def agreed() -> bool:
    """Whether a rebuild finds in the tables what the events say."""
    report = rebuild(lambda _: None, put_right=False)
    return report.exact and not any(found.missing or found.extra for found in report.projections)


def test_a_flagged_answer_stays_and_does_not_count(collect: Collect) -> None:
    collect(Kiosk().record(answer(1, 7), flag(1), answer(2, 3)))
    assert sorted(Answer.objects.values_list("value", "flagged")) == [(3, False), (7, True)]
    assert counted() == {(HOUR, 3): 1}


def test_an_answer_that_counts_already_is_taken_out_of_its_own_hour_once(collect: Collect) -> None:
    kiosk = Kiosk().record(answer(1, 7), answer(2, 7))
    collect(kiosk)
    collect(kiosk.record(flag(1), flag(1), at=NOON + timedelta(hours=1)))
    collect(kiosk.record(flag(1)))
    assert counted() == {(HOUR, 7): 1}


def test_all_answers_that_a_flag_names_go(collect: Collect) -> None:
    kiosk = Kiosk().record(*(answer(1, 6, attempt) for attempt in (1, 2, 3)))
    collect(kiosk)
    collect(kiosk.record(flag(1, 1, 3)))
    assert counted() == {(HOUR, 6): 1}


def test_a_flag_says_nothing_of_another_visits_answer(collect: Collect) -> None:
    collect(Kiosk().record(answer(1, 7), flag(2)))
    assert counted() == {(HOUR, 7): 1}


@pytest.mark.parametrize("said", [(flag(1), undo(1)), (undo(1), flag(1))])
def test_an_answer_both_flagged_and_undone_is_taken_out_once(collect: Collect, said: Sequence[Event]) -> None:
    kiosk = Kiosk().record(answer(1, 7), answer(2, 7))
    for event in said:
        collect(kiosk.record(event))
    assert counted() == {(HOUR, 7): 1}
    assert Answer.objects.filter(undone=True, flagged=True).count() == 1


def test_an_answer_that_comes_after_its_flag_never_counts(collect: Collect) -> None:
    kiosk = Kiosk().record(flag(1))
    collect(kiosk)
    collect(kiosk.record(answer(1, 7)))
    assert (counted(), Answer.objects.get().flagged, agreed()) == ({}, True, True)


def test_an_answer_that_was_flagged_while_it_was_parked_does_not_count(store: Store) -> None:
    kiosk = Kiosk().record(answer(1, 7), flag(1))
    store(unreadable(kiosk, 1))
    post_all()
    mend(kiosk)
    assert again() == {"posted": 1}
    assert (counted(), agreed()) == ({}, True)


def test_a_flag_takes_an_answer_out_whose_event_is_long_gone(collect: Collect) -> None:
    kiosk = Kiosk().record(answer(1, 7), answer(2, 7))
    collect(kiosk)
    retire(APRIL)
    storage.store([kiosk.record(flag(1)).send(3)], days(40), GENERATION)
    post_all()
    assert counted() == {(HOUR, 7): 1}
    assert sum(Closing.objects.filter(kind="answer").values_list("count", flat=True)) == 1
    assert agreed()


def test_a_flagged_answer_is_in_no_closing_figure(collect: Collect) -> None:
    collect(Kiosk().record(tap(1), answer(1, 7), flag(1)))
    retire(APRIL)
    assert not Closing.objects.filter(kind="answer").exists()
    assert agreed()


def test_a_flag_whose_event_is_long_gone_still_holds(collect: Collect) -> None:
    kiosk = Kiosk().record(flag(1))
    collect(kiosk)
    retire(APRIL)
    storage.store([kiosk.record(answer(1, 7)).send(2)], days(40), GENERATION)
    post_all()
    assert (counted(), StoredEvent.objects.count(), agreed()) == ({}, 1, True)


def test_a_rebuild_puts_right_what_a_release_without_flags_counted(collect: Collect) -> None:
    collect(Kiosk().record(answer(1, 7), flag(1)))
    before = contents(*POSTED)
    Withdrawal.objects.all().delete()
    Answer.objects.update(flagged=False)
    AnswerCount.objects.update_or_create(
        store_id="vanak", question="ces", wording=1, bucket=HOUR, value=7, defaults={"count": 1}
    )
    assert not rebuild(lambda _: None, put_right=True).level
    assert contents(*POSTED) == before


def test_the_audit_knows_what_does_not_count(collect: Collect) -> None:
    collect(Kiosk().record(answer(1, 7), answer(1, 3, 2), answer(2, 5), flag(1, 1, 2), undo(1)))
    assert Audit().doubled() == 0
    AnswerCount.objects.filter(value=5).update(count=2)
    assert Audit().doubled() == 1


ANSWERS: Sequence[Event] = [answer(visit, visit + 2, attempt) for visit in (1, 2) for attempt in (1, 2)]
WORDS: Sequence[Event] = [flag(1, 1), flag(1, 2, 1), flag(2, 1), undo(1, 1), undo(1, 2), undo(2, 2)]
HAPPENED = st.lists(st.sampled_from(WORDS), max_size=8).flatmap(
    lambda words: st.tuples(st.just([*ANSWERS, *words]), st.permutations([*ANSWERS, *words]))
)


def tables() -> object:
    """What must be the same whatever the order."""
    cells = AnswerCount.objects.exclude(count=0).values_list("bucket", "value", "count")
    answers = Answer.objects.values_list("visit", "attempt", "value", "undone", "flagged")
    return sorted(cells), sorted(answers)


@SHARED
@given(happened=HAPPENED, stops=st.lists(st.integers(1, 12), max_size=4), broken=st.sets(st.integers(1, 12)))
def test_in_whatever_order_and_however_often_the_indices_are_the_same(
    store: Store, happened: tuple[list[Event], list[Event]], stops: list[int], broken: Collection[int]
) -> None:
    found = []
    for events, places, sent in ((happened[0], [], []), (happened[1], broken, stops)):
        with transaction.atomic():
            kiosk = Kiosk().record(*events)
            message = unreadable(kiosk, *(place for place in places if place <= len(events)))
            for stop in sorted(sent) if not places else ():
                store(kiosk.send(1, min(stop, len(events))))
                post_all(2)
            store(message)
            post_all(2)
            mend(kiosk)
            assert set(again()) <= {"posted"}
            assert agreed()
            found.append(tables())
            transaction.set_rollback(True)
    assert found[0] == found[1]

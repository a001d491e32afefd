"""Counts by day, from every side: exact for every order, repetition and withdrawal; loyalty among them."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloud.club.models import Card, Member
from cloud.collector import storage
from cloud.collector.models import Closing
from cloud.collector.rebuild import rebuild
from cloud.collector.retention import retire
from cloud.voice.models import Answer, DayCount, Loyalty, ShownCount
from cloud.voice.recounting import recount
from mqtt.events import AnswersFlagged, AnswerUndone, Event, Given, QuestionAnswered, Scale
from mqtt.vocabulary import Epoch, KioskId, MemberId, StoreId
from tests.cloud.conftest import GENERATION
from tests.cloud.kiosks import MEMBER, Kiosk, answer, days, flag, shown, undo, visit_id
from tests.cloud.tables import POSTED, contents
from tests.cloud.test_flagged import agreed
from tests.cloud.test_parked import again, mend, unreadable
from tests.cloud.test_poster import post_all
from tests.cloud.test_retention import APRIL

Store = Callable[..., list[storage.Reply]]
Collect = Callable[[Kiosk], None]
SHARED = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TODAY = "2026-03-21"
RECOMMEND, BUY, TRY = "cli-recommend", "cli-buy-again", "cli-try-others"
NOBODY = MemberId("m-zzzzzzzzzz")


@pytest.fixture
def collect(store: Store) -> Collect:
    """Store what a kiosk recorded, and post it."""

    def collected(kiosk: Kiosk) -> None:
        store(kiosk.send())
        post_all()

    return collected


def said(question: str, value: int, attempt: int = 1, visit: int = 1) -> QuestionAnswered:
    scale = Scale(worst=6, best=1)
    return QuestionAnswered(visit_id(visit), MEMBER, question, 1, "fa", scale, value, attempt, 2.5)


def unsaid(question: str, attempt: int = 1, visit: int = 1) -> AnswerUndone:
    return AnswerUndone(visit_id(visit), MEMBER, question, attempt)


def mashed(question: str, attempt: int = 1, visit: int = 1) -> AnswersFlagged:
    return AnswersFlagged(visit_id(visit), MEMBER, (Given(question, attempt),), "touches")


def counts(question: str = "ces") -> dict[int, tuple[int, int]]:
    """How many answers count, and how many are flagged, by value; of one kiosk, day and segment."""
    rows = DayCount.objects.filter(question=question).values_list("value", "count", "flagged")
    return {value: (count, flagged) for value, count, flagged in rows if count or flagged}


def sums() -> dict[int, int]:
    """How many persons have a sum of loyalty; the same by day and by visit."""
    counted = {value: count for value, (count, _) in counts("cli").items()}
    assert sorted(Loyalty.objects.values_list("value", flat=True)) == sorted(
        value for value, count in counted.items() for _ in range(count)
    )
    return counted


def test_an_answer_is_counted_by_every_side(collect: Collect) -> None:
    Member.objects.update(kind="business")
    collect(Kiosk().record(answer(1, 5)))
    sides = "question", "day", "store_id", "kiosk", "wording", "segment", "value", "count", "flagged"
    assert DayCount.objects.values_list(*sides).get() == (
        *("ces", TODAY, "vanak", "vanak-1", 1, "business", 5, 1, 0),
    )
    assert Answer.objects.values_list("kiosk", "segment").get() == ("vanak-1", "business")


def test_an_answer_of_nobody_who_is_known_has_no_segment(collect: Collect) -> None:
    unknown = QuestionAnswered(visit_id(1), NOBODY, "ces", 1, "fa", Scale(1, 7), 5, 1, 2.5)
    collect(Kiosk().record(shown(1, member=NOBODY), unknown))
    assert DayCount.objects.get().segment == Answer.objects.get().segment == ""
    assert ShownCount.objects.get().segment == ""


def test_the_day_is_the_stores_and_an_unsure_one_counts_apart(collect: Collect) -> None:
    late = datetime(2026, 3, 21, 20, 31, tzinfo=UTC)
    collect(Kiosk().record(answer(1, 5), shown(1), at=late).record(answer(2, 5), shown(2), clock="unsynced"))
    assert set(DayCount.objects.values_list("day", flat=True)) == {"2026-03-22", "unsure"}
    assert set(ShownCount.objects.values_list("day", flat=True)) == {"2026-03-22", "unsure"}


def test_impressions_are_counted_whatever_came_of_them(collect: Collect) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), shown(2), shown(2, "nps")))
    assert set(ShownCount.objects.values_list("question", "segment", "kiosk", "count")) == {
        ("ces", "consumer", "vanak-1", 2),
        ("nps", "consumer", "vanak-1", 1),
    }


@pytest.mark.parametrize("how", ["at once", "one by one"])
@pytest.mark.parametrize(
    ("told", "found"),
    [
        ([answer(1, 5), undo(1)], {}),
        ([undo(1), answer(1, 5)], {}),
        ([answer(1, 5), flag(1)], {5: (0, 1)}),
        ([flag(1), answer(1, 5)], {5: (0, 1)}),
        ([answer(1, 5), flag(1), undo(1), flag(1), undo(1)], {}),
        ([answer(1, 5), undo(1), flag(1)], {}),
        ([flag(1), answer(1, 5), undo(1)], {}),
        ([undo(1), flag(1), answer(1, 5)], {}),
        ([answer(1, 5), flag(1), flag(1), answer(2, 5)], {5: (1, 1)}),
    ],
)
def test_an_undone_answer_is_in_no_figure_and_a_flagged_one_counts_as_that(
    collect: Collect, told: Sequence[Event], found: dict[int, tuple[int, int]], how: str
) -> None:
    kiosk = Kiosk()
    for event in told:
        kiosk.record(event)
        if how == "one by one":
            collect(kiosk)
    collect(kiosk)
    assert (counts(), agreed()) == (found, True)


@pytest.mark.parametrize("how", ["at once", "one by one"])
def test_three_answers_of_a_visit_are_one_persons_loyalty(collect: Collect, how: str) -> None:
    kiosk = Kiosk()
    for event in (said(RECOMMEND, 1), said(BUY, 2, 2), said(TRY, 6, 3), said(RECOMMEND, 1, visit=2)):
        kiosk.record(event)
        if how == "one by one":
            collect(kiosk)
    collect(kiosk)
    assert (sums(), agreed()) == ({9: 1}, True)


def test_loyalty_is_told_where_and_when_the_first_of_the_three_was_given(collect: Collect) -> None:
    kiosk = Kiosk().record(said(RECOMMEND, 1)).record(said(BUY, 1, 2), said(TRY, 1, 3), at=days(1))
    collect(kiosk)
    assert Loyalty.objects.values_list("day", "kiosk", "store_id", "segment", "wording", "value").get() == (
        *(TODAY, "vanak-1", "vanak", "consumer", 1, 3),
    )


THREE: Sequence[Event] = (said(RECOMMEND, 1), said(BUY, 2, 2), said(TRY, 3, 3))


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ([unsaid(BUY, 2)], {}),
        ([mashed(TRY, 3)], {}),
        ([unsaid(BUY, 2), said(BUY, 6, 4)], {10: 1}),
        ([said(RECOMMEND, 4, 4)], {9: 1}),
        ([said(RECOMMEND, 4, 4), mashed(RECOMMEND, 4)], {6: 1}),
        ([said(RECOMMEND, 4, 4), unsaid(RECOMMEND, 1), unsaid(RECOMMEND, 4)], {}),
    ],
)
def test_loyalty_follows_what_is_taken_back_and_given_anew(
    collect: Collect, more: Sequence[Event], found: dict[int, int]
) -> None:
    kiosk = Kiosk().record(*THREE)
    collect(kiosk)
    assert sums() == {6: 1}
    for event in more:
        collect(kiosk.record(event))
    assert (sums(), agreed()) == (found, True)


def test_answers_of_two_stores_under_one_visit_are_two_persons(collect: Collect) -> None:
    collect(Kiosk().record(*THREE))
    collect(Kiosk(KioskId("tajrish-1"), StoreId("tajrish")).record(*THREE[:2]))
    assert sums() == {6: 1}


def test_a_value_that_is_no_answer_to_a_loyalty_question_belongs_to_no_sum(collect: Collect) -> None:
    strange = QuestionAnswered(visit_id(1), MEMBER, TRY, 1, "fa", Scale(0, 10), 0, 3, 2.5)
    collect(Kiosk().record(*THREE[:2], strange))
    assert (sums(), agreed()) == ({}, True)


GIVEN: Sequence[Event] = (
    *(said(RECOMMEND, 1), said(BUY, 2, 2), said(TRY, 3, 3), said(RECOMMEND, 5, 4), said(BUY, 6, 5)),
    *(said(question, 4, number + 1, 2) for number, question in enumerate((RECOMMEND, BUY, TRY))),
)
WORDS: Sequence[Event] = (
    *(unsaid(RECOMMEND), mashed(BUY, 5), unsaid(TRY, 3), mashed(RECOMMEND, 4), unsaid(RECOMMEND, 4)),
    *(mashed(TRY, 3, 2), unsaid(TRY, 3, 2), unsaid(BUY, 5), shown(1, RECOMMEND), shown(2, BUY)),
)
HAPPENED = st.lists(st.sampled_from(WORDS), max_size=8).flatmap(
    lambda words: st.tuples(st.just([*GIVEN, *words]), st.permutations([*GIVEN, *words]))
)


def by_recounting() -> object:
    """What the answers that are there give, counted by the database alone."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM voice_daycount")
        cursor.execute("DELETE FROM voice_loyalty")
        recount(cursor)
    return contents(DayCount, Loyalty)


@SHARED
@given(happened=HAPPENED, stops=st.lists(st.integers(1, 18), max_size=4), broken=st.sets(st.integers(1, 18)))
def test_in_whatever_order_and_however_often_the_counts_by_day_are_the_same(
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
            found.append(contents(DayCount, ShownCount, Loyalty))
            assert by_recounting() == {name: found[-1][name] for name in ("DayCount", "Loyalty")}
            transaction.set_rollback(True)
    assert found[0] == found[1]


def test_counts_whose_events_are_long_gone_stay_and_go_on(collect: Collect) -> None:
    kiosk = Kiosk().record(shown(1, RECOMMEND), *THREE, mashed(BUY, 2), shown(2), answer(2, 7), flag(2))
    collect(kiosk)
    before = contents(*POSTED)
    retire(APRIL)
    assert (contents(*POSTED), agreed()) == (before, True)
    kiosk.record(said(BUY, 4, 4), unsaid(RECOMMEND), said(RECOMMEND, 3, 5), undo(2), shown(1))
    storage.store([kiosk.send(9)], days(40), GENERATION)
    post_all()
    assert (sums(), counts(), agreed()) == ({10: 1}, {}, True)


def test_a_closing_figure_tells_of_impressions_that_were_dropped(collect: Collect) -> None:
    collect(Kiosk().record(shown(1), shown(2), shown(1, "nps")))
    retire(APRIL)
    found = Closing.objects.filter(kind="shown").values_list("key", "count")
    assert {key.split('"')[5]: count for key, count in found} == {"ces": 2, "nps": 1}
    ShownCount.objects.all().delete()
    rebuild(lambda _: None, put_right=True)
    assert sum(ShownCount.objects.values_list("count", flat=True)) == 3


def test_wrong_counts_by_day_are_put_right(collect: Collect) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), answer(2, 4), flag(2), *THREE))
    before = contents(*POSTED)
    DayCount.objects.filter(value=5).update(count=0, flagged=7)
    DayCount.objects.filter(value=4).delete()
    ShownCount.objects.update(count=9)
    Loyalty.objects.update(value=18)
    assert not rebuild(lambda _: None, put_right=True).level
    assert contents(*POSTED) == before


@pytest.mark.parametrize("kind", ["business", None])
def test_a_rebuild_leaves_members_in_the_segment_in_which_they_were(
    collect: Collect, kind: str | None
) -> None:
    collect(Kiosk().record(shown(1), answer(1, 5), *THREE))
    retire(APRIL)
    collect(Kiosk(epoch=Epoch("d" * 16)).record(shown(2), answer(2, 5)))
    before = contents(DayCount, Loyalty, ShownCount)
    if kind:
        Member.objects.update(kind=kind)
    else:
        Card.objects.all().delete()
        Member.objects.all().delete()
    assert agreed()
    DayCount.objects.all().delete()
    rebuild(lambda _: None, put_right=True)
    assert contents(DayCount, Loyalty, ShownCount) == before

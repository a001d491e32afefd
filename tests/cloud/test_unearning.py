"""An answer that is taken back, or that nobody can have meant, keeps no points; one in its place has them."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cloud.club.invariants import broken
from cloud.club.merging import merge
from cloud.club.models import Entry
from cloud.collector import storage
from cloud.desk.explain import explain
from mqtt.events import Event
from mqtt.vocabulary import MemberId
from tests.cloud.conftest import GENERATION, make_member
from tests.cloud.kiosks import MEMBER, NOON, Kiosk, answer, flag, undo
from tests.cloud.test_flagged import SHARED
from tests.cloud.test_poster import post_all
from tests.cloud.test_rule_sets import ANSWER, exact, give, points

Store = Callable[..., list[storage.Reply]]
TWIN = MemberId("m-bbbbbbbbbb")
UNLIMITED = ANSWER | {"limits": {}}


def collect(*batches: Sequence[Event]) -> None:
    """Store and post what a kiosk recorded, batch by batch."""
    kiosk = Kiosk()
    for batch in batches:
        kiosk.record(*batch)
        storage.store([kiosk.send()], NOON, GENERATION)
        post_all()


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize("back", [undo(1), flag(1)])
@pytest.mark.parametrize("together", [True, False])
def test_what_an_answer_earned_goes_with_it(back: Event, together: bool) -> None:  # noqa: FBT001 - both ways
    give(ANSWER)
    said = answer(1, 5), back
    collect(said) if together else collect(said[:1], said[1:])
    assert points() == {MEMBER: 0}
    assert exact()
    assert not list(broken())
    assert Entry.objects.count() == 2


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize("rule", [ANSWER, UNLIMITED])
@pytest.mark.parametrize("together", [True, False])
def test_an_answer_given_anew_earns_once(rule: dict[str, object], together: bool) -> None:  # noqa: FBT001 - both ways
    give(rule)
    said = answer(1, 2), undo(1), answer(1, 7, 2)
    collect(said) if together else collect(*[[one] for one in said])
    assert points() == {MEMBER: 3}
    assert exact()
    assert not list(broken())


@pytest.mark.usefixtures("club")
def test_who_was_merged_leaves_what_an_answer_earned_to_the_one_who_stays() -> None:
    give(ANSWER)
    make_member(TWIN)
    kiosk = Kiosk()
    for each, left in ((answer(1, 2), 3), (undo(1), 0), (answer(1, 7, 2), 3)):
        storage.store([kiosk.record(each).send(len(kiosk.rows))], NOON, GENERATION)
        post_all()
        if len(kiosk.rows) == 1:
            merge(MEMBER, TWIN, NOON)
        assert points() == {MEMBER: 0, TWIN: left}
    assert not list(broken())


@pytest.mark.usefixtures("club")
def test_a_sentence_says_why() -> None:
    give(ANSWER)
    collect([answer(1, 2), undo(1), answer(1, 7, 2)])
    _, taken, again = Entry.objects.order_by("id")
    assert "the answer that earned them does not count" in explain(taken, "en")
    assert "for the answer that was given instead" in explain(again, "en")


class Given(NamedTuple):
    """An answer of a visit, and what becomes of it, in any order with those of others."""

    visit: int
    attempt: int
    back: str


GIVEN = st.builds(Given, st.integers(1, 2), st.integers(1, 3), st.sampled_from(["", "", "undo", "flag"]))
BACK: dict[str, Callable[[int, int], Event]] = {"undo": undo, "flag": flag}


@SHARED
@given(
    said=st.lists(GIVEN, min_size=1, max_size=6, unique_by=lambda one: one[:2]).flatmap(
        lambda each: st.permutations(
            [answer(one.visit, 5, one.attempt) for one in each]
            + [BACK[one.back](one.visit, one.attempt) for one in each if one.back]
        ).map(lambda events: (each, events))
    ),
    cut=st.integers(1, 4),
    most=st.sampled_from([None, 1, 2]),
)
def test_what_counts_and_only_that_has_points_in_whatever_order_one_hears_of_it(
    store: Store, said: tuple[list[Given], list[Event]], cut: int, most: int | None
) -> None:
    each, events = said
    with transaction.atomic():
        give(ANSWER | {"limits": {"per_visit": most} if most else {}})
        kiosk = Kiosk().record(*events)
        store(kiosk.send())
        post_all(cut)
        stand = Counter(one.visit for one in each if not one.back)
        assert sum(points().values()) == 3 * sum(min(most or 9, many) for many in stand.values())
        assert not list(broken())
        assert exact()
        transaction.set_rollback(True)

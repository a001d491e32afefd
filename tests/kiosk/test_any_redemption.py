"""Points at a kiosk where anything happens in any order, and the power goes between any two writes."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import views
from kiosk.views import Touch
from kiosk.visit import PATIENCE
from mqtt.events import AllowanceReturned
from tests.kiosk.counter import Counter

WORDS = ("redeem", "confirm", "back", "done", "continue", "language", "history")
WHO, CHOICE = st.integers(0, 1), st.sampled_from((1, 2, 3, 3, 4))
LENDS, AVAILABLE = st.sampled_from((0, 30, 60)), st.sampled_from((0, 60, 120, 120))
REPLY = st.tuples(st.just("reply"), st.booleans(), LENDS, AVAILABLE)
COME = st.tuples(st.just("come"), WHO, LENDS, AVAILABLE)
SPEND = st.tuples(st.sampled_from(("spend", "ask", "ask")), CHOICE)
ANYTHING = st.one_of(
    COME,
    SPEND,
    REPLY,
    st.tuples(st.just("tap"), WHO, st.booleans()),
    st.tuples(st.just("disk"), st.sampled_from((True, True, False))),
    st.just(("disks",)),
    st.tuples(st.just("wait"), st.sampled_from((0.1, 0.5, PATIENCE, 6.0, 20.0, 60.0))),
    st.tuples(st.just("recall"), st.lists(st.integers(0, 9), max_size=3)),
    st.builds(Touch, st.sampled_from(WORDS)),
    st.builds(Touch, st.just("choose"), st.integers(0, 4)),
    st.just(("life",)),
    st.just(("cut",)),
)
DISTURBED = st.lists(ANYTHING, max_size=1)
VISIT = st.tuples(
    COME.map(lambda come: [come]),
    DISTURBED,
    SPEND.map(lambda spend: [spend]),
    DISTURBED,
    st.lists(REPLY, max_size=1),
    DISTURBED,
).map(lambda parts: [step for part in parts for step in part])
"""Somebody who spends points, if nothing comes between."""


VERBS: dict[str, Callable[..., None]] = {
    "come": Counter.come,
    "tap": lambda kiosk, who, online: kiosk.tap(who, online=online),
    "spend": Counter.spend,
    "ask": Counter.ask_durably,
    "disk": lambda kiosk, takes: kiosk.disk(takes=takes),
    "disks": Counter.write_all,
    "reply": lambda kiosk, grants, lends, left: kiosk.reply(grants=grants, lends=lends, available=left),
    "wait": Counter.wait,
    "recall": lambda kiosk, which: kiosk.recall(*which),
    "life": Counter.begin_another_life,
    "cut": Counter.cut_power,
}


def happen(kiosk: Counter, what: Touch | tuple[object, ...]) -> None:
    if isinstance(what, Touch):
        kiosk.touch(what)
    else:
        VERBS[str(what[0])](kiosk, *what[1:])
    kiosk.look()


@settings(max_examples=100, deadline=None)
@given(st.lists(VISIT | st.lists(ANYTHING, max_size=4), max_size=6))
def test_whatever_happens_nothing_is_spent_twice_and_nothing_stays_open(
    visits: list[list[Touch | tuple[object, ...]]],
) -> None:
    with closing(Counter()) as kiosk:
        for happens in visits:
            play(kiosk, *happens)
        kiosk.settle()


@pytest.fixture
def kiosk() -> Iterator[Counter]:
    with closing(Counter()) as kiosk:
        yield kiosk


def play(kiosk: Counter, *happens: Touch | tuple[object, ...]) -> None:
    for what in happens:
        happen(kiosk, what)


TAP, LEND, DISK, CUT = ("tap", 0, True), ("reply", True, 60, 120), ("disk", True), ("cut",)
GRANT, REFUSE = LEND, ("reply", False, 0, 60)
LAST = ("spend", 3)
"""More than the allowance covers: it has to be asked for."""


def test_a_kiosk_that_was_cut_off_spends_its_allowance_once_over_all_restarts(kiosk: Counter) -> None:
    play(kiosk, TAP, LEND, CUT, ("tap", 0, False), ("spend", 2))
    kiosk.write_all()
    assert kiosk.seen["Redeemed"]
    play(kiosk, CUT, ("tap", 0, False))
    assert isinstance(kiosk.session.view, views.Welcome)
    assert not kiosk.session.view.redeem


@pytest.mark.parametrize("cut_after", range(6))
def test_wherever_the_power_goes_an_asking_is_decided_once(kiosk: Counter, cut_after: int) -> None:
    steps = (TAP, ("reply", True, 0, 120), ("spend", 3), DISK, DISK, GRANT)
    play(kiosk, *steps[: cut_after + 1])
    kiosk.settle()


@pytest.mark.parametrize(("word", "seen"), [(GRANT, "RedemptionConfirmed"), (REFUSE, "RedemptionAbandoned")])
def test_the_clouds_word_is_within_reach_of_these_inputs(
    kiosk: Counter, word: tuple[object, ...], seen: str
) -> None:
    play(kiosk, TAP, ("reply", True, 0, 120), LAST)
    kiosk.write_all()
    play(kiosk, word)
    kiosk.write_all()
    assert kiosk.seen[seen]
    assert isinstance(kiosk.session.view, views.Redeemed if word is GRANT else views.Redeem)


def test_what_is_called_back_is_given_back_once_though_it_never_came_here(kiosk: Counter) -> None:
    for _ in range(3):
        play(kiosk, ("recall", [0]))
    kiosk.write_all()
    play(kiosk, ("recall", [0]), CUT)
    kiosk.write_all()
    assert [type(fact) for fact in kiosk.facts()] == [AllowanceReturned]


def test_what_somebody_might_be_spending_is_given_back_when_they_are_gone(kiosk: Counter) -> None:
    play(kiosk, TAP, LEND, ("recall", [0]))
    kiosk.write_all()
    assert not kiosk.seen["AllowanceReturned"]
    play(kiosk, Touch("done"))
    kiosk.write_all()
    assert kiosk.seen["AllowanceReturned"]


def test_what_the_disk_does_not_take_back_is_given_back_at_the_next_word(kiosk: Counter) -> None:
    play(kiosk, ("recall", [0]), ("disk", False), ("recall", [0]))
    kiosk.write_all()
    assert kiosk.seen["AllowanceReturned"]


def test_another_life_of_the_cloud_takes_an_allowance_from_under_a_finger(kiosk: Counter) -> None:
    play(kiosk, TAP, LEND, Touch("redeem"), Touch("choose", 1), ("life",), ("wait", 0.5), Touch("confirm"))
    kiosk.write_all()
    kiosk.hear()
    assert kiosk.session.view.__class__ is views.Sorry
    assert not kiosk.seen["RedemptionGrantedOffline"]


def test_what_the_disk_does_not_take_is_not_spent(kiosk: Counter) -> None:
    play(kiosk, ("come", 0, 60, 120), ("disks",), ("spend", 2), ("disk", False))
    assert isinstance(kiosk.session.view, views.Sorry)
    assert kiosk.session.view.reason == "not-kept"
    play(kiosk, ("wait", 60.0), ("disks",), ("tap", 0, False), ("spend", 2), ("disks",))
    assert kiosk.seen["Redeemed"], "and it is there for the next time"


def test_a_kiosk_that_cannot_reach_its_other_half_abandons_at_once(kiosk: Counter) -> None:
    play(kiosk, ("come", 0, 0, 120), ("disks",), ("spend", 3))
    kiosk.deaf = True
    play(kiosk, ("disks",))
    assert isinstance(kiosk.session.view, views.Redeem)
    assert kiosk.session.view.away
    assert kiosk.seen["RedemptionAbandoned"]

"""Points at a kiosk where anything happens in any order, and the power goes between any two writes."""

from collections.abc import Iterator
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
HAPPENS = st.one_of(
    st.tuples(st.just("tap"), st.integers(0, 1), st.booleans()),
    st.tuples(st.just("tap"), st.just(0), st.just(True)),  # noqa: FBT003
    st.tuples(st.just("spend"), st.integers(1, 4)),
    st.tuples(st.just("spend"), st.integers(1, 4)),
    st.tuples(st.just("disk"), st.sampled_from((True, True, True, False))),
    st.tuples(st.just("disk"), st.just(True)),  # noqa: FBT003
    st.tuples(st.just("reply"), st.booleans(), st.sampled_from((0, 30, 60)), st.sampled_from((0, 60, 120))),
    st.tuples(st.just("reply"), st.just(True), st.just(60), st.just(120)),  # noqa: FBT003
    st.tuples(st.just("wait"), st.sampled_from((0.1, 0.5, PATIENCE, 6.0, 20.0, 60.0))),
    st.tuples(st.just("recall"), st.lists(st.integers(0, 9), max_size=3)),
    st.builds(Touch, st.sampled_from(WORDS)),
    st.builds(Touch, st.just("choose"), st.integers(0, 4)),
    st.just(("life",)),
    st.just(("cut",)),
)


def happen(kiosk: Counter, what: object) -> None:
    match what:
        case ("tap", int(who), bool(online)):
            kiosk.tap(who, online=online)
        case ("spend", int(choice)):
            kiosk.spend(choice)
        case ("disk", bool(takes)):
            kiosk.disk(takes=takes)
        case ("reply", bool(grants), int(lends), int(available)):
            kiosk.reply(grants=grants, lends=lends, available=available)
        case ("wait", float(seconds)):
            kiosk.wait(seconds)
        case ("recall", list(which)):
            kiosk.recall(*which)
        case ("life",):
            kiosk.begin_another_life()
        case ("cut",):
            kiosk.cut_power()
        case Touch():
            kiosk.touch(what)
    kiosk.look()


@settings(max_examples=150, deadline=None)
@given(st.lists(HAPPENS, max_size=30))
def test_whatever_happens_nothing_is_spent_twice_and_nothing_stays_open(happens: list[object]) -> None:
    with closing(Counter()) as kiosk:
        for what in happens:
            happen(kiosk, what)
        kiosk.settle()


@pytest.fixture
def kiosk() -> Iterator[Counter]:
    with closing(Counter()) as kiosk:
        yield kiosk


def play(kiosk: Counter, *happens: object) -> None:
    for what in happens:
        happen(kiosk, what)


TAP, LEND, DISK, CUT = ("tap", 0, True), ("reply", True, 60, 120), ("disk", True), ("cut",)
GRANT, REFUSE = LEND, ("reply", False, 0, 60)
LAST = ("spend", 3)
"""More than the allowance covers: it has to be asked for."""


def all_of_it(kiosk: Counter) -> None:
    while kiosk.recorder.orders:
        happen(kiosk, DISK)


def test_a_kiosk_that_was_cut_off_spends_its_allowance_once_over_all_restarts(kiosk: Counter) -> None:
    play(kiosk, TAP, LEND, CUT, ("tap", 0, False), ("spend", 2))
    all_of_it(kiosk)
    assert isinstance(kiosk.session.view, views.Redeemed)
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
    all_of_it(kiosk)
    play(kiosk, word)
    all_of_it(kiosk)
    assert kiosk.seen[seen]
    assert isinstance(kiosk.session.view, views.Redeemed if word is GRANT else views.Redeem)


def test_what_is_called_back_is_given_back_once_though_it_never_came_here(kiosk: Counter) -> None:
    for _ in range(3):
        play(kiosk, ("recall", [0]))
    all_of_it(kiosk)
    play(kiosk, ("recall", [0]), CUT)
    all_of_it(kiosk)
    assert [type(fact) for fact in kiosk.facts()] == [AllowanceReturned]


def test_what_somebody_might_be_spending_is_given_back_when_they_are_gone(kiosk: Counter) -> None:
    play(kiosk, TAP, LEND, ("recall", [0]))
    all_of_it(kiosk)
    assert not kiosk.seen["AllowanceReturned"]
    play(kiosk, Touch("done"))
    all_of_it(kiosk)
    assert kiosk.seen["AllowanceReturned"]


def test_what_the_disk_does_not_take_back_is_given_back_at_the_next_word(kiosk: Counter) -> None:
    play(kiosk, ("recall", [0]), ("disk", False), ("recall", [0]))
    all_of_it(kiosk)
    assert kiosk.seen["AllowanceReturned"]


def test_another_life_of_the_cloud_takes_an_allowance_from_under_a_finger(kiosk: Counter) -> None:
    play(kiosk, TAP, LEND, Touch("redeem"), Touch("choose", 1), ("life",), ("wait", 0.5), Touch("confirm"))
    all_of_it(kiosk)
    kiosk.hear()
    assert kiosk.session.view.__class__ is views.Sorry
    assert not kiosk.seen["RedemptionGrantedOffline"]

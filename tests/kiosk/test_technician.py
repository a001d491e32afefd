"""The technician's screen: nobody in without card and PIN, no tries for nothing, and always a way out."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import pin
from kiosk.technician import (
    FREE,
    LONGEST_LOCK,
    STAYS,
    Check,
    Checked,
    Closed,
    Count,
    Effect,
    Entering,
    Input,
    Laid,
    Note,
    Opened,
    Play,
    Restart,
    Rules,
    State,
    Ticked,
    begin,
    ends_at,
    lock,
)
from kiosk.views import Look, Touch
from mqtt import events
from mqtt.vocabulary import CardKey

CARD = CardKey("1:" + "a" * 32)
RULES = Rules("fa", enrolled=True)
INPUTS = st.one_of(
    st.just(Laid(CARD)),
    st.just(Ticked()),
    st.builds(Checked, st.booleans()),
    st.builds(
        Touch,
        st.sampled_from(
            ["held", "digit", "erase", "enter", "page", "play", "confirm", "stay", "back", "done", "language"]
        ),
        st.none() | st.integers(-1, 12),
    ),
)
PRESSED = st.lists(st.tuples(INPUTS, st.floats(0, 200)), max_size=60)


class Bench:
    """Steps with a clock."""

    def __init__(self, rules: Rules = RULES, wrong: int = 0) -> None:
        self.rules, self.now = rules, 1000.0
        self.state: State = begin("fa", wrong, self.now)
        self.effects: list[Effect] = []

    def give(self, given: Input, after: float = 0.0) -> tuple[Effect, ...]:
        self.now += after
        self.state, effects = self.rules.step(self.state, given, self.now)
        self.effects.extend(effects)
        return effects

    def type(self, digits: str) -> tuple[Effect, ...]:
        for digit in digits:
            self.give(Touch("digit", int(digit)))
        return self.give(Touch("enter"))

    def wrong(self) -> tuple[Effect, ...]:
        self.give(Laid(CARD))
        self.type("111111")
        return self.give(Checked(right=False))

    def opened(self) -> "Bench":
        self.give(Laid(CARD))
        self.type("123456")
        self.give(Checked(right=True))
        return self


def noted(effects: tuple[Effect, ...]) -> list[events.Event]:
    return [effect.event for effect in effects if isinstance(effect, Note)]


def test_card_and_pin_open_the_screen_and_that_is_an_event() -> None:
    bench = Bench()
    bench.give(Laid(CARD))
    assert bench.type("123456") == (Count(1), Check("123456"))
    effects = bench.give(Checked(right=True))
    assert noted(effects) == [events.TechnicianCame(CARD)]
    assert Count(0) in effects
    assert bench.state.stage == Opened(CARD)


def test_a_wrong_pin_is_an_event_and_is_counted_before_it_is_checked() -> None:
    bench = Bench()
    bench.give(Laid(CARD))
    assert bench.type("111111")[0] == Count(1)
    assert noted(bench.give(Checked(right=False))) == [events.TechnicianRefused(CARD, 1)]
    assert bench.state.stage == Entering(CARD, refused=True)


def test_the_fifth_wrong_pin_locks_and_each_further_one_locks_for_twice_as_long() -> None:
    bench = Bench()
    for _ in range(FREE - 1):
        bench.wrong()
    assert noted(bench.wrong())[1:] == [events.TechnicianLocked(5, 60.0)]
    assert bench.type("123456") == ()
    bench.give(Ticked(), after=61)
    assert noted(bench.wrong())[1:] == [events.TechnicianLocked(6, 120.0)]


def test_a_restart_keeps_the_count_and_locks_anew() -> None:
    bench = Bench(wrong=6)
    bench.give(Laid(CARD))
    assert bench.state.locked(bench.now) == 120.0
    assert bench.type("123456") == ()


def test_a_right_pin_forgives_the_wrong_ones() -> None:
    bench = Bench(wrong=FREE - 1).opened()
    assert bench.state.wrong == 0
    bench.give(Touch("done"))
    assert not any(isinstance(event, events.TechnicianLocked) for event in noted(bench.wrong()))


def test_before_enrolment_a_long_press_opens_it_to_read_and_is_an_event() -> None:
    bench = Bench(Rules("fa", enrolled=False))
    assert noted(bench.give(Touch("held"))) == [events.TechnicianCame()]
    for word, value in (("page", 1), ("play", 0), ("page", 4), ("confirm", None)):
        assert bench.give(Touch(word, value)) == ()  # type: ignore[arg-type]
    assert bench.state.stage == Opened(None)


def test_once_a_technician_is_set_up_a_long_press_opens_nothing() -> None:
    bench = Bench()
    assert bench.give(Touch("held")) == ()
    assert bench.state.stage == Closed()


def test_a_look_holds_from_the_keypad_on_and_is_forgotten_when_the_screen_closes() -> None:
    bench = Bench()
    bench.give(Laid(CARD, Look(contrast=True)))
    bench.give(Touch("large"))
    assert bench.opened().state.look == Look(large=True, contrast=True)
    bench.give(Touch("contrast"))
    assert bench.state.look == Look(large=True)
    bench.give(Touch("done"))
    assert bench.state.look == Look()


def test_a_restart_is_asked_about_first() -> None:
    bench = Bench().opened()
    assert bench.give(Touch("confirm")) == ()
    bench.give(Touch("page", 4))
    assert bench.give(Touch("confirm")) == (Restart(),)
    assert bench.state.stage == Closed()


def test_a_pattern_is_played_by_its_place() -> None:
    bench = Bench().opened()
    bench.give(Touch("page", 1))
    assert bench.give(Touch("play", 0)) == (Play("welcome"),)


def test_no_repr_shows_a_digit_of_the_pin() -> None:
    bench = Bench()
    bench.give(Laid(CARD))
    effects = (*bench.type("735190"), bench.state)
    assert "735190" not in repr(effects)
    assert "7351" not in repr(replace(Entering(CARD), digits="7351"))


@given(PRESSED)
def test_whatever_is_touched_the_screen_opens_only_by_a_right_pin(pressed: list[tuple[Input, float]]) -> None:
    bench = Bench()
    for given_, after in pressed:
        before = bench.state
        bench.give(given_, after)
        if isinstance(bench.state.stage, Opened) and not isinstance(before.stage, Opened):
            assert given_ == Checked(right=True)
            assert isinstance(before.stage, Entering)
            assert before.stage.checking


@given(PRESSED)
def test_no_pin_is_checked_while_it_is_locked_and_none_uncounted(pressed: list[tuple[Input, float]]) -> None:
    bench, kept = Bench(), 0
    for given_, after in pressed:
        locked = bench.state.locked(bench.now + after)
        for effect in bench.give(given_, after):
            if isinstance(effect, Count):
                kept = effect.wrong
            if isinstance(effect, Check):
                assert not locked
                assert kept == bench.state.wrong > 0
    assert kept == bench.state.wrong


@given(PRESSED, st.booleans())
def test_whatever_happened_it_ends_closed_with_no_digit_left(
    pressed: list[tuple[Input, float]],
    enrolled: bool,  # noqa: FBT001 - drawn
) -> None:
    bench = Bench(Rules("fa", enrolled))
    for given_, after in pressed:
        bench.give(given_, after)
    bench.give(Checked(right=False))
    bench.give(Ticked(), after=STAYS + 1)
    assert bench.state.stage == Closed()
    assert bench.state.language == "fa"
    assert ends_at(bench.state) == float("inf")


@given(st.integers(0, 2**15 - 1))
def test_a_lock_grows_and_has_an_end(wrong: int) -> None:
    assert lock(wrong) <= lock(wrong + 1) <= LONGEST_LOCK
    assert (lock(wrong) == 0) == (wrong < FREE)


@pytest.mark.parametrize("typed", ["12345", "1234567890123", "12a456", "", "12 456"])
def test_what_is_no_pin_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="6 to 12 digits"):
        pin.digits(typed)


def test_a_pin_in_persian_digits_is_the_same_pin() -> None:
    assert pin.opens(pin.digits("۱۲۳۴۵۶"), pin.sealed("123456"))


def test_a_seal_opens_to_its_own_pin_alone_and_no_two_are_alike() -> None:
    seal = pin.sealed("123456")
    assert pin.opens("123456", seal)
    assert not pin.opens("123457", seal)
    assert not pin.opens("123456", "")
    assert seal != pin.sealed("123456")

"""A visit, step by step and in any order of inputs."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import visit
from kiosk.catalogue import CES, DEFAULT
from kiosk.views import SorryReason, Touch
from kiosk.visit import (
    PATIENCE,
    Apologising,
    Asking,
    Greeting,
    Idle,
    Record,
    Recorded,
    Replied,
    Rules,
    State,
    Thanking,
    Undoing,
    Wondering,
)
from mqtt import events
from mqtt.down import MemberRow
from mqtt.vocabulary import VisitId
from tests.kiosk.conftest import member, tap

NEGAR, BEHROUZ = member(1), member(2)
CONTINUE, SKIP, UNDO, DONE, LANGUAGE = (
    Touch(what) for what in ("continue", "skip", "undo", "done", "language")
)


@dataclass
class Play:
    """A visit being played: what it recorded, in order."""

    rules: Rules
    now: float = 0.0
    state: State = field(init=False)
    recorded: list[events.Event] = field(default_factory=list)
    effects: list[visit.Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.rules.idle(self.now)

    def take(self, *inputs: visit.Input | float) -> visit.Stage:
        for given_ in inputs:
            if isinstance(given_, float):
                self.now += given_
                self._step(visit.Ticked())
            else:
                self._step(given_)
        return self.state.stage

    def _step(self, given_: visit.Input) -> None:
        self.state, effects = self.rules.step(self.state, given_, self.now)
        self.effects += effects
        for effect in effects:
            if isinstance(effect, Record):
                self.recorded += effect.events

    def kinds(self) -> list[type]:
        return [type(event) for event in self.recorded]


def kept(attempt: int = 1, *, kept: bool = True, of: int = 1) -> Recorded:
    return Recorded(VisitId(f"{of:016x}"), attempt, kept)


@pytest.fixture
def play(rules: Rules) -> Play:
    return Play(rules)


def test_a_tap_greets_the_member_and_records_it(play: Play) -> None:
    assert play.take(tap(NEGAR)) == Greeting(NEGAR, CES)
    assert play.kinds() == [events.CardTapped]
    assert visit.Signal("offline") in play.effects


def test_who_comes_while_the_cloud_answers_is_welcomed_in_green(play: Play) -> None:
    play.take(replace(tap(NEGAR), online=True))
    assert visit.Signal("welcome") in play.effects


def test_an_answer_that_is_durable_is_thanked_for_by_the_lamp(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, Touch("answer", 6))
    assert visit.Signal("thanks") not in play.effects
    play.take(kept())
    assert visit.Signal("thanks") in play.effects


def test_a_payment_card_has_a_pattern_of_its_own_even_within_a_visit(play: Play) -> None:
    play.take(tap(NEGAR), visit.Refused("payment-card"))
    assert visit.Signal("payment-card") in play.effects
    assert isinstance(play.state.stage, Greeting)


def test_a_stranger_is_told_so_and_asked_nothing(play: Play) -> None:
    assert play.take(tap(None)) == Apologising("unknown")
    assert isinstance(play.take(DEFAULT.timings.sorry), Idle)
    assert play.kinds() == [events.CardTapped, events.VisitEnded]
    assert visit.Signal("refused") in play.effects


def test_a_blocked_member_sees_no_balance(play: Play) -> None:
    assert play.take(tap(member(3, blocked=True))) == Apologising("blocked")


def test_the_question_comes_by_itself_or_by_a_touch(play: Play) -> None:
    assert play.take(tap(NEGAR), DEFAULT.timings.welcome) == Asking(CES)
    assert play.take(tap(BEHROUZ, 2), CONTINUE) == Asking(CES)


def test_nothing_personal_is_kept_once_the_question_stands(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE)
    assert NEGAR.name not in repr(play.state)
    assert str(NEGAR.available) not in repr(play.state)


def test_an_answer_is_confirmed_only_when_it_is_durable(play: Play) -> None:
    waiting = play.take(tap(NEGAR), CONTINUE, 2.0, Touch("answer", 6))
    assert waiting == Asking(CES, saving=6)
    assert play.take(60.0) == waiting, "a slow disk is waited for"
    assert play.take(kept()) == Undoing(CES, 1, 6)
    assert isinstance(play.take(DEFAULT.timings.undo), Thanking)
    assert isinstance(play.take(DEFAULT.timings.thanks), Idle)
    assert play.kinds() == [
        events.CardTapped,
        events.QuestionShown,
        events.QuestionAnswered,
        events.VisitEnded,
    ]


def test_an_answer_that_cannot_be_kept_is_not_thanked_for(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, Touch("answer", 6))
    assert play.take(kept(kept=False)) == Apologising("not-kept")


def test_a_second_touch_while_saving_is_ignored(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, Touch("answer", 6), Touch("answer", 2), SKIP, LANGUAGE)
    assert play.kinds().count(events.QuestionAnswered) == 1
    assert play.state.stage == Asking(CES, saving=6)


def test_a_value_off_the_scale_is_ignored(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE)
    assert play.take(Touch("answer", 8), Touch("answer", 0), Touch("answer")) == Asking(CES)


def test_undo_takes_the_answer_back_and_asks_again(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, Touch("answer", 6), kept())
    assert play.take(UNDO) == Asking(CES, attempt=2)
    assert isinstance(play.recorded[-1], events.AnswerUndone)
    play.take(Touch("answer", 2), kept(2))
    assert [(e.attempt, e.value) for e in play.recorded if isinstance(e, events.QuestionAnswered)] == [
        (1, 6),
        (2, 2),
    ]
    assert play.kinds().count(events.QuestionShown) == 1, "one impression, however often it was answered"


def test_a_confirmation_of_another_visit_or_attempt_changes_nothing(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, Touch("answer", 6))
    waiting = play.state
    play.take(kept(of=9), kept(attempt=2))
    assert play.state == waiting


def test_a_skipped_question_is_a_dismissal_and_no_answer(play: Play) -> None:
    assert isinstance(play.take(tap(NEGAR), CONTINUE, SKIP), Thanking)
    assert [e.how for e in play.recorded if isinstance(e, events.QuestionDismissed)] == ["skipped"]


def test_a_question_left_alone_times_out(play: Play) -> None:
    assert isinstance(play.take(tap(NEGAR), CONTINUE, DEFAULT.timings.reset), Idle)
    assert [e.how for e in play.recorded if isinstance(e, events.QuestionDismissed)] == ["timed-out"]
    assert [e.how for e in play.recorded if isinstance(e, events.VisitEnded)] == ["timed-out"]


def test_second_tap_within_a_visit_is_ignored(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE)
    before = play.state
    play.take(tap(NEGAR, 2))
    assert play.state == before
    assert play.kinds().count(events.CardTapped) == 1


def test_another_card_ends_the_visit_and_starts_its_own(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, tap(BEHROUZ, 2))
    assert play.state.stage == Greeting(BEHROUZ, CES)
    assert play.kinds() == [
        events.CardTapped,
        events.QuestionShown,
        events.QuestionDismissed,
        events.VisitEnded,
        events.CardTapped,
    ]


def test_language_is_the_members_and_returns_to_the_shops(play: Play) -> None:
    play.take(tap(NEGAR), LANGUAGE)
    assert play.state.language == "en"
    play.take(CONTINUE, SKIP, DEFAULT.timings.thanks)
    assert play.state == State("fa", Idle(), play.now)


def test_a_language_chosen_before_the_card_comes_is_spoken_though_the_member_has_another(play: Play) -> None:
    play.take(LANGUAGE, tap(NEGAR))
    assert (NEGAR.language, play.state.language) == ("fa", "en")


def test_so_it_is_when_the_cloud_tells_who_it_is(play: Play) -> None:
    play.take(LANGUAGE, replace(tap(None), online=True), first())
    assert (NEGAR.language, play.state.language) == ("fa", "en")


def test_a_language_chosen_on_the_idle_screen_does_not_stay_for_ever(play: Play) -> None:
    shown = [play.state.language]
    for what in (LANGUAGE, visit.LANGUAGE_STAYS):
        play.take(what)
        shown.append(play.state.language)
    assert shown == ["fa", "en", "fa"]


def test_an_unreadable_card_never_disturbs_a_visit(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE)
    assert play.take(visit.Refused("unreadable")) == Asking(CES)
    assert play.take(DEFAULT.timings.reset, visit.Refused("unreadable")) == Apologising("unreadable")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("payment-card", "payment-card"),
        ("two-cards", "two-cards"),
        ("not-ours", "not-ours"),
        ("new", "unreadable"),
    ],
)
def test_a_refused_card_is_told_why_as_far_as_a_shopper_can_mend_it(
    play: Play, reason: str, told: SorryReason
) -> None:
    assert play.take(visit.Refused(reason)) == Apologising(told)


def test_a_club_without_a_question_says_goodbye_after_the_balance(play: Play) -> None:
    assert isinstance(play.take(tap(NEGAR, survey=None), CONTINUE), Idle)


def stranger(visit: int = 1) -> visit.Tapped:
    """A card that the replica does not know, while the cloud can be asked."""
    return replace(tap(None, visit), online=True)


def first(row: MemberRow | None = NEGAR) -> Replied:
    return Replied(VisitId(f"{1:016x}"), row, CES)


def test_the_cloud_is_asked_about_a_card_that_is_not_known_here(play: Play) -> None:
    state, effects = play.rules.step(play.state, stranger(), play.now)
    assert isinstance(state.stage, Wondering)
    assert visit.AskCloud(VisitId(f"{1:016x}"), stranger().cards) in effects
    assert visit.Signal("welcome") in effects, "the card was read, and that is said at once"


def test_whom_the_cloud_knows_is_greeted_and_asked_like_anyone(play: Play) -> None:
    assert play.take(stranger(), first()) == Greeting(NEGAR, CES)
    assert isinstance(play.take(CONTINUE), Asking)
    play.take(SKIP, DEFAULT.timings.thanks)
    shown, ended = play.recorded[1], play.recorded[-1]
    assert isinstance(shown, events.QuestionShown)
    assert isinstance(ended, events.VisitEnded)
    assert shown.member == ended.member == NEGAR.member


@pytest.mark.parametrize(
    ("row", "reason"), [(None, "unknown"), (member(3, blocked=True), "blocked")], ids=["nobody", "blocked"]
)
def test_whom_the_cloud_does_not_serve_gets_an_apology(play: Play, row: MemberRow, reason: str) -> None:
    assert play.take(stranger(), first(row)) == Apologising(reason)  # type: ignore[arg-type]


def test_a_cloud_that_says_nothing_in_time_is_not_waited_for(play: Play) -> None:
    assert isinstance(play.take(stranger(), PATIENCE - 0.01), Wondering)
    assert play.take(0.01) == Apologising("unknown")
    assert play.take(first()) == Apologising("unknown"), "an answer that comes later is of no use"


def test_an_answer_about_another_visit_changes_nothing(play: Play) -> None:
    play.take(stranger(2))
    assert isinstance(play.take(first()), Wondering)


def test_another_card_does_not_wait_for_the_answer_about_the_first(play: Play) -> None:
    assert play.take(stranger(), tap(BEHROUZ, 2)) == Greeting(BEHROUZ, CES)
    assert play.take(first()) == Greeting(BEHROUZ, CES)


def test_offline_a_stranger_is_told_so_at_once(play: Play) -> None:
    assert play.take(tap(None)) == Apologising("unknown")


INPUTS = st.lists(
    st.one_of(
        st.builds(tap, st.sampled_from((None, NEGAR, BEHROUZ, member(3, blocked=True))), st.integers(1, 5)),
        st.builds(Touch, st.sampled_from(("continue", "skip", "undo", "done", "language"))),
        st.builds(Touch, st.just("answer"), st.integers(0, 8)),
        st.builds(
            Recorded,
            st.integers(1, 5).map(lambda n: VisitId(f"{n:016x}")),
            st.integers(1, 3),
            st.booleans(),
        ),
        st.just(visit.Refused("unreadable")),
        st.builds(stranger, st.integers(1, 5)),
        st.builds(
            Replied,
            st.integers(1, 5).map(lambda n: VisitId(f"{n:016x}")),
            st.sampled_from((None, NEGAR, BEHROUZ, member(3, blocked=True))),
            st.sampled_from((None, CES)),
        ),
        st.floats(0.0, 30.0),
    ),
    max_size=40,
)


def settle(play: Play) -> None:
    """Nobody touches anything any more; the disk answers."""
    for _ in range(12):
        stage, guest = play.state.stage, play.state.guest
        if isinstance(stage, Asking) and stage.saving is not None and guest:
            play.take(Recorded(guest.visit, stage.attempt, kept=True))
        play.take(30.0)


@given(INPUTS)
def test_any_inputs_end_in_attract_with_nothing_personal_left(inputs: Iterable[visit.Input | float]) -> None:
    play = Play(Rules(DEFAULT.timings, "fa"))
    play.take(*inputs)
    settle(play)
    play.take(visit.LANGUAGE_STAYS)
    assert play.state == State("fa", Idle(), play.state.since)


@given(INPUTS)
def test_any_inputs_record_visits_that_begin_and_end_once_and_undo_only_what_was_answered(
    inputs: list[visit.Input | float],
) -> None:
    play = Play(Rules(DEFAULT.timings, "fa"))
    for number, given_ in enumerate(inputs):
        if isinstance(given_, visit.Tapped):
            fresh = VisitId(f"{100 + number:016x}")
            play.take(replace(given_, visit=fresh))
        elif isinstance(given_, Replied) and play.state.guest:
            play.take(replace(given_, visit=play.state.guest.visit))
        else:
            play.take(given_)
    settle(play)
    begun = [e.visit for e in play.recorded if isinstance(e, events.CardTapped)]
    ended = [e.visit for e in play.recorded if isinstance(e, events.VisitEnded)]
    assert begun == ended
    assert len(set(begun)) == len(begun)
    answered = [(e.visit, e.attempt) for e in play.recorded if isinstance(e, events.QuestionAnswered)]
    undone = [(e.visit, e.attempt) for e in play.recorded if isinstance(e, events.AnswerUndone)]
    assert len(set(answered)) == len(answered)
    assert len(set(undone)) == len(undone)
    assert set(undone) <= set(answered)


def test_a_member_may_leave_without_being_asked(play: Play) -> None:
    assert isinstance(play.take(tap(NEGAR), DONE), Idle)
    assert play.kinds() == [events.CardTapped, events.VisitEnded]


def test_no_question_is_shown_whose_answer_could_not_be_kept(rules: Rules) -> None:
    full = replace(tap(member()), keeps=False)
    greeted, _ = rules.step(rules.idle(0.0), full, 0.0)
    assert isinstance(greeted.stage, Greeting)
    sorry, effects = rules.step(greeted, visit.Ticked(), 60.0)
    assert sorry.stage == Apologising("out-of-service")
    assert effects == ()

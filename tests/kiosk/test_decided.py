"""What was decided for everything that can come between: each a sentence, each a test."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from drivers.panel_events import CaseOpened
from drivers.reader import Card, CardPresented, CardRemoved
from kiosk import asked as remembered
from kiosk import views, visit
from kiosk.catalogue import CES, CLI, CSAT, DEFAULT, NEEDS, NPS, Survey
from kiosk.journal import JournalReader
from kiosk.questions import MANY, PAUSE
from kiosk.show import Surroundings, show
from kiosk.survey import DAY
from kiosk.views import Look, Touch
from kiosk.visit import LINGERS, Apologising, Asking, Greeting, Idle, Rules, State, Thanking, Undoing
from mqtt import events
from mqtt.catalogue import Branch
from mqtt.down import Asked, Both, Expiring, NextTier, Reply
from tests.kiosk.conftest import NOON, ToldClock, member, tap
from tests.kiosk.test_session import NEGAR as KNOWN
from tests.kiosk.test_session import NUMBER, Stage
from tests.kiosk.test_visit import Play, kept

NEGAR, BEHROUZ = member(1), member(2)
CONTINUE, SKIP, UNDO, DONE, LANGUAGE, HISTORY, MORE, BACK, LARGE, CONTRAST = (
    Touch(what)
    for what in (
        "continue",
        "skip",
        "undo",
        "done",
        "language",
        "history",
        "more",
        "back",
        "large",
        "contrast",
    )
)
READ = 3.0
"""Seconds in which a question is read."""


@pytest.fixture
def play(rules: Rules) -> Play:
    return Play(rules)


@pytest.fixture
def stage(tmp_path: Path, clock: ToldClock) -> Iterator[Stage]:
    stage = Stage(tmp_path, clock)
    yield stage
    stage.close()


def loyalty() -> visit.Tapped:
    return replace(tap(NEGAR, survey=CLI[0]), more=CLI[1:])


def seen(play: Play) -> views.View:
    around = Surroundings(DEFAULT.brand, DEFAULT.timings, True, NOON.timestamp(), NOON.timestamp())  # noqa: FBT003
    return show(play.state, play.rules, around)


# --- questions that follow


def test_each_answer_can_be_undone_before_the_next_question_comes(play: Play) -> None:
    play.take(loyalty(), CONTINUE, READ, Touch("answer", 2))
    assert play.take(kept()) == Undoing(CLI[0], 1, 2)
    assert play.take(DEFAULT.timings.undo) == Asking(CLI[1], 2)
    play.take(READ, Touch("answer", 3), kept(2))
    assert play.take(UNDO) == Asking(CLI[1], 3)
    play.take(Touch("answer", 4), kept(3))
    assert play.take(DONE) == Asking(CLI[2], 4)
    play.take(READ, Touch("answer", 1), kept(4))
    assert isinstance(play.take(DONE), Thanking)
    answers = [e for e in play.recorded if isinstance(e, events.QuestionAnswered)]
    assert [(e.question, e.attempt, e.value) for e in answers] == [
        ("cli-recommend", 1, 2),
        ("cli-buy-again", 2, 3),
        ("cli-buy-again", 3, 4),
        ("cli-try-others", 4, 1),
    ]
    assert {(e.scale.worst, e.scale.best, e.wording) for e in answers} == {(6, 1, 1)}


def test_an_undone_answer_leads_nowhere_the_new_one_does(play: Play) -> None:
    asked = msgspec.structs.replace(NPS, then=(Branch(0, 6, "ces"),))
    play.take(replace(tap(NEGAR, survey=asked), more=(CES,)), CONTINUE, READ, Touch("answer", 2), kept())
    play.take(UNDO, Touch("answer", 9), kept(2))
    assert isinstance(play.take(DONE), Thanking)


def test_a_skipped_question_is_followed_by_none(play: Play) -> None:
    assert isinstance(play.take(loyalty(), CONTINUE, SKIP), Thanking)


def test_a_disk_that_fails_at_the_second_question_takes_nothing_from_the_first(play: Play) -> None:
    play.take(loyalty(), CONTINUE, READ, Touch("answer", 2), kept(), DONE, READ, Touch("answer", 3))
    assert play.take(kept(2, kept=False)) == Apologising("not-kept")
    play.take(*[HISTORY] * (MANY + 1))
    assert not [e for e in play.recorded if isinstance(e, events.AnswersFlagged)]


# --- answers that nobody meant


def test_an_answer_before_anybody_could_read_is_marked_in_the_same_transaction(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, 0.5, Touch("answer", 6))
    (saved,) = (each for each in play.effects if isinstance(each, visit.Record) and each.confirms)
    assert [type(fact) for fact in saved.events] == [events.QuestionAnswered, events.AnswersFlagged]


def test_a_question_that_was_read_before_may_be_answered_anew_at_once(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, READ, Touch("answer", 6), kept(), UNDO, 0.2, Touch("answer", 5))
    assert events.AnswersFlagged not in play.kinds()


def test_a_run_of_touches_marks_what_was_answered_once(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, READ, Touch("answer", 6), kept())
    for _ in range(MANY + 3):
        play.take(PAUSE / 2, HISTORY)
    flagged = [e for e in play.recorded if isinstance(e, events.AnswersFlagged)]
    assert [(e.why, e.answers) for e in flagged] == [("touches", (events.Given("ces", 1),))]


def test_touches_with_a_pause_between_them_are_no_run(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, READ, Touch("answer", 6), kept())
    for _ in range(MANY + 3):
        play.take(PAUSE + 0.01, UNDO, kept(), PAUSE + 0.01, LARGE)
    assert events.AnswersFlagged not in play.kinds()


# --- history and look


def test_movements_are_looked_at_and_left_again(play: Play) -> None:
    assert play.take(tap(NEGAR), HISTORY) == Greeting(NEGAR, CES, page="history")
    view = seen(play)
    assert isinstance(view, views.History)
    assert view.lines == (views.Line(date(2026, 11, 20), 10, "visit"),)
    assert play.take(5.0, BACK) == Greeting(NEGAR, CES)
    assert isinstance(seen(play), views.Welcome)


def test_the_list_is_looked_at_alone_and_left_again(play: Play) -> None:
    assert play.take(tap(NEGAR), MORE) == Greeting(NEGAR, CES, page="more")
    view = seen(play)
    assert isinstance(view, views.Welcome)
    assert view.more
    assert play.take(HISTORY, MORE) == Greeting(NEGAR, CES, page="history")
    assert play.take(BACK) == Greeting(NEGAR, CES)


def test_who_reads_on_gets_the_question_in_the_end(play: Play) -> None:
    assert play.take(tap(NEGAR), HISTORY, DEFAULT.timings.reset) == Asking(CES)


def test_without_movements_there_is_nothing_to_look_at(play: Play) -> None:
    bare = msgspec.structs.replace(NEGAR, movements=())
    assert play.take(tap(bare), HISTORY) == Greeting(bare, CES)


def test_a_balance_is_gone_a_minute_after_the_tap_however_often_it_is_touched(play: Play) -> None:
    play.take(tap(NEGAR))
    for _ in range(20):
        play.take(HISTORY, 1.4, BACK, 1.4)
    assert isinstance(play.state.stage, Greeting)
    assert play.rules.ends_at(play.state) == LINGERS
    assert play.take(LINGERS - play.now) == Asking(CES)


def test_a_look_holds_through_the_visit_and_is_forgotten_with_it(play: Play) -> None:
    play.take(LARGE, tap(NEGAR), CONTRAST)
    assert play.state.look == Look(large=True, contrast=True)
    play.take(LARGE, CONTINUE)
    assert seen(play).look == Look(contrast=True)
    play.take(SKIP, DEFAULT.timings.thanks)
    assert play.state == State("fa", Idle(), play.now)


def test_a_look_chosen_on_the_idle_screen_does_not_stay_for_ever(play: Play) -> None:
    play.take(CONTRAST)
    assert seen(play).look == Look(contrast=True)
    play.take(visit.LANGUAGE_STAYS)
    assert seen(play).look == Look()


def test_another_cards_guest_gets_neither_the_look_nor_the_language_of_the_one_before(play: Play) -> None:
    play.take(tap(NEGAR), LARGE, LANGUAGE, tap(None, 2))
    assert (play.state.look, play.state.language) == (Look(), "fa")


def test_a_look_changed_in_a_question_gives_no_more_time_for_it(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE)
    ends = play.rules.ends_at(play.state)
    play.take(5.0, LARGE)
    assert play.rules.ends_at(play.state) == ends


# --- cards, readers, the case


def test_a_second_card_while_an_answer_is_saved_lets_the_answer_stand(play: Play) -> None:
    play.take(tap(NEGAR), CONTINUE, READ, Touch("answer", 6), tap(BEHROUZ, 2))
    assert play.state.stage == Greeting(BEHROUZ, CES)
    assert events.QuestionDismissed not in play.kinds()
    greeted = play.state
    play.take(kept())
    assert play.state == greeted, "the disk's word about the first visit is nobody's business any more"


def test_a_members_other_card_is_another_card(play: Play) -> None:
    both = member(1, cards=2)
    other = replace(tap(both, 2), cards=both.cards[1:])
    play.take(tap(both), other)
    assert play.kinds() == [events.CardTapped, events.VisitEnded, events.CardTapped]


def test_the_same_card_on_the_second_reader_changes_nothing(stage: Stage) -> None:
    stage.lay()
    stage.session.touch(CONTINUE)
    before = stage.session.view
    stage.session.reader(CardPresented("rc522", Card("em4100", NUMBER)))
    assert stage.session.view == before
    assert [row.type for row in stage.rows()].count("club.card.tapped.v1") == 1


def test_a_card_that_is_taken_away_in_a_question_changes_nothing(stage: Stage) -> None:
    stage.lay()
    stage.session.touch(CONTINUE)
    before = stage.session.view
    stage.session.reader(CardRemoved("em4100", Card("em4100", NUMBER)))
    assert stage.session.view == before


def test_a_case_that_is_opened_in_a_question_sounds_the_alarm_and_the_answer_still_counts(
    stage: Stage,
) -> None:
    stage.lay()
    stage.session.touch(CONTINUE)
    stage.forward(READ)
    stage.session.panel(CaseOpened())
    stage.session.touch(Touch("answer", 6))
    stage.wait_for_the_disk()
    assert "alarm" in stage.lights.told
    assert isinstance(stage.session.view, views.Undo)


# --- time, disk, catalogue, language


@pytest.mark.parametrize("step", [-86_400.0, 86_400.0, 40 * 86_400.0])
def test_a_clock_that_steps_in_a_visit_moves_no_deadline_and_asks_nobody_twice(
    stage: Stage, step: float
) -> None:
    stage.lay()
    stage.session.touch(CONTINUE)
    ends = stage.session.ends_at
    stage.clock.wall += step
    stage.session.tick()
    assert stage.session.ends_at == ends
    stage.session.touch(SKIP)
    stage.session.touch(DONE)
    stage.lay()
    stage.session.touch(CONTINUE)
    asked = stage.session.view
    assert isinstance(asked, views.Ask)
    assert asked.question == "csat"


@pytest.mark.parametrize("seconds", [0.3, 5.0, 40.0])
def test_a_slow_disk_is_waited_for_and_the_time_to_undo_begins_when_it_is_done(
    stage: Stage, seconds: float
) -> None:
    stage.lay()
    stage.session.touch(CONTINUE)
    stage.forward(READ)
    stage.session.touch(Touch("answer", 6))
    stage.forward(seconds)
    for touch in (Touch("answer", 1), SKIP, LANGUAGE, UNDO, DONE):
        stage.session.touch(touch)
    waiting = stage.session.view
    assert isinstance(waiting, views.Ask)
    assert waiting.saving == 6
    stage.wait_for_the_disk()
    assert isinstance(stage.session.view, views.Undo)
    assert stage.session.ends_at == stage.clock.monotonic + DEFAULT.timings.undo


def test_a_full_disk_shows_the_balance_and_then_says_that_no_answer_can_be_kept(play: Play) -> None:
    full = replace(tap(NEGAR), keeps=False)
    assert isinstance(play.take(full), Greeting)
    assert play.take(HISTORY, BACK, CONTINUE) == Apologising("out-of-service")
    assert isinstance(play.take(DONE), Idle)


def test_a_catalogue_that_comes_in_a_visit_changes_neither_its_questions_nor_its_wording(
    stage: Stage,
) -> None:
    reworded = msgspec.structs.replace(CSAT, wording=9)
    stage.lay()
    ours = msgspec.structs.replace(DEFAULT, surveys=(reworded,))
    stage.session.between_visits(lambda: stage.session.renew(ours))
    stage.session.touch(CONTINUE)
    stage.session.touch(SKIP)
    stage.session.touch(DONE)
    stage.lay()
    stage.session.touch(CONTINUE)
    data = [row.data for row in stage.rows() if row.type == "club.question.shown.v1"]
    assert [b'"ces"' in each for each in data] == [True, False]
    assert b'"wording":9' in data[1]


def test_a_language_switched_in_a_question_switches_it_and_travels_with_the_answer(play: Play) -> None:
    play.take(replace(tap(NEGAR, survey=CSAT)), CONTINUE, LANGUAGE, READ, Touch("answer", 4))
    view = seen(play)
    assert isinstance(view, views.Ask)
    assert (view.text, view.labels[3]) == (CSAT.text.en, "Satisfied")
    assert [e.language for e in play.recorded if isinstance(e, events.QuestionAnswered)] == ["en"]


# --- what is remembered of whom


def test_the_second_visit_has_the_next_question_and_a_restart_forgets_nothing(
    stage: Stage, clock: ToldClock
) -> None:
    for question in ("ces", "csat"):
        stage.lay()
        stage.session.touch(CONTINUE)
        asked = stage.session.view
        assert isinstance(asked, views.Ask)
        assert asked.question == question
        stage.session.touch(SKIP)
        stage.session.touch(DONE)
    stage.recorder.close()
    clock.forward(DAY)
    with closing(JournalReader(stage.path)) as journal:
        past = remembered.Asked(journal.facts(events.QuestionShown)).past(
            KNOWN.member, ["ces", "csat", "nps"], clock.stamp()
        )
    assert past.since == {"ces": DAY, "csat": DAY}


def test_whom_only_the_cloud_knows_is_asked_too_unless_another_store_just_did(stage: Stage) -> None:
    asked = msgspec.structs.replace(KNOWN, asked=(Asked("ces", NOON - timedelta(days=1)),))
    stage.can_ask = True
    stage.lay(b"\1" * 5)
    stage.replica.put_reply(Reply(stage.asks[0].id, asked))
    stage.session.replied()
    stage.session.touch(CONTINUE)
    view = stage.session.view
    assert isinstance(view, views.Ask)
    assert view.question == "csat"


# --- what the screen is given


FULL = msgspec.structs.replace(
    NEGAR,
    pending=40,
    held=200,
    tier=Both("نقره‌ای", "Silver"),
    expiring=Expiring(30, date(2026, 12, 1)),
    next_tier=NextTier(Both("طلایی", "Gold"), 750),
    offers=tuple(Both(f"پیشنهاد {n}", f"Offer {n}" * 60) for n in range(5)),
    last_visit=NOON.date() + timedelta(days=-1),
)


def test_the_greeting_says_what_the_row_carries_in_the_language_of_the_screen(play: Play) -> None:
    play.take(tap(FULL), LANGUAGE)
    view = seen(play)
    assert isinstance(view, views.Welcome)
    assert (view.pending, view.held, view.tier) == (40, 200, "Silver")
    assert view.expiring == views.Expiring(30, date(2026, 12, 1))
    assert view.next_tier == views.NextTier("Gold", 750)
    assert view.offers == ("Offer 0" * 60, "Offer 1" * 60, "Offer 2" * 60)
    assert view.last_visit == date(2026, 11, 21)
    assert view.history


def test_what_the_row_does_not_carry_is_not_there(play: Play) -> None:
    play.take(tap(NEGAR))
    view = seen(play)
    assert isinstance(view, views.Welcome)
    assert (view.pending, view.held, view.tier, view.expiring, view.next_tier, view.offers) == (
        *(0, 0, "", None, None),
        (),
    )


@pytest.mark.parametrize("survey", [CSAT, CLI[0], NEEDS], ids=lambda each: each.question)
def test_a_value_has_its_own_word_wherever_it_stands(play: Play, survey: Survey) -> None:
    play.take(tap(NEGAR, survey=survey), CONTINUE, READ)
    ask = seen(play)
    assert isinstance(ask, views.Ask)
    assert len(ask.labels) == len(ask.values)
    assert (ask.kind, ask.labels[0]) == (survey.kind, survey.labels[0].fa), "worst first"
    play.take(Touch("answer", ask.values[0]), kept())
    undo = seen(play)
    assert isinstance(undo, views.Undo)
    assert (undo.value, undo.label) == (survey.scale.worst, survey.labels[0].fa)

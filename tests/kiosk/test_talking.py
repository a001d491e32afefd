"""Telling the shop something, and reading what it answered: every way in, and every way out."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from kiosk import views, visit
from kiosk.catalogue import CES, DEFAULT, Survey
from kiosk.show import Surroundings, show
from kiosk.talking import CATEGORIES, GLANCE, KINDS
from kiosk.views import Touch
from kiosk.visit import (
    Apologising,
    AskCloud,
    Asking,
    Greeting,
    Idle,
    Recorded,
    Replied,
    Replying,
    Rules,
    Tapped,
    Telling,
    Thanking,
    Ticketed,
    Wondering,
)
from mqtt import events
from mqtt.down import Answer, MemberRow, Movement
from mqtt.tracking import of_visit
from mqtt.vocabulary import TicketCode, VisitId
from tests.kiosk.conftest import NOON, member, tap
from tests.kiosk.test_visit import Play

VISIT, OTHER = VisitId(f"{1:016x}"), VisitId(f"{2:016x}")
CODE = of_visit(VISIT)
LINES = tuple(Movement(date(2026, 11, day), 10 * day, "visit") for day in (9, 20, 2))
NEGAR = msgspec.structs.replace(member(1), movements=LINES)
WAITED = TicketCode("04HMASW9N5")
SHOWN = msgspec.structs.replace(NEGAR, replies=(WAITED, of_visit(OTHER)))
ANSWER = Answer(WAITED, 2, "complaint", "staff", date(2026, 11, 2), "We spoke to them.")
TALK, HISTORY, WRONG, BACK, CONTINUE, DONE, YES, NO, LANGUAGE = (
    Touch(what) for what in ("talk", "history", "wrong", "back", "continue", "done", "yes", "no", "language")
)
RESET = DEFAULT.timings.reset


def choose(value: int) -> Touch:
    return Touch("choose", value)


def kept(*, kept: bool = True, of: VisitId = VISIT) -> Recorded:
    return Recorded(of, 0, kept)


def online(row: MemberRow | None, number: int = 1) -> Tapped:
    return replace(tap(row, number), online=True)


def opened(play: Play) -> list[events.TicketOpened]:
    return [fact for fact in play.recorded if isinstance(fact, events.TicketOpened)]


def seen(play: Play) -> list[events.ReplySeen]:
    return [fact for fact in play.recorded if isinstance(fact, events.ReplySeen)]


def view(play: Play) -> views.View:
    around = Surroundings(DEFAULT.brand, DEFAULT.timings, True, NOON.timestamp(), NOON.timestamp(), 5)  # noqa: FBT003
    return show(play.state, play.rules, around)


@pytest.fixture
def play(rules: Rules) -> Play:
    return Play(rules)


# --- telling


def test_a_kind_and_what_it_is_about_become_a_ticket_with_the_visits_own_code(play: Play) -> None:
    stage = play.take(tap(NEGAR), TALK, choose(KINDS.index("praise") + 1))
    assert isinstance(stage, Greeting)
    assert (stage.page, stage.kind) == ("about", "praise")
    assert play.take(choose(CATEGORIES.index("goods") + 1)) == Telling()
    assert opened(play) == [events.TicketOpened(VISIT, NEGAR.member, CODE, "praise", "goods", "fa")]


def test_a_line_that_is_wrong_travels_with_the_ticket_as_it_stood_on_the_screen(play: Play) -> None:
    play.take(tap(NEGAR), HISTORY)
    shown = view(play)
    assert isinstance(shown, views.History)
    assert play.take(WRONG, choose(2)) == Telling()
    (ticket,) = opened(play)
    assert ticket.line == Movement(date(2026, 11, 9), 90, "visit")
    assert (shown.lines[1].on, shown.lines[1].points) == (ticket.line.on, ticket.line.points)
    assert (ticket.kind, ticket.category) == ("complaint", "points")


def test_a_code_is_shown_only_when_the_ticket_is_durable(play: Play) -> None:
    play.take(tap(NEGAR), TALK, choose(1), choose(1))
    assert play.take(600.0, DONE, BACK, choose(1), LANGUAGE) == Telling(), "a slow disk is waited for"
    assert isinstance(view(play), views.Talk)
    assert visit.Signal("thanks") not in play.effects
    assert play.take(kept()) == Ticketed(CODE)
    assert visit.Signal("thanks") in play.effects
    shown = view(play)
    assert isinstance(shown, views.Ticket)
    assert (shown.code.replace("-", ""), shown.days) == (CODE, 5)
    assert len(opened(play)) == 1


def test_a_ticket_that_was_not_kept_is_said_so_and_has_no_code(play: Play) -> None:
    assert play.take(tap(NEGAR), TALK, choose(1), choose(1), kept(kept=False)) == Apologising("not-kept")
    assert play.take(kept()) == Apologising("not-kept"), "the disk says it once"


@pytest.mark.parametrize("way", [TALK, WRONG])
def test_where_nothing_can_be_kept_nothing_is_asked(play: Play, way: Touch) -> None:
    play.take(replace(tap(NEGAR), keeps=False), HISTORY)
    shown = view(play)
    assert isinstance(shown, views.History)
    assert not shown.talk
    play.take(BACK, *((HISTORY,) if way is WRONG else ()))
    assert play.take(way) == Apologising("out-of-service")


def test_nobody_can_say_that_a_line_is_wrong_where_there_is_none(play: Play) -> None:
    nothing = msgspec.structs.replace(NEGAR, movements=())
    assert play.take(tap(nothing), HISTORY, WRONG) == Greeting(nothing, CES)


@pytest.mark.parametrize("value", [0, -1, 4, 7, 100])
def test_a_key_that_is_not_there_chooses_nothing(play: Play, value: int) -> None:
    before = play.take(tap(NEGAR), TALK)
    assert play.take(choose(value)) == before
    before = play.take(BACK, HISTORY, WRONG)
    assert play.take(choose(value)) == before
    before = play.take(BACK, BACK)
    assert play.take(choose(1)) == before, "nothing is asked on the balance"


def test_back_goes_one_page_at_a_time(play: Play) -> None:
    play.take(tap(NEGAR), TALK, choose(1))
    pages = []
    for _ in range(3):
        stage = play.take(BACK)
        assert isinstance(stage, Greeting)
        pages.append(stage.page)
    assert pages == ["talk", "balance", "balance"]
    play.take(HISTORY, WRONG, BACK)
    stage = play.take(BACK)
    assert isinstance(stage, Greeting)
    assert stage.page == "balance"


@pytest.mark.parametrize("touches", [(TALK,), (TALK, choose(1)), (HISTORY, WRONG)])
def test_who_says_nothing_more_has_told_nothing(play: Play, touches: tuple[Touch, ...]) -> None:
    play.take(tap(NEGAR, survey=None), *touches)
    assert isinstance(play.take(RESET), Idle)
    assert opened(play) == []


@pytest.mark.parametrize("touches", [(TALK,), (TALK, choose(1)), (HISTORY, WRONG)])
def test_another_card_leaves_nothing_of_what_was_begun(play: Play, touches: tuple[Touch, ...]) -> None:
    play.take(tap(NEGAR), *touches)
    other = member(2)
    assert play.take(tap(other, 2)) == Greeting(other, CES)
    assert opened(play) == []


def test_another_card_while_the_disk_is_slow_never_sees_the_code(play: Play) -> None:
    play.take(tap(NEGAR), TALK, choose(1), choose(1))
    other = member(2)
    assert play.take(tap(other, 2), kept()) == Greeting(other, CES)
    assert len(opened(play)) == 1


@pytest.mark.parametrize("leave", [DONE, RESET])
def test_a_ticket_ends_the_visit_and_nothing_is_asked_after_it(play: Play, leave: Touch | float) -> None:
    play.take(tap(NEGAR), TALK, choose(1), choose(1), kept())
    assert isinstance(play.take(leave), Idle)
    assert play.recorded[-1] == events.VisitEnded(VISIT, NEGAR.member, "done", play.now)
    assert events.QuestionShown not in play.kinds()


def test_another_card_after_the_ticket_ends_the_visit_as_done(play: Play) -> None:
    play.take(tap(NEGAR), TALK, choose(1), choose(1), kept(), tap(member(2), 2))
    ends = [fact.how for fact in play.recorded if isinstance(fact, events.VisitEnded)]
    assert ends == ["done"]


# --- reading


def replied(answer: Answer | None = ANSWER, of: VisitId = VISIT) -> Replied:
    return Replied(of, SHOWN, answer=answer)


def test_the_oldest_answer_that_waits_is_asked_for_at_the_tap(play: Play) -> None:
    play.take(online(SHOWN))
    assert AskCloud(VISIT, SHOWN.cards, WAITED) in play.effects
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert shown.replies


@pytest.mark.parametrize("change", [{"online": False}, {"keeps": False}, {"member": NEGAR}])
def test_nothing_is_asked_for_that_cannot_be_read(play: Play, change: dict[str, object]) -> None:
    play.take(replace(online(SHOWN), **change))  # type: ignore[arg-type]
    assert not [effect for effect in play.effects if isinstance(effect, AskCloud)]


def test_who_was_unknown_here_is_asked_for_once_the_cloud_knows_them(play: Play) -> None:
    stranger = online(None)
    assert play.take(stranger) == Wondering()
    play.take(Replied(VISIT, SHOWN, CES))
    assert play.effects[-1] == AskCloud(VISIT, stranger.cards, WAITED)
    assert play.take(replied(), CONTINUE) == Replying(ANSWER, CES)


@pytest.mark.parametrize("go_on", [CONTINUE, DEFAULT.timings.welcome])
@pytest.mark.parametrize("survey", [CES, None])
def test_the_answer_stands_after_the_balance_and_before_the_question(
    play: Play, go_on: Touch | float, survey: Survey | None
) -> None:
    play.take(replace(online(SHOWN), survey=survey), replied())
    assert play.take(go_on) == Replying(ANSWER, survey)
    shown = view(play)
    assert isinstance(shown, views.Reply)
    assert (shown.text, shown.on, shown.category) == (ANSWER.text, ANSWER.on, "staff")
    assert NEGAR.name not in repr(play.state)


@pytest.mark.parametrize(("touch", "better"), [(YES, "yes"), (NO, "no"), (DONE, None)])
def test_what_is_said_to_an_answer_is_kept_before_anything_follows(
    play: Play, touch: Touch, better: str | None
) -> None:
    play.take(online(SHOWN), replied(), CONTINUE, GLANCE)
    assert play.take(touch) == Replying(ANSWER, CES, saving=True)
    assert play.take(600.0, YES, NO, DONE, LANGUAGE) == Replying(ANSWER, CES, saving=True)
    assert play.take(kept()) == Asking(CES)
    assert [(fact.ticket, fact.reply, fact.better) for fact in seen(play)] == [(WAITED, 2, better)]


@pytest.mark.parametrize("touch", [YES, NO, DONE])
def test_a_touch_that_still_meant_the_balance_says_nothing_to_an_answer(play: Play, touch: Touch) -> None:
    play.take(online(SHOWN), replied(), CONTINUE, GLANCE / 2)
    assert play.take(touch) == Replying(ANSWER, CES)


def test_where_no_question_follows_there_are_thanks(play: Play) -> None:
    play.take(replace(online(SHOWN), survey=None), replied(), CONTINUE, GLANCE, YES, kept())
    assert play.state.stage == Thanking()


def test_an_answer_that_could_not_be_marked_as_read_waits_on(play: Play) -> None:
    assert play.take(online(SHOWN), replied(), CONTINUE, GLANCE, YES, kept(kept=False)) == Apologising(
        "not-kept"
    )


@pytest.mark.parametrize("leave", [RESET, tap(member(2), 2)])
def test_an_answer_that_nobody_closed_is_not_read(play: Play, leave: float | Tapped) -> None:
    play.take(online(SHOWN), replied(), CONTINUE)
    assert not isinstance(play.take(leave), Replying)
    assert seen(play) == []
    assert ANSWER.text not in repr(play.state)


@pytest.mark.parametrize("late", [replied(None), replied(of=OTHER)])
def test_without_the_shops_words_the_visit_goes_on_as_ever(play: Play, late: Replied) -> None:
    play.take(online(SHOWN), late)
    assert play.take(CONTINUE) == Asking(CES)


def test_words_that_come_too_late_change_nothing(play: Play) -> None:
    assert play.take(online(SHOWN), CONTINUE, replied()) == Asking(CES)


def test_words_that_come_while_somebody_looks_elsewhere_move_nothing(play: Play) -> None:
    play.take(online(SHOWN), HISTORY, 1.0)
    before = view(play)
    play.take(replied())
    assert view(play) == before
    assert play.take(BACK, CONTINUE) == Replying(ANSWER, CES)


def test_a_ticket_can_be_opened_while_another_waits_to_be_read(play: Play) -> None:
    play.take(online(SHOWN), replied(), TALK, choose(1), choose(1), kept())
    assert play.state.stage == Ticketed(CODE)
    assert seen(play) == []

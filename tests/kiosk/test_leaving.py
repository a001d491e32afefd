"""Leaving the club at a kiosk: told before, asked once, durable before it is said."""

from dataclasses import replace

import pytest

from kiosk import views, visit
from kiosk.catalogue import CES, DEFAULT, Leaving
from kiosk.show import Surroundings, show
from kiosk.talking import GLANCE
from kiosk.views import Touch
from kiosk.visit import Apologising, Greeting, Idle, Parted, Parting, Recorded, Rules
from mqtt import events
from mqtt.tracking import of_visit, spaced
from mqtt.vocabulary import ReceiptCode, VisitId
from tests.kiosk.conftest import NOON, member, tap
from tests.kiosk.test_visit import Play

VISIT = VisitId(f"{1:016x}")
RECEIPT = ReceiptCode(of_visit(VISIT))
NEGAR = member(1)
MORE, LEAVE, CONFIRM, BACK, DONE = (Touch(what) for what in ("more", "leave", "confirm", "back", "done"))
RESET = DEFAULT.timings.reset


def kept(*, kept: bool = True) -> Recorded:
    return Recorded(VISIT, 0, kept)


def view(play: Play) -> views.View:
    around = Surroundings(DEFAULT.brand, DEFAULT.timings, True, NOON.timestamp(), NOON.timestamp())  # noqa: FBT003
    return show(play.state, play.rules, around)


def left(play: Play) -> list[events.Event]:
    return [fact for fact in play.recorded if isinstance(fact, events.MemberLeft)]


@pytest.fixture
def play() -> Play:
    return Play(Rules(DEFAULT.timings, "fa", leaving=Leaving(offered=True)))


def test_leaving_is_behind_the_balance_and_tells_what_is_given_up(play: Play) -> None:
    play.take(tap(NEGAR))
    assert view(play).leave  # type: ignore[union-attr]
    play.take(MORE)
    assert view(play).leave  # type: ignore[union-attr]
    assert play.take(LEAVE) == Greeting(NEGAR, CES, "leave")
    shown = view(play)
    assert isinstance(shown, views.Leave)
    assert (shown.step, shown.points) == ("confirm", 120)


def test_a_debt_is_not_given_up(play: Play) -> None:
    play.take(tap(member(1, available=-30)), MORE, LEAVE)
    shown = view(play)
    assert isinstance(shown, views.Leave)
    assert shown.points == 0


def test_leaving_is_said_to_be_so_once_it_is_durable(play: Play) -> None:
    assert play.take(tap(NEGAR), MORE, LEAVE, GLANCE, CONFIRM) == Parting(RECEIPT)
    assert left(play) == [events.MemberLeft(VISIT, NEGAR.member, RECEIPT)]
    play.take(600.0, DONE, BACK, CONFIRM, Touch("language"))
    assert play.state.stage == Parting(RECEIPT), "a slow disk is waited for"
    shown = view(play)
    assert isinstance(shown, views.Leave)
    assert (shown.step, shown.code) == ("keeping", "")
    assert play.take(kept()) == Parted(RECEIPT)
    shown = view(play)
    assert isinstance(shown, views.Leave)
    assert (shown.step, shown.code, shown.points) == ("done", spaced(RECEIPT), 0)
    assert visit.Signal("thanks") in play.effects


@pytest.mark.parametrize("leave", [DONE, RESET])
def test_then_the_visit_is_over_and_nothing_is_asked(play: Play, leave: Touch | float) -> None:
    play.take(tap(NEGAR), MORE, LEAVE, GLANCE, CONFIRM, kept())
    assert isinstance(play.take(leave), Idle)
    assert play.recorded[-1] == events.VisitEnded(VISIT, NEGAR.member, "done", play.now)
    assert events.QuestionShown not in play.kinds()


def test_a_hasty_touch_meant_the_page_before(play: Play) -> None:
    assert play.take(tap(NEGAR), MORE, LEAVE, GLANCE / 2, CONFIRM) == Greeting(NEGAR, CES, "leave")
    assert left(play) == []


def test_who_thinks_better_of_it_is_where_they_were(play: Play) -> None:
    assert play.take(tap(NEGAR), MORE, LEAVE, BACK) == Greeting(NEGAR, CES, "more")
    assert play.take(GLANCE, CONFIRM) == Greeting(NEGAR, CES, "more")
    assert left(play) == []


def test_a_disk_that_does_not_take_it_is_said_so(play: Play) -> None:
    play.take(tap(NEGAR), MORE, LEAVE, GLANCE, CONFIRM)
    assert play.take(kept(kept=False), kept()) == Apologising("not-kept")


@pytest.mark.parametrize("touches", [[LEAVE], [MORE, CONFIRM], [Touch("history"), LEAVE]])
def test_only_the_page_behind_the_balance_leads_there(play: Play, touches: list[Touch]) -> None:
    stage = play.take(tap(NEGAR), *touches, GLANCE, CONFIRM)
    assert isinstance(stage, Greeting)
    assert stage.page != "leave"
    assert left(play) == []


@pytest.mark.parametrize("missing", ["offered", "keeps"])
def test_where_one_cannot_leave_it_is_not_offered(play: Play, missing: str) -> None:
    if missing == "offered":
        play.rules = replace(play.rules, leaving=Leaving())
    play.take(replace(tap(NEGAR), keeps=missing != "keeps"), MORE)
    assert not view(play).leave  # type: ignore[union-attr]
    assert play.take(LEAVE) == Greeting(NEGAR, CES, "more")


@pytest.mark.parametrize("until", [[LEAVE], [LEAVE, GLANCE, CONFIRM], [LEAVE, GLANCE, CONFIRM, kept()]])
def test_another_card_sees_nothing_of_it(play: Play, until: list[visit.Input | float]) -> None:
    other = member(2)
    assert play.take(tap(NEGAR), MORE, *until, tap(other, 2)) == Greeting(other, CES)
    ended = play.recorded[-2]
    assert isinstance(ended, events.VisitEnded)
    assert ended.how == ("done" if until[-1:] == [kept()] else "other-card")

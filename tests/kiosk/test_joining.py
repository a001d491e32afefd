"""Becoming a member with an empty card: every way in, and every way out."""

from dataclasses import replace

import msgspec
import pytest

from kiosk import views, visit
from kiosk.catalogue import DEFAULT, Joining, Words
from kiosk.phones import MOST, e164
from kiosk.show import Surroundings, show
from kiosk.views import Touch
from kiosk.visit import (
    PATIENCE,
    Apologising,
    Becoming,
    Greeting,
    Idle,
    LoadPhones,
    Newcomer,
    Record,
    Recorded,
    Replied,
    Rules,
    Tapped,
    Wondering,
)
from mqtt import events
from mqtt.catalogue import Purpose
from mqtt.vocabulary import VisitId
from tests.kiosk.conftest import NOON, member, tap
from tests.kiosk.test_visit import Play

VISIT = VisitId(f"{1:016x}")
PURPOSES = (
    Purpose("contact", 3, Words("خبرِ خرید", "News of purchases")),
    Purpose("offers", 1, Words("پیشنهادها", "Offers"), needed=False),
)
JOINING = Joining(("card", "phone"), Words("شماره و خریدها", "Your number and purchases"), PURPOSES)
NUMBER, TYPED = "+989121234567", "09121234567"
JOIN, NUMBER_KEY, ENTER, ERASE, CONFIRM, BACK, DONE = (
    Touch(what) for what in ("join", "number", "enter", "erase", "confirm", "back", "done")
)
RESET = DEFAULT.timings.reset
EMPTY = replace(tap(None), newcomer=Newcomer("em4100"))


def digits(typed: str) -> list[Touch]:
    return [Touch("digit", int(digit)) for digit in typed]


def kept(*, kept: bool = True) -> Recorded:
    return Recorded(VISIT, 0, kept)


def view(play: Play) -> views.View:
    around = Surroundings(DEFAULT.brand, DEFAULT.timings, True, NOON.timestamp(), NOON.timestamp())  # noqa: FBT003
    return show(play.state, play.rules, around)


def joined(play: Play) -> list[Record]:
    return [
        effect
        for effect in play.effects
        if isinstance(effect, Record) and isinstance(effect.events[0], events.MemberJoined)
    ]


@pytest.fixture
def play() -> Play:
    return Play(Rules(DEFAULT.timings, "fa", joining=JOINING))


def allow(play: Play, **change: object) -> None:
    play.rules = replace(play.rules, joining=msgspec.structs.replace(JOINING, **change))


def test_with_a_card_that_nobody_knows_one_can_join(play: Play) -> None:
    play.take(EMPTY)
    assert view(play) == views.Sorry("fa", "unknown", view(play).countdown, join=True)  # type: ignore[union-attr]
    assert play.take(JOIN) == Becoming("about")
    shown = view(play)
    assert isinstance(shown, views.Join)
    assert (shown.keeps, shown.purposes) == ("شماره و خریدها", ("خبرِ خرید", "پیشنهادها"))
    assert (shown.card, shown.phone) == (True, True)
    assert LoadPhones() in play.effects


def test_it_is_told_in_the_language_of_the_screen(play: Play) -> None:
    play.take(EMPTY, JOIN, Touch("language"))
    shown = view(play)
    assert isinstance(shown, views.Join)
    assert (shown.keeps, shown.purposes[1]) == ("Your number and purchases", "Offers")


@pytest.mark.parametrize("online", [False, True])
def test_whoever_the_cloud_does_not_know_can_join_too(play: Play, *, online: bool) -> None:
    play.take(replace(EMPTY, online=True))
    assert play.state.stage == Wondering()
    play.take(Replied(VISIT, None) if online else PATIENCE)
    assert play.take(JOIN) == Becoming("about")


@pytest.mark.parametrize("change", [{"keeps": False}, {"newcomer": None}])
def test_where_one_cannot_join_it_is_not_offered(play: Play, change: dict[str, object]) -> None:
    assert play.take(replace(EMPTY, **change), JOIN) == Apologising("unknown")  # type: ignore[arg-type]
    assert not view(play).join  # type: ignore[union-attr]


def test_where_the_club_has_no_way_it_is_not_offered(play: Play) -> None:
    allow(play, ways=())
    assert play.take(EMPTY, JOIN) == Apologising("unknown")
    assert isinstance(play.take(DEFAULT.timings.sorry), Idle)


def test_with_a_card_of_somebody_who_is_blocked_one_cannot_join(play: Play) -> None:
    assert play.take(replace(EMPTY, member=member(3, blocked=True)), JOIN) == Apologising("blocked")


def test_whoever_can_join_has_time_to_decide(play: Play) -> None:
    assert play.take(EMPTY, RESET - 1) == Apologising("unknown")
    assert isinstance(play.take(1.0), Idle)


def test_the_card_alone_agrees_to_nothing(play: Play) -> None:
    assert play.take(EMPTY, JOIN, CONFIRM) == Becoming("keeping")
    (record,) = joined(play)
    assert record.events == (events.MemberJoined(VISIT, "em4100", EMPTY.cards, "fa"),)
    assert (record.fields, record.confirms) == (None, 0)


def test_a_number_travels_apart_from_its_event_and_with_what_was_agreed_to(play: Play) -> None:
    assert play.take(EMPTY, JOIN, NUMBER_KEY, *digits(TYPED), ENTER) == Becoming("keeping", number=True)
    (record,) = joined(play)
    assert record.events == (
        events.MemberJoined(VISIT, "em4100", EMPTY.cards, "fa", personal=True),
        events.ConsentGiven(VISIT, "contact", 3, "fa"),
        events.ConsentGiven(VISIT, "offers", 1, "fa"),
    )
    assert record.fields == {"phone": NUMBER}
    assert NUMBER not in repr(play.recorded) + repr(record)


@pytest.mark.parametrize("number", [False, True])
def test_done_is_only_said_when_it_is_durable(play: Play, *, number: bool) -> None:
    way = (NUMBER_KEY, *digits(TYPED), ENTER) if number else (CONFIRM,)
    play.take(EMPTY, JOIN, *way, 600.0, DONE, BACK, ENTER, CONFIRM, Touch("language"))
    assert play.state.stage == Becoming("keeping", number=number), "a slow disk is waited for"
    assert visit.Signal("thanks") not in play.effects
    play.take(kept())
    assert visit.Signal("thanks") in play.effects
    shown = view(play)
    assert isinstance(shown, views.Join)
    assert (shown.step, shown.number, shown.typed) == ("done", number, "")
    assert len(joined(play)) == 1


@pytest.mark.parametrize("leave", [DONE, RESET])
def test_then_the_visit_is_over(play: Play, leave: Touch | float) -> None:
    play.take(EMPTY, JOIN, CONFIRM, kept())
    assert isinstance(play.take(leave), Idle)
    assert play.recorded[-1] == events.VisitEnded(VISIT, None, "done", play.now)


def test_a_disk_that_does_not_take_it_is_said_so(play: Play) -> None:
    play.take(EMPTY, JOIN, NUMBER_KEY, *digits(TYPED), ENTER)
    assert play.take(kept(kept=False), kept(), JOIN) == Apologising("not-kept")
    assert not view(play).join  # type: ignore[union-attr]


def test_a_number_can_be_corrected(play: Play) -> None:
    play.take(EMPTY, JOIN, NUMBER_KEY, *digits("0912"), ERASE, ERASE)
    assert play.state.stage == Becoming("phone", "09")
    play.take(ERASE, ERASE, ERASE)
    assert play.state.stage == Becoming("phone")


def test_what_is_no_number_is_said_so_until_it_is_changed(play: Play) -> None:
    play.take(EMPTY, JOIN, NUMBER_KEY, *digits("0912"), ENTER)
    assert play.state.stage == Becoming("phone", "0912", wrong=True)
    shown = view(play)
    assert isinstance(shown, views.Join)
    assert (shown.typed, shown.wrong) == ("0912", True)
    assert play.take(*digits("1")) == Becoming("phone", "09121")
    assert joined(play) == []


def test_nothing_that_was_not_typed_is_wrong(play: Play) -> None:
    assert play.take(EMPTY, JOIN, NUMBER_KEY, ENTER) == Becoming("phone")


@pytest.mark.parametrize("value", [None, -1, 10])
def test_a_key_that_is_no_digit_types_nothing(play: Play, value: int | None) -> None:
    assert play.take(EMPTY, JOIN, NUMBER_KEY, Touch("digit", value)) == Becoming("phone")


def test_there_are_no_more_digits_than_a_number_has(play: Play) -> None:
    assert play.take(EMPTY, JOIN, NUMBER_KEY, *digits("7" * 20)) == Becoming("phone", "7" * MOST)


def test_back_forgets_what_was_typed(play: Play) -> None:
    assert play.take(EMPTY, JOIN, NUMBER_KEY, *digits(TYPED), BACK) == Becoming("about")
    assert play.take(NUMBER_KEY) == Becoming("phone")


@pytest.mark.parametrize("way", ["card", "phone"])
def test_only_the_clubs_own_ways_are_gone(play: Play, way: str) -> None:
    allow(play, ways=(way,))
    play.take(EMPTY, JOIN)
    shown = view(play)
    assert isinstance(shown, views.Join)
    assert (shown.card, shown.phone) == (way == "card", way == "phone")
    assert bool(shown.purposes) == (way == "phone")
    stage = play.take(NUMBER_KEY if way == "card" else CONFIRM)
    assert stage == Becoming("about")


def test_typing_prolongs_and_a_pause_ends_it(play: Play) -> None:
    play.take(EMPTY, JOIN, NUMBER_KEY)
    for digit in digits(TYPED):
        play.take(RESET - 1, digit)
    assert play.state.stage == Becoming("phone", TYPED)
    assert isinstance(play.take(RESET), Idle)
    assert play.recorded[-1] == events.VisitEnded(VISIT, None, "timed-out", play.now)
    assert joined(play) == []


def test_a_key_that_types_nothing_prolongs_nothing(play: Play) -> None:
    play.take(EMPTY, JOIN, NUMBER_KEY, *digits("7" * MOST), RESET - 1, *digits("7"))
    assert isinstance(play.take(1.0), Idle)


@pytest.mark.parametrize("touches", [[JOIN, BACK], [JOIN, DONE], [JOIN, NUMBER_KEY, DONE]])
def test_one_can_think_better_of_it(play: Play, touches: list[Touch]) -> None:
    assert isinstance(play.take(EMPTY, *touches), Idle)
    assert play.recorded[-1] == events.VisitEnded(VISIT, None, "refused", play.now)


@pytest.mark.parametrize("touches", [[JOIN], [JOIN, NUMBER_KEY, *digits(TYPED)]])
def test_another_card_ends_it_and_nothing_of_it_stays(play: Play, touches: list[Touch]) -> None:
    other = member(2)
    assert play.take(EMPTY, *touches, tap(other, 2)) == Greeting(other, tap(other).survey)
    assert joined(play) == []


def test_another_card_while_the_disk_is_slow_sees_nothing_of_it(play: Play) -> None:
    other = member(2)
    play.take(EMPTY, JOIN, CONFIRM, tap(other, 2))
    assert isinstance(play.take(kept()), Greeting)
    assert len(joined(play)) == 1


def test_the_card_that_just_joined_changes_nothing_by_being_laid_again(play: Play) -> None:
    before = play.take(EMPTY, JOIN, NUMBER_KEY, *digits("09"))
    assert play.take(replace(EMPTY, visit=VisitId("2" * 16))) == before


def again(number: bool = True) -> Tapped:  # noqa: FBT001, FBT002
    return replace(EMPTY, newcomer=Newcomer("em4100", joined=number))


@pytest.mark.parametrize("number", [False, True])
def test_who_has_joined_here_is_no_stranger_before_the_cloud_knows_it(play: Play, *, number: bool) -> None:
    assert play.take(again(number)) == Becoming("done", number=number)
    assert visit.Signal("refused") not in play.effects
    assert isinstance(play.take(DONE), Idle)
    assert joined(play) == []


def test_who_has_joined_here_is_greeted_as_soon_as_the_cloud_knows_it(play: Play) -> None:
    assert play.take(replace(again(), online=True)) == Wondering()
    assert isinstance(play.take(Replied(VISIT, member(1))), Greeting)
    assert play.take(DONE, replace(again(), online=True), PATIENCE) == Becoming("done", number=True)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (TYPED, NUMBER),
        ("9121234567", NUMBER),
        ("00989121234567", NUMBER),
        ("02122334455", "+982122334455"),
        ("004915112345678", "+4915112345678"),
        ("110", None),
        ("0912123456", None),
        ("1" * MOST, None),
        ("0", None),
        ("", None),
    ],
)
def test_a_number_is_known_however_it_is_typed(typed: str, number: str | None) -> None:
    assert e164(typed, "IR") == number


def test_a_number_without_a_prefix_is_of_the_clubs_country() -> None:
    assert e164("015112345678", "DE") == "+4915112345678"
    assert e164("015112345678", "ZZ") is None

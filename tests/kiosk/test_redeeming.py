"""Spending points: every way to a coupon, and every way to none."""

from dataclasses import replace

import msgspec
import pytest

from kiosk import views, visit
from kiosk.catalogue import CES, DEFAULT, Redeeming
from kiosk.questions import PAUSE
from kiosk.redeeming import CONFIRMS
from kiosk.show import Surroundings, show
from kiosk.stages import SpendingStep
from kiosk.views import Offer, Touch
from kiosk.visit import (
    PATIENCE,
    Apologising,
    AskCloud,
    Asking,
    Decided,
    Greeting,
    Idle,
    Recorded,
    Redeemed,
    Replied,
    Rules,
    Signal,
    Spending,
    Tapped,
    Wondering,
)
from mqtt import events
from mqtt.down import Lent, MemberRow, Spend
from mqtt.tracking import of_visit
from mqtt.vocabulary import AllowanceId, CouponCode, Points, TicketCode, VisitId
from tests.kiosk.conftest import NOON, member, tap
from tests.kiosk.test_visit import Play

VISIT, OTHER = VisitId(f"{1:016x}"), VisitId(f"{2:016x}")
CODE = CouponCode(of_visit(VISIT))
NEGAR = msgspec.structs.replace(member(1, available=120), held=60)
LENT = Lent(AllowanceId("a" * 32), NEGAR.member, Points(60))
BUYS = Redeeming(rial_per_point=1000)
REDEEM, CONFIRM, BACK, DONE, CONTINUE, LANGUAGE = (
    Touch(what) for what in ("redeem", "confirm", "back", "done", "continue", "language")
)
RESET, READ = DEFAULT.timings.reset, 2 * PAUSE
ANOTHER = tap(member(2), 2)


def online(row: MemberRow | None = NEGAR, lent: Lent | None = LENT) -> Tapped:
    return replace(tap(row), online=True, lent=lent)


def offline(row: MemberRow = NEGAR, lent: Lent | None = LENT) -> Tapped:
    return replace(tap(row), lent=lent)


def kept(step: SpendingStep, *, kept: bool = True, of: VisitId = VISIT) -> Recorded:
    return Recorded(of, CONFIRMS[step], kept)


def view(play: Play) -> views.View:
    around = Surroundings(DEFAULT.brand, DEFAULT.timings, True, NOON.timestamp(), NOON.timestamp())  # noqa: FBT003
    return show(play.state, play.rules, around)


def redeem(play: Play) -> views.Redeem:
    shown = view(play)
    assert isinstance(shown, views.Redeem)
    return shown


def points(play: Play) -> list[int]:
    return [offer.points for offer in redeem(play).choices]


def spend(play: Play, amount: int) -> visit.Stage:
    """From the balance to the confirmed choice."""
    play.take(REDEEM)
    return play.take(Touch("choose", points(play).index(amount) + 1), READ, CONFIRM)


def spent(play: Play) -> list[events.Event]:
    kinds = (
        events.RedemptionAsked,
        events.RedemptionConfirmed,
        events.RedemptionAbandoned,
        events.RedemptionGrantedOffline,
    )
    return [fact for fact in play.recorded if isinstance(fact, kinds)]


@pytest.fixture
def play() -> Play:
    return Play(Rules(DEFAULT.timings, "fa", BUYS))


# --- what is offered


def test_the_balance_counts_what_is_out_at_this_very_kiosk(play: Play) -> None:
    play.take(online())
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert (shown.available, shown.held, shown.redeem) == (180, 0, True)


def test_a_row_from_before_the_points_were_lent_counts_them_only_once(play: Play) -> None:
    play.take(online(msgspec.structs.replace(NEGAR, available=180, held=0)))
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert (shown.available, shown.held) == (180, 0)


@pytest.mark.parametrize(
    ("tapped", "within"),
    [
        (online(), [20, 50, 100]),
        (online(lent=None), [20, 50, 100]),
        (offline(), [20, 50]),
        (online(msgspec.structs.replace(NEGAR, available=10**6)), [20, 50, 100, 200, 500, 1000]),
        (online(msgspec.structs.replace(NEGAR, available=-70)), [20, 50]),
    ],
)
def test_what_is_within_reach_can_be_chosen_the_smallest_first(
    play: Play, tapped: Tapped, within: list[int]
) -> None:
    play.take(tapped, REDEEM)
    assert points(play) == within
    assert redeem(play).choices[0] == Offer(20, 20_000)


def test_of_many_amounts_the_six_largest_are_shown(play: Play) -> None:
    many = Redeeming(rial_per_point=1, amounts=tuple(map(Points, (90, 10, 20, 20, 30, 40, 50, 60, 999))))
    play.rules = Rules(DEFAULT.timings, "fa", many)
    play.take(online(), REDEEM)
    assert points(play) == [20, 30, 40, 50, 60, 90]


def test_what_no_event_could_tell_cannot_be_chosen(play: Play) -> None:
    dear = Redeeming(rial_per_point=10**9, amounts=(Points(1), Points(2**24)))
    play.rules = Rules(DEFAULT.timings, "fa", dear)
    play.take(online(msgspec.structs.replace(NEGAR, available=2**30)), REDEEM)
    assert points(play) == [1]


@pytest.mark.parametrize(
    "tapped",
    [
        replace(online(), keeps=False),
        offline(lent=None),
        offline(lent=msgspec.structs.replace(LENT, points=19)),
        online(msgspec.structs.replace(NEGAR, available=10), None),
    ],
)
def test_where_nothing_could_be_had_nothing_is_offered(play: Play, tapped: Tapped) -> None:
    play.take(tapped)
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert not shown.redeem
    assert play.take(REDEEM) == play.take(CONFIRM), "nor does the touch do anything"
    assert isinstance(view(play), views.Welcome)


def test_where_points_buy_nothing_nothing_is_offered_and_nothing_asked_for(rules: Rules) -> None:
    play = Play(rules)
    play.take(online(), REDEEM)
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert not shown.redeem
    assert not [effect for effect in play.effects if isinstance(effect, AskCloud)]


def test_one_chooses_sees_what_will_be_left_and_can_go_back(play: Play) -> None:
    play.take(online(), REDEEM, Touch("choose", 2))
    shown = redeem(play)
    assert (shown.chosen, shown.left, shown.available, shown.choices) == (Offer(50, 50_000), 130, 180, ())
    play.take(BACK)
    assert (redeem(play).chosen, points(play)) == (None, [20, 50, 100])
    play.take(BACK)
    assert isinstance(view(play), views.Welcome)
    assert spent(play) == []


def test_it_is_offered_on_the_page_behind_the_balance_too(play: Play) -> None:
    play.take(online(), Touch("more"))
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert (shown.more, shown.redeem) == (True, True)
    play.take(REDEEM)
    assert points(play) == [20, 50, 100]


def test_it_is_not_reached_from_where_it_is_not_offered(play: Play) -> None:
    before = play.take(online(), Touch("talk"))
    assert play.take(REDEEM, CONFIRM) == before


@pytest.mark.parametrize("value", [0, -1, 4, 100])
def test_a_key_that_is_not_there_chooses_nothing(play: Play, value: int) -> None:
    before = play.take(online(), REDEEM)
    assert play.take(Touch("choose", value), CONFIRM, CONTINUE) == before


def test_the_second_touch_of_two_in_a_row_confirms_nothing(play: Play) -> None:
    play.take(online(), REDEEM, Touch("choose", 1), PAUSE / 2)
    assert isinstance(play.take(CONFIRM), Greeting)
    assert isinstance(play.take(READ, CONFIRM), Spending)


@pytest.mark.parametrize("leave", [DONE, RESET])
def test_who_confirms_nothing_has_spent_nothing(play: Play, leave: Touch | float) -> None:
    play.take(replace(online(), survey=None), REDEEM, Touch("choose", 1), leave)
    assert isinstance(play.state.stage, Idle)
    assert spent(play) == []


# --- from the allowance


@pytest.mark.parametrize("tapped", [offline(), online()])
def test_what_the_allowance_covers_is_granted_without_asking(play: Play, tapped: Tapped) -> None:
    play.take(tapped)
    assert spend(play, 50) == Spending(play.state.stage.greeting, Offer(50, 50_000), "granting")  # type: ignore[union-attr]
    assert spent(play) == [
        events.RedemptionGrantedOffline(VISIT, NEGAR.member, LENT.allowance, Points(50), 50_000, CODE)
    ]
    (record,) = (each for each in play.effects if isinstance(each, visit.Record) and each.uses)
    assert (record.uses, record.confirms) == ((LENT.allowance,), CONFIRMS["granting"])
    assert not [each for each in play.effects if isinstance(each, AskCloud) and each.spend]


def test_the_coupon_is_shown_only_when_it_is_durable(play: Play) -> None:
    play.take(offline())
    before = spend(play, 50)
    assert play.take(600.0, DONE, BACK, CONFIRM, LANGUAGE) == before, "a slow disk is waited for"
    shown = redeem(play)
    assert (shown.keeping, shown.chosen, shown.left) == (True, Offer(50, 50_000), 130)
    assert Signal("thanks") not in play.effects
    assert play.take(kept("granting")) == Redeemed(CODE, Offer(50, 50_000))
    coupon = view(play)
    assert isinstance(coupon, views.Redeemed)
    assert (coupon.code.replace("-", ""), coupon.days, coupon.worth.rial) == (CODE, BUYS.days, 50_000)
    assert NEGAR.name not in repr(play.state)
    assert Signal("thanks") in play.effects


@pytest.mark.parametrize("leave", [DONE, RESET, ANOTHER])
def test_a_coupon_ends_the_visit_as_done_and_nothing_is_asked_after_it(
    play: Play, leave: Touch | float | Tapped
) -> None:
    play.take(offline())
    spend(play, 50)
    play.take(kept("granting"), leave)
    assert [fact.how for fact in play.recorded if isinstance(fact, events.VisitEnded)] == ["done"]
    assert events.QuestionShown not in play.kinds()


def test_another_card_does_not_take_a_coupon_away_that_is_on_its_way_to_the_disk(play: Play) -> None:
    play.take(offline())
    before = spend(play, 50)
    assert play.take(ANOTHER) == before
    assert play.take(kept("granting")) == Redeemed(CODE, Offer(50, 50_000))


def test_what_the_disk_does_not_take_is_not_granted(play: Play) -> None:
    play.take(offline())
    spend(play, 50)
    assert play.take(kept("granting", kept=False)) == Apologising("not-kept")
    assert play.take(kept("granting")) == Apologising("not-kept"), "the disk says it once"


# --- from the cloud


def asked(play: Play, amount: int = 100, tapped: Tapped | None = None) -> visit.Stage:
    """Asked, durably, and sent."""
    play.take(tapped or online(lent=None))
    spend(play, amount)
    return play.take(kept("asking"))


def sent(play: Play) -> list[Spend]:
    return [each.spend for each in play.effects if isinstance(each, AskCloud) and each.spend]


def test_the_cloud_is_asked_only_when_it_is_durable_that_it_is(play: Play) -> None:
    play.take(online(lent=None))
    spend(play, 100)
    assert spent(play) == [events.RedemptionAsked(VISIT, NEGAR.member, Points(100))]
    assert sent(play) == []
    play.take(kept("asking"))
    assert sent(play) == [Spend(VISIT, Points(100))]


def test_an_allowance_whose_points_are_needed_is_given_back_in_the_same_breath(play: Play) -> None:
    rich = msgspec.structs.replace(NEGAR, available=70)
    asked(play, tapped=online(rich))
    assert spent(play) == [events.RedemptionAsked(VISIT, NEGAR.member, Points(100), LENT.allowance)]
    assert [each.uses for each in play.effects if isinstance(each, visit.Record) and each.uses] == [
        (LENT.allowance,)
    ]
    assert sent(play) == [Spend(VISIT, Points(100), LENT.allowance)]
    assert redeem(play).left == 30, "the screen goes on to say what it said"


def test_an_allowance_that_is_not_needed_stays(play: Play) -> None:
    asked(play, tapped=online())
    assert spent(play) == [events.RedemptionAsked(VISIT, NEGAR.member, Points(100))]


def test_what_is_granted_in_time_is_a_coupon_once_that_is_durable(play: Play) -> None:
    asked(play)
    confirming = play.take(PATIENCE / 2, Decided(VISIT, granted=True))
    assert isinstance(confirming, Spending)
    assert spent(play)[1:] == [events.RedemptionConfirmed(VISIT, NEGAR.member, Points(100), 100_000, CODE)]
    assert play.take(600.0, ANOTHER, DONE) == confirming
    assert play.take(kept("confirming")) == Redeemed(CODE, Offer(100, 100_000))


def test_what_was_granted_and_cannot_be_kept_is_abandoned(play: Play) -> None:
    asked(play)
    play.take(Decided(VISIT, granted=True))
    assert play.take(kept("confirming", kept=False)) == Apologising("not-kept")
    assert spent(play)[2:] == [events.RedemptionAbandoned(VISIT, NEGAR.member, Points(100), "left")]


def test_where_the_asking_cannot_be_kept_nobody_is_asked(play: Play) -> None:
    play.take(online(lent=None))
    spend(play, 100)
    assert play.take(kept("asking", kept=False)) == Apologising("not-kept")
    assert sent(play) == []


def test_what_is_refused_stands_there_with_what_the_cloud_knows(play: Play) -> None:
    less = msgspec.structs.replace(NEGAR, available=30)
    asked(play, tapped=online())
    play.take(Decided(VISIT, granted=False, member=less))
    shown = redeem(play)
    assert (shown.available, shown.fewer, shown.away, points(play)) == (90, True, False, [20, 50])
    assert spent(play)[1:] == [events.RedemptionAbandoned(VISIT, NEGAR.member, Points(100), "refused")]


def test_who_is_blocked_meanwhile_is_told_so(play: Play) -> None:
    asked(play)
    blocked = msgspec.structs.replace(NEGAR, blocked=True)
    assert play.take(Decided(VISIT, granted=False, member=blocked)) == Apologising("blocked")
    assert len(spent(play)) == 2


@pytest.mark.parametrize("silence", [PATIENCE, Decided(VISIT, None)])
def test_where_no_answer_comes_there_is_what_the_allowance_covers(
    play: Play, silence: float | Decided
) -> None:
    asked(play, tapped=online())
    play.take(silence)
    assert (redeem(play).away, redeem(play).fewer, points(play)) == (True, False, [20, 50])
    assert spent(play)[1:] == [events.RedemptionAbandoned(VISIT, NEGAR.member, Points(100), "no-reply")]
    play.take(Touch("choose", 2), READ, CONFIRM)
    assert play.take(kept("granting")) == Redeemed(CODE, Offer(50, 50_000))


def test_an_allowance_that_was_given_back_covers_nothing_more(play: Play) -> None:
    asked(play, tapped=online(msgspec.structs.replace(NEGAR, available=70)))
    play.take(PATIENCE)
    assert (redeem(play).away, points(play)) == (True, [])


def test_the_cloud_is_asked_once_a_visit(play: Play) -> None:
    asked(play, 50)
    play.take(PATIENCE, BACK, REDEEM, Replied(VISIT, NEGAR))
    assert isinstance(play.state.stage, Greeting)
    shown = view(play)
    assert isinstance(shown, views.Welcome)
    assert not shown.redeem


@pytest.mark.parametrize("late", [True, False])
def test_an_answer_after_its_time_changes_nothing(play: Play, late: bool) -> None:  # noqa: FBT001
    asked(play)
    before = play.take(PATIENCE)
    assert play.take(Decided(VISIT, granted=late)) == before
    assert len(spent(play)) == 2


def test_an_answer_to_another_visit_changes_nothing(play: Play) -> None:
    before = asked(play)
    assert play.take(Decided(OTHER, granted=True)) == before


@pytest.mark.parametrize("durable", [True, False])
def test_another_card_leaves_what_was_asked_for(play: Play, durable: bool) -> None:  # noqa: FBT001
    play.take(online(lent=None))
    spend(play, 100)
    play.take(*([kept("asking")] if durable else []), ANOTHER)
    assert play.state.stage == Greeting(member(2), CES)
    left = events.RedemptionAbandoned(VISIT, NEGAR.member, Points(100), "left")
    assert spent(play)[1:] == [left]
    play.take(kept("asking"), Decided(VISIT, granted=True))
    assert spent(play)[1:] == [left]
    assert len(sent(play)) == durable, "nobody is asked for somebody who left"


# --- the cloud's word at the tap


def test_an_allowance_is_asked_for_at_the_tap_and_nobody_waits_for_it(play: Play) -> None:
    assert isinstance(play.take(online()), Greeting)
    assert play.effects[-1] == AskCloud(VISIT, NEGAR.cards, None, lend=True)
    play.take(DONE, replace(online(), visit=OTHER, keeps=False))
    assert not [each for each in play.effects if isinstance(each, AskCloud) and each.visit == OTHER]


def test_with_a_ticket_that_waits_it_is_one_question(play: Play) -> None:
    waits = msgspec.structs.replace(NEGAR, replies=(TicketCode("04HMASW9N5"),))
    play.take(online(waits))
    assert [each for each in play.effects if isinstance(each, AskCloud)] == [
        AskCloud(VISIT, NEGAR.cards, waits.replies[0], lend=True)
    ]


def test_whom_only_the_cloud_knows_can_spend_too(play: Play) -> None:
    assert play.take(online(None, None)) == Wondering()
    assert play.effects[-1] == AskCloud(VISIT, tap(None).cards, lend=True)
    play.take(Replied(VISIT, NEGAR, CES, lent=LENT))
    assert len([each for each in play.effects if isinstance(each, AskCloud)]) == 1
    spend(play, 50)
    assert [type(fact) for fact in spent(play)] == [events.RedemptionGrantedOffline]


def test_the_clouds_row_takes_its_place_and_moves_nothing(play: Play) -> None:
    play.take(online(lent=None), 1.0)
    before = view(play)
    assert isinstance(before, views.Welcome)
    play.take(Replied(VISIT, msgspec.structs.replace(NEGAR, available=60, held=120), lent=LENT))
    after = view(play)
    assert isinstance(after, views.Welcome)
    assert (after.available, after.held) == (120, 60)
    assert after.countdown == before.countdown


@pytest.mark.parametrize(
    "word", [member(2), msgspec.structs.replace(NEGAR, available=1, as_of=NOON.replace(year=2025))]
)
def test_somebody_elses_row_or_an_older_one_takes_no_place(play: Play, word: MemberRow) -> None:
    play.take(online(), Replied(VISIT, word, lent=LENT))
    assert isinstance(play.state.stage, Greeting)
    assert play.state.stage.member == NEGAR


def test_where_movements_stand_they_do_not_slip_from_under_a_finger(play: Play) -> None:
    play.take(online(), Touch("history"))
    before = view(play)
    play.take(Replied(VISIT, msgspec.structs.replace(NEGAR, movements=())))
    assert view(play) == before


def test_a_choice_that_is_not_there_any_more_is_taken_back(play: Play) -> None:
    play.take(online(lent=None), REDEEM, Touch("choose", 3))
    play.take(Replied(VISIT, msgspec.structs.replace(NEGAR, available=60)))
    assert (redeem(play).chosen, redeem(play).fewer, points(play)) == (None, True, [20, 50])


def test_a_choice_that_is_still_there_stays(play: Play) -> None:
    play.take(online(lent=None), REDEEM, Touch("choose", 2))
    play.take(Replied(VISIT, msgspec.structs.replace(NEGAR, available=60)))
    assert (redeem(play).chosen, redeem(play).left, redeem(play).fewer) == (Offer(50, 50_000), 10, False)


def test_who_turns_out_to_be_blocked_is_told_so(play: Play) -> None:
    blocked = msgspec.structs.replace(NEGAR, blocked=True)
    assert play.take(online(), Replied(VISIT, blocked)) == Apologising("blocked")


def test_who_has_left_the_club_spends_nothing(play: Play) -> None:
    play.take(online(), REDEEM, Touch("choose", 1), Replied(VISIT, None))
    assert (redeem(play).fewer, points(play)) == (True, [])


def test_where_the_cloud_cannot_be_asked_the_allowance_stays(play: Play) -> None:
    play.take(online(), Replied(VISIT, None, reached=False), REDEEM)
    assert points(play) == [20, 50, 100]


def test_while_points_are_being_spent_the_cloud_renews_nothing(play: Play) -> None:
    before = asked(play)
    assert play.take(Replied(VISIT, msgspec.structs.replace(NEGAR, available=0))) == before


def test_a_question_follows_the_balance_as_ever(play: Play) -> None:
    assert play.take(online(), REDEEM, BACK, CONTINUE) == Asking(CES)

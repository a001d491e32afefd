"""A visit in which anything happens, in any order and at any pace: what must hold then, and at its end."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from itertools import count
from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk import survey, views, visit
from kiosk.asked import Asked
from kiosk.catalogue import CES, CLI, CSAT, DEFAULT, NEEDS, NPS, Leaving, Redeeming, Survey
from kiosk.clock import Stamp
from kiosk.redeeming import CONFIRMS
from kiosk.show import Surroundings, show
from kiosk.survey import DAY, MOST
from kiosk.views import Touch
from kiosk.visit import (
    LINGERS,
    Apologising,
    Asking,
    Becoming,
    Greeting,
    Idle,
    Newcomer,
    Parted,
    Parting,
    Redeemed,
    Replying,
    Rules,
    Spending,
    State,
    Telling,
    Ticketed,
)
from mqtt import events
from mqtt.catalogue import Branch
from mqtt.down import Answer, Lent, MemberRow, Movement
from mqtt.vocabulary import AllowanceId, CardKey, MemberId, Points, TicketCode, VisitId
from tests.kiosk.conftest import NOON, member
from tests.kiosk.test_joining import JOINING, NUMBER, TYPED, digits

NAME, BALANCE = "شهرزادِ یکتا", 918_273
WORDS = "پاسخِ بی‌همتا"
LINE = Movement(date(2026, 11, 20), BALANCE, "visit")
ANSWER = Answer(TicketCode("04HMASW9N5"), 1, "complaint", "points", date(2026, 11, 20), WORDS, LINE)
RULES = Rules(DEFAULT.timings, "fa", Redeeming(rial_per_point=1000), JOINING, Leaving(offered=True))
AROUND = Surroundings(DEFAULT.brand, DEFAULT.timings, True, NOON.timestamp(), NOON.timestamp())  # noqa: FBT003
ONCE = (
    events.CardTapped,
    events.QuestionShown,
    events.QuestionAnswered,
    events.AnswerUndone,
    events.QuestionDismissed,
    events.VisitEnded,
    events.TicketOpened,
    events.ReplySeen,
    events.MemberJoined,
    events.ConsentGiven,
    events.MemberLeft,
    events.RedemptionAsked,
    events.RedemptionConfirmed,
    events.RedemptionAbandoned,
    events.RedemptionGrantedOffline,
)
"""Facts that a visit has once, each with its own question and attempt, or purpose."""


CONFIRMED = (
    events.QuestionAnswered,
    events.TicketOpened,
    events.ReplySeen,
    events.MemberJoined,
    events.MemberLeft,
    events.RedemptionAsked,
    events.RedemptionConfirmed,
    events.RedemptionGrantedOffline,
)
"""Facts of which the disk's word is waited for."""


def person(number: int) -> MemberRow:
    lines = (LINE,) if number != 2 else ()
    replies = (ANSWER.ticket,) if number != 2 else ()
    return msgspec.structs.replace(
        member(number, blocked=number == 3), name=NAME, available=BALANCE, movements=lines, replies=replies
    )


SURVEYS = (
    msgspec.structs.replace(CES, cooldown_days=1.0, share=0.6, then=(Branch(1, 7, "csat"),)),
    msgspec.structs.replace(CSAT, cooldown_days=0.01, then=(Branch(1, 3, "csat"), Branch(4, 5, "nps"))),
    msgspec.structs.replace(NPS, cooldown_days=0.0, then=(Branch(0, 10, "needs"),)),
    *CLI,
    NEEDS,
)
PEOPLE = (None, *(person(number) for number in (1, 2, 3)))


@dataclass
class Corner:
    """The kiosk's corner of the shop: every input is taken, and after each everything is looked at."""

    now: float = 0.0
    state: State = field(default_factory=lambda: RULES.idle(0.0))
    recorded: list[events.Event] = field(default_factory=list)
    asked: Asked = field(default_factory=lambda: Asked(zone=UTC))
    shown_at: dict[tuple[MemberId, str], float] = field(default_factory=dict)
    waiting: list[tuple[VisitId, int]] = field(default_factory=list)
    kept: set[tuple[VisitId, int]] = field(default_factory=set)
    asks: set[VisitId] = field(default_factory=set)
    seen: set[type] = field(default_factory=set)
    visits: Iterable[int] = field(default_factory=lambda: count(1))

    def happen(self, what: object) -> None:
        match what:
            case ("tap", MemberRow() | None as row, bool(online), bool(keeps), float(chance)):
                self._take(self._tap(row, chance, online=online, keeps=keeps))
            case ("cloud", MemberRow() | None as row, float(chance)) if self.state.guest:
                choice = self._choose(row, chance)
                self._take(visit.Replied(self.state.guest.visit, row, choice.first, choice.more))
            case ("shop", MemberRow() | None as row) if (
                self.state.guest and self.state.guest.visit in self.asks
            ):
                self._take(visit.Replied(self.state.guest.visit, row, answer=ANSWER))
            case ("decided", bool() | None as granted, MemberRow() | None as row) if self.state.guest:
                self._take(visit.Decided(self.state.guest.visit, granted, row))
            case ("disk", bool(kept)) if self.waiting:
                told = self.waiting.pop(0)
                self.kept |= {told} if kept else set()
                self._take(visit.Recorded(*told, kept))
            case ("wait", float(seconds)):
                self.now += seconds
                self._take(visit.Ticked())
            case ("several", tuple(several)):
                for each in several:
                    self.happen(each)
            case Touch() | visit.Refused():
                self._take(what)

    def settle(self) -> None:
        """Nobody touches anything any more; the disk answers."""
        for _ in range(4 * MOST):
            while self.waiting:
                self.happen(("disk", True))
            self.happen(("wait", max(60.0, LINGERS)))

    def _tap(self, row: MemberRow | None, chance: float, *, online: bool, keeps: bool) -> visit.Tapped:
        cards = row.cards if row else (CardKey("1:" + "f" * 32),)
        new, choice = VisitId(f"{next(iter(self.visits)):016x}"), self._choose(row, chance)
        lent = Lent(AllowanceId("a" * 32), row.member, Points(60)) if row and row.member != "m-0002" else None
        tapped = visit.Tapped(new, "em4100", cards, row, choice.first, online, keeps, choice.more, lent)
        return replace(tapped, newcomer=Newcomer("em4100"))

    def _choose(self, row: MemberRow | None, chance: float) -> survey.Choice:
        if row is None:
            return survey.Choice()
        stamp = self._stamp()
        past = self.asked.past(row.member, [each.question for each in SURVEYS], stamp)
        return survey.choose(SURVEYS, DEFAULT.asking, row, past, survey.Now(stamp.time, sure=True), chance)

    def _stamp(self) -> Stamp:
        return Stamp(NOON.timestamp() + self.now, round(self.now * 1e9), "boot", synced=True)

    def _take(self, given_: visit.Input) -> None:
        self.state, effects = RULES.step(self.state, given_, self.now)
        for effect in effects:
            if isinstance(effect, visit.Record):
                self._record(effect)
            if isinstance(effect, visit.AskCloud) and effect.ticket:
                self.asks.add(effect.visit)
        self._look()

    def _record(self, effect: visit.Record) -> None:
        self.recorded += effect.events
        for fact in effect.events:
            if isinstance(fact, events.QuestionShown):
                self._rested(fact)
            if isinstance(fact, CONFIRMED) and effect.confirms is not None:
                self.waiting.append((fact.visit, effect.confirms))
        first = effect.events[0]
        personal = isinstance(first, events.MemberJoined) and first.personal
        assert effect.fields == ({"phone": NUMBER} if personal else None)

    def _rested(self, fact: events.QuestionShown) -> None:
        (asked,) = (each for each in SURVEYS if each.question == fact.question)
        key = fact.member, fact.question
        assert self.now - self.shown_at.get(key, float("-inf")) >= asked.cooldown_days * DAY, "not rested"
        self.shown_at[key] = self.now
        self.asked.note(fact, self._stamp())

    def _look(self) -> None:
        """Nothing personal outside of the greeting, what is spent in it, and the reply; a way out of all."""
        view, stage = show(self.state, RULES, AROUND), self.state.stage
        self.seen.add(type(stage))
        if isinstance(stage, Greeting):
            guest = self.state.guest
            assert guest is not None
            assert RULES.ends_at(self.state) <= guest.since + LINGERS
        elif not isinstance(stage, Spending):
            words = (NAME,) if isinstance(stage, Replying) else (NAME, str(BALANCE), WORDS)
            for said in (repr(self.state), repr(view)):
                assert not [word for word in words if word in said]
        if not isinstance(stage, Idle):
            assert RULES.ends_at(self.state) < float("inf")
        if saves(stage):
            assert self.waiting, "what is saved is waited for, so the disk's word ends it"
        if isinstance(stage, Ticketed | Parted) or (isinstance(stage, Becoming) and stage.step == "done"):
            assert self.state.guest
            assert (self.state.guest.visit, 0) in self.kept, "what is done is told when it is durable"
        if isinstance(stage, Redeemed):
            assert self.state.guest
            granted = {(self.state.guest.visit, CONFIRMS[step]) for step in ("granting", "confirming")}
            assert granted & self.kept, "so is a coupon"
        if not (isinstance(stage, Becoming) and stage.step == "phone"):
            assert not getattr(stage, "typed", ""), "typed, and still there"
        if isinstance(stage, Apologising | Becoming | Idle) and not getattr(stage, "typed", ""):
            assert TYPED[1:] not in f"{self.state} {view}"


def saves(stage: visit.Stage) -> bool:
    match stage:
        case Telling() | Asking(saving=int()) | Replying(saving=True) | Parting() | Becoming(step="keeping"):
            return True
        case Spending(step=step):
            return step != "asked"
    return False


def answered(value: int) -> tuple[str, tuple[object, ...]]:
    return "several", (("wait", 1.3), Touch("answer", value), ("disk", True), Touch("done"))


def spent(key: int) -> tuple[str, tuple[object, ...]]:
    return "several", (Touch("redeem"), Touch("choose", key), ("wait", 0.5), Touch("confirm"))


def typed(number: str) -> tuple[str, tuple[object, ...]]:
    return "several", (*digits(number), Touch("enter"))


def key(fact: events.Event) -> tuple[object, ...]:
    names = ("visit", "question", "attempt", "purpose")
    return type(fact), *(getattr(fact, name, None) for name in names)


TOUCHES = st.sampled_from(
    [what for what in get_args(views.Touch.__annotations__["what"]) if what not in {"answer", "choose"}]
)
CHANCES = st.sampled_from((0.0, 0.59, 0.7, 0.99))
WHAT = st.one_of(
    st.tuples(st.just("tap"), st.sampled_from(PEOPLE), st.booleans(), st.booleans(), CHANCES),
    st.tuples(st.just("tap"), st.just(PEOPLE[1]), st.just(False), st.just(True), CHANCES),  # noqa: FBT003
    st.tuples(st.just("cloud"), st.sampled_from(PEOPLE), CHANCES),
    st.tuples(st.just("disk"), st.sampled_from((True, True, True, False))),
    st.tuples(st.just("wait"), st.sampled_from((0.1, 0.5, 1.3, 3.0, 6.0, 19.0, 60.0, 900.0, DAY))),
    st.builds(Touch, st.just("answer"), st.integers(0, 7)),
    st.builds(answered, st.integers(1, 7)),
    st.builds(Touch, st.sampled_from(("continue", "done", "history", "more", "undo"))),
    st.builds(Touch, TOUCHES),
    st.tuples(st.just("shop"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("decided"), st.sampled_from((True, False, None)), st.sampled_from(PEOPLE)),
    st.builds(spent, st.integers(1, 6)),
    st.builds(Touch, st.just("choose"), st.integers(0, 7)),
    st.builds(Touch, st.sampled_from(("talk", "history", "wrong", "back", "yes", "no", "done"))),
    st.tuples(st.just("tap"), st.just(PEOPLE[1]), st.just(True), st.just(True), CHANCES),  # noqa: FBT003
    st.just(visit.Refused("two-cards")),
    st.just(("several", (("tap", None, False, True, 0.0), Touch("join")))),
    st.builds(Touch, st.sampled_from(("join", "number", "confirm", "more", "leave", "enter", "erase"))),
    st.builds(Touch, st.just("digit"), st.integers(0, 9)),
    st.builds(typed, st.sampled_from((TYPED, TYPED[:6]))),
)


@settings(max_examples=2000, deadline=None)
@given(st.lists(WHAT, max_size=25))
def test_anything_in_any_order_ends_in_attract_with_nothing_left_and_nothing_twice(
    happens: list[object],
) -> None:
    corner = Corner()
    for what in happens:
        corner.happen(what)
    corner.settle()
    assert corner.state == State("fa", Idle(), corner.state.since)
    once = Counter(key(fact) for fact in corner.recorded if isinstance(fact, ONCE))
    assert not [fact for fact, times in once.items() if times > 1], "journalled twice"
    asked = Counter(fact.visit for fact in corner.recorded if isinstance(fact, events.QuestionShown))
    assert max(asked.values(), default=0) <= MOST
    begun = [fact.visit for fact in corner.recorded if isinstance(fact, events.CardTapped)]
    assert begun == [fact.visit for fact in corner.recorded if isinstance(fact, events.VisitEnded)]
    given_ = {key(fact)[1:4] for fact in corner.recorded if isinstance(fact, events.QuestionAnswered)}
    flagged = [
        (fact.visit, answer.question, answer.attempt)
        for fact in corner.recorded
        if isinstance(fact, events.AnswersFlagged)
        for answer in fact.answers
    ]
    assert len(set(flagged)) == len(flagged), "marked twice"
    assert set(flagged) <= given_


def played(*happens: object) -> Corner:
    corner = Corner()
    for what in happens:
        corner.happen(what)
    return corner


def test_the_longest_visit_is_within_reach_of_these_inputs() -> None:
    """So that the property above is about something."""
    tap = ("tap", PEOPLE[1], False, True, 0.0)
    answer = [("wait", 3.0), Touch("answer", 5), ("disk", True), Touch("done")]
    corner = played(tap, Touch("continue"), *answer, *answer, *answer)
    questions: list[Survey | str] = [
        fact.question for fact in corner.recorded if isinstance(fact, events.QuestionShown)
    ]
    assert questions == ["ces", "csat", "nps"], "and the needs that would follow are one too many"


def test_every_stage_is_within_reach_of_these_inputs() -> None:
    tap, choose = ("tap", PEOPLE[1], True, True, 0.0), Touch("choose", 1)
    told = played(tap, Touch("talk"), choose, choose, ("disk", True))
    wrong = played(tap, Touch("history"), Touch("wrong"), choose)
    read = played(tap, ("shop", PEOPLE[1]), Touch("continue"), ("wait", 1.3), Touch("no"), ("disk", True))
    spend = (tap, spent(6), ("disk", True), ("decided", True, None), ("disk", True))
    granted, lent = played(*spend), played(tap, spent(2), ("disk", True))
    assert granted.seen & lent.seen >= {Greeting, Spending, Redeemed}
    assert told.seen >= {Greeting, Telling, Ticketed}
    assert wrong.seen >= {Greeting, Telling}
    assert read.seen >= {Replying, Asking}
    empty = ("tap", None, False, True, 0.0)
    joined = played(empty, Touch("join"), Touch("number"), typed(TYPED), ("disk", True))
    left = played(
        tap, Touch("more"), Touch("leave"), ("wait", 1.3), Touch("confirm"), ("disk", True), Touch("done")
    )
    assert joined.seen >= {Becoming}
    assert left.seen >= {Parting, Parted}
    corners = (told, wrong, read, granted, lent, joined, left)
    kinds = {type(fact) for corner in corners for fact in corner.recorded}
    assert kinds >= {events.TicketOpened, events.ReplySeen}
    assert kinds >= {events.RedemptionConfirmed, events.RedemptionGrantedOffline}
    assert kinds >= {events.MemberJoined, events.ConsentGiven, events.MemberLeft}

"""From the state of a visit to the view that a screen draws; pure."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from kiosk import joining, leaving, purse, show_joining, show_redeeming, talking, views, visit
from kiosk.catalogue import Survey, Talking, Timings
from mqtt.down import Answer, MemberRow, Movement
from mqtt.tracking import spaced
from mqtt.vocabulary import Language

STALE = 150.0
"""Seconds without a word from the cloud after which figures count as older: two hellos and a half."""

OFFERS = 3
"""How many offers a screen has room for."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a view needs besides the visit. Times in seconds since 1970; `heard_at` 0.0 for never."""

    brand: views.Brand
    timings: Timings
    readers: bool
    heard_at: float
    wall: float
    answer_days: int = Talking().answer_days

    @property
    def offline(self) -> bool:
        """Whether the figures on this kiosk may be old.

        A clock that stands long before the last word is wrong: nothing was heard since it went so.
        """
        return abs(self.wall - self.heard_at) > STALE


def show(state: visit.State, rules: visit.Rules, around: Surroundings) -> views.View:  # noqa: C901, PLR0912 - a case for each stage
    """Give the one view for a state."""
    language, times = state.language, around.timings
    until = countdown(state, rules)
    look = state.look
    match state.stage:
        case visit.Idle() | visit.Wondering():
            return views.Attract(language, around.brand, around.readers, look)
        case visit.Greeting() as greeting:
            return _greeting(state, greeting, around, until, rules)
        case visit.Spending() | visit.Redeemed() as spent:
            whole = views.Countdown(state.since, state.since + times.reset)
            return show_redeeming.spent(state, spent, rules.redeeming, _late(whole, times))
        case visit.Telling():
            return views.Talk(language, "keeping", until, look=look)
        case visit.Ticketed(ticket=ticket):
            return views.Ticket(language, spaced(ticket), around.answer_days, _late(until, times), look)
        case visit.Replying(answer=answer, saving=saved):
            return _reply(state, answer, _late(until, times), saving=saved)
        case visit.Asking(survey=survey, saving=saving):
            return _question(state, survey, saving, _late(until, times))
        case visit.Undoing(survey=survey, value=value):
            return views.Undo(language, value, until, survey.word(value, language), look)
        case visit.Thanking():
            return views.Thanks(language, until, look=look)
        case visit.Becoming() as becoming:
            return show_joining.join(state, becoming, rules.joining, _late(until, times))
        case visit.Parting():
            return show_joining.leaving(state, until)
        case visit.Parted(receipt=receipt):
            return show_joining.left(state, receipt, _late(until, times))
        case visit.Apologising(reason=reason):
            return views.Sorry(language, reason, until, look, joining.is_offered(state, rules.joining))


def countdown(state: visit.State, rules: visit.Rules) -> views.Countdown:
    """A ring that shrinks over the whole stage."""
    return views.Countdown(state.since, rules.ends_at(state))


def _late(until: views.Countdown, times: Timings) -> views.Countdown:
    """A ring that only shows when it is nearly time."""
    return views.Countdown(until.ends_at - (times.reset - times.warn), until.ends_at)


def _question(state: visit.State, survey: Survey, saving: int | None, until: views.Countdown) -> views.Ask:
    language = state.language
    return views.Ask(
        language,
        survey.question,
        survey.text[language],
        survey.first[language],
        survey.last[language],
        survey.values(),
        until,
        saving,
        survey.kind,
        survey.words(language),
        state.look,
    )


def _greeting(
    state: visit.State,
    greeting: visit.Greeting,
    around: Surroundings,
    until: views.Countdown,
    rules: visit.Rules,
) -> views.View:
    member, late = greeting.member, _late(until, around.timings)
    leave = leaving.is_offered(state, rules.leaving)
    match greeting.page:
        case "history":
            return views.History(state.language, _lines(member), late, state.look, _keeps(state))
        case "more":
            return replace(_welcome(state, greeting, around, late, rules), more=True, leave=leave)
        case "leave":
            return show_joining.leave(state, purse.available(greeting), late)
        case "redeem" | "confirm":
            return show_redeeming.choosing(state, greeting, rules.redeeming, late)
        case "talk" | "about" | "wrong":
            return _talk(state, greeting, late)
    return replace(_welcome(state, greeting, around, until, rules), leave=leave)


def _talk(state: visit.State, greeting: visit.Greeting, until: views.Countdown) -> views.Talk:
    match greeting.page:
        case "talk":
            return views.Talk(state.language, "kind", until, talking.KINDS, look=state.look)
        case "about":
            return views.Talk(state.language, "about", until, talking.CATEGORIES, look=state.look)
    return views.Talk(state.language, "line", until, lines=_lines(greeting.member), look=state.look)


def _reply(state: visit.State, answer: Answer, until: views.Countdown, *, saving: bool) -> views.Reply:
    line = _line(answer.line) if answer.line else None
    return views.Reply(
        state.language,
        answer.kind,
        answer.category,
        answer.on,
        answer.text,
        until,
        line,
        saving,
        state.look,
    )


def _welcome(
    state: visit.State,
    greeting: visit.Greeting,
    around: Surroundings,
    until: views.Countdown,
    rules: visit.Rules,
) -> views.Welcome:
    member = greeting.member
    heard = datetime.fromtimestamp(around.heard_at, UTC)
    language = state.language
    return views.Welcome(
        language,
        member.name,
        purse.available(greeting),
        max(member.as_of, heard),
        around.offline,
        _last_visit(member),
        until,
        member.pending,
        member.held - purse.own(greeting),
        member.tier[language] if member.tier else "",
        _expiring(member),
        _next_tier(member, language),
        tuple(offer[language] for offer in member.offers[:OFFERS]),
        bool(member.movements),
        state.look,
        talk=_keeps(state),
        replies=bool(member.replies),
        redeem=purse.is_offered(rules.redeeming, state, greeting),
    )


def _expiring(member: MemberRow) -> views.Expiring | None:
    found = member.expiring
    return views.Expiring(found.points, found.on) if found else None


def _next_tier(member: MemberRow, language: Language) -> views.NextTier | None:
    found = member.next_tier
    return views.NextTier(found.name[language], found.missing) if found else None


def _keeps(state: visit.State) -> bool:
    """Whether what somebody tells could be kept."""
    return state.guest is not None and state.guest.keeps


def _lines(member: MemberRow) -> tuple[views.Line, ...]:
    return tuple(map(_line, talking.lines(member)))


def _line(moved: Movement) -> views.Line:
    return views.Line(moved.on, moved.points, moved.reason)


def _last_visit(member: MemberRow) -> date | None:
    return member.last_visit or max(
        (line.on for line in member.movements if line.reason == "visit"), default=None
    )

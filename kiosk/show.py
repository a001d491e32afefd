"""From the state of a visit to the view that a screen draws; pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from kiosk import views, visit
from kiosk.catalogue import Timings
from mqtt.down import MemberRow

STALE = 150.0
"""Seconds without a word from the cloud after which figures count as older: two hellos and a half."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a view needs besides the visit. Times in seconds since 1970; `heard_at` 0.0 for never."""

    brand: views.Brand
    timings: Timings
    readers: bool
    heard_at: float
    wall: float

    @property
    def offline(self) -> bool:
        """Whether the figures on this kiosk may be old."""
        return self.wall - self.heard_at > STALE


def show(state: visit.State, rules: visit.Rules, around: Surroundings) -> views.View:
    """Give the one view for a state."""
    language, times = state.language, around.timings
    until = countdown(state, rules)
    match state.stage:
        case visit.Idle() | visit.Wondering():
            return views.Attract(language, around.brand, around.readers)
        case visit.Greeting(member=member):
            return _welcome(state, member, around, until)
        case visit.Asking(survey=survey, saving=saving):
            until = views.Countdown(state.since + times.warn, until.ends_at)
            return views.Ask(
                language,
                survey.question,
                survey.text[language],
                survey.first[language],
                survey.last[language],
                survey.values(),
                until,
                saving,
            )
        case visit.Undoing(value=value):
            return views.Undo(language, value, until)
        case visit.Thanking():
            return views.Thanks(language, until)
        case visit.Apologising(reason=reason):
            return views.Sorry(language, reason, until)


def countdown(state: visit.State, rules: visit.Rules) -> views.Countdown:
    """A ring that shrinks over the whole stage."""
    return views.Countdown(state.since, rules.ends_at(state))


def _welcome(
    state: visit.State, member: MemberRow, around: Surroundings, until: views.Countdown
) -> views.Welcome:
    heard = datetime.fromtimestamp(around.heard_at, UTC)
    return views.Welcome(
        state.language,
        member.name,
        member.available,
        max(member.as_of, heard),
        around.offline,
        _last_visit(member),
        until,
    )


def _last_visit(member: MemberRow) -> date | None:
    return max((line.on for line in member.movements if line.reason == "visit"), default=None)

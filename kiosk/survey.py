"""Whether a member is asked, what, and what follows from an answer; pure.

Time, chance and what is remembered come in as arguments. Where it is not known how long ago a member was
asked something, it counts as just now: rather one answer fewer than the same question too often.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from kiosk.catalogue import Asking, Survey
from mqtt.catalogue import Kind
from mqtt.down import MemberRow

DAY = 86_400.0
MOST = 3
"""Questions in one visit: one, and at most two that follow from its answer."""
READS: Mapping[Kind, float] = MappingProxyType({
    "ces": 0.9,
    "csat": 0.7,
    "nps": 0.9,
    "cli": 0.9,
    "needs": 1.2,
})  # fmt: skip
"""Seconds before which nobody has seen a question and reached for one of its keys: an answer that comes
sooner was not read. Short on purpose, since who knows the question from the last time needs no reading."""


@dataclass(frozen=True, slots=True)
class Now:
    """The store-local moment, with its offset from UTC; `sure`: the clock can be trusted."""

    at: datetime
    sure: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What this kiosk itself remembers.

    `since`: seconds since it asked the member each question, 0.0 where it cannot tell; `today`: how often it
    showed each question on this store-local day, to anybody.
    """

    since: Mapping[str, float] = field(default_factory=dict)
    today: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choice:
    """The first question of a visit, if any, and those that could follow from answers."""

    first: Survey | None = None
    more: tuple[Survey, ...] = ()


def choose(  # noqa: PLR0913, PLR0917 - one argument for each thing that it depends on
    surveys: Iterable[Survey], asking: Asking, row: MemberRow, past: Past, now: Now, chance: float
) -> Choice:
    """What this member may be asked now. `chance` is a random number, 0 <= chance < 1.

    Questions have their turn in the catalogue's order, each with its own share.
    """
    if row.blocked or _is_quiet(asking, now):
        return Choice()
    fit = [survey for survey in surveys if _is_free(survey, row, past, now)]
    first = _draw((survey for survey in fit if survey.opens), chance)
    if first is None:
        return Choice()
    return Choice(first, tuple(survey for survey in fit if survey.question != first.question))


def follow_up(survey: Survey, value: int, more: Iterable[Survey]) -> Survey | None:
    """The question that an answer leads to, if it is among those that may still be asked."""
    for branch in survey.then:
        if branch.low <= value <= branch.high:
            return next((each for each in more if each.question == branch.question), None)
    return None


def is_too_quick(survey: Survey, took: float) -> bool:
    """Whether an answer came, `took` seconds after the question was drawn, before anybody could read it."""
    return took < READS[survey.kind]


def _is_quiet(asking: Asking, now: Now) -> bool:
    """With quiet hours to keep and a clock that cannot tell them, it is quiet."""
    clock = f"{now.at:%H:%M}"
    return any(not now.sure or quiet.holds(clock) for quiet in asking.quiet)


def _is_free(survey: Survey, row: MemberRow, past: Past, now: Now) -> bool:
    rest = survey.cooldown_days * DAY
    if any(age < rest for age in _ages(survey.question, row, past, now)):
        return False
    return survey.quota is None or past.today.get(survey.question, 0) < survey.quota


def _ages(question: str, row: MemberRow, past: Past, now: Now) -> Iterator[float]:
    """For how many seconds the member has not been asked this, here and anywhere."""
    if question in past.since:
        yield past.since[question]
    for asked in row.asked:
        if asked.question == question:
            yield (now.at - asked.at).total_seconds() if now.sure else 0.0


def _draw(surveys: Iterable[Survey], chance: float) -> Survey | None:
    for survey in surveys:
        if chance < survey.share:
            return survey
        # what is left of the chance is again evenly spread, so one number serves every question
        chance = (chance - survey.share) / (1 - survey.share)
    return None

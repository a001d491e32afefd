"""Questions at the kiosks of the generated club: who is asked what, and what comes of it."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Final, Literal, NamedTuple

from cloud.club.demo.journals import Journal
from cloud.club.demo.people import Regular
from cloud.club.demo.places import PLACES
from cloud.club.demo.questions import FOLLOWING, MOODS, QUESTIONS, REST, WORDING, Question
from cloud.club.demo.shops import TROUBLED, Shop
from mqtt.events import (
    AnswersFlagged,
    AnswerUndone,
    Given,
    QuestionAnswered,
    QuestionDismissed,
    QuestionShown,
)
from mqtt.vocabulary import MemberId, VisitId

Fate = Literal["answered", "changed", "taken back", "skipped", "timed-out", "mashed"]
FATES: Final[dict[Fate, int]] = {
    "answered": 70,
    "changed": 4,
    "taken back": 2,
    "skipped": 14,
    "timed-out": 9,
    "mashed": 1,
}
"""What comes of a visit's first question, in percent."""
GOES_ON: Final[dict[Fate, int]] = {"answered": 94, "skipped": 4, "timed-out": 2}
"""And of those that follow from it."""
RUSH = range(18, 21)
WAITS = 0.5
"""How often somebody is in the worse of two moods: in a rush, and where people come with a trouble."""
MASHED = 0.3
"""Seconds in which nobody has read a question."""


class Sitting(NamedTuple):
    """One visit at a kiosk, in a mood."""

    journal: Journal
    visit: VisitId
    regular: Regular
    mood: int


class Asking:
    """Asks as the kiosks do: each question by chance in its turn, and nobody the same too soon."""

    def __init__(self, dice: Random, last: date) -> None:
        """Begin with nobody asked; `last` is the last day of the history."""
        self._dice, self._last = dice, last
        self._asked: dict[tuple[MemberId, str], date] = {}

    def ask(self, shop: Shop, journal: Journal, visit: VisitId, regular: Regular) -> None:
        """Ask a member who has just laid a card, if anything may be asked."""
        question = self._choose(regular.member, journal.now.date())
        if question is not None:
            sitting = Sitting(journal, visit, regular, self._mood(shop, journal))
            self._go_through(sitting, question)

    def _choose(self, member: MemberId, day: date) -> Question | None:
        for question in QUESTIONS:
            rested = day - self._asked.get((member, question.id), date.min) >= REST
            if rested and self._dice.random() < question.share:
                self._asked[member, question.id] = day
                return question
        return None

    def _mood(self, shop: Shop, journal: Journal) -> int:
        """The mood of this visit; worse of two in a rush, and where people come with a trouble."""
        then: datetime = journal.now
        weights = shop.mood if self._last - then.date() >= timedelta(days=shop.dip) else shop.lately
        twice = then.hour in RUSH or PLACES.kiosks[journal.kiosk] == TROUBLED
        moods = self._dice.choices(MOODS, weights, k=2 if twice else 1)
        return min(moods) if self._dice.random() < WAITS else moods[0]

    def _go_through(self, sitting: Sitting, first: Question) -> None:
        question: Question | None = first
        fates, attempt = FATES, 1
        while question is not None:
            fate = self._dice.choices(list(fates), list(fates.values()))[0]
            attempt += self._one(sitting, question, fate, attempt)
            if fate not in {"answered", "changed", "mashed"}:
                return
            fates = {"mashed": 1} if fate == "mashed" else GOES_ON
            question = FOLLOWING.get(question.then)

    def _one(self, sitting: Sitting, question: Question, fate: Fate, attempt: int) -> int:
        """Show a question, and let it have its fate; how often it was answered."""
        journal, visit, regular, mood = sitting
        member = regular.member
        shown = QuestionShown(visit, member, question.id, WORDING, regular.language)
        journal.record(shown, MASHED if fate == "mashed" else seconds(self._dice, 3.5))
        if fate in {"skipped", "timed-out"}:
            why: Literal["skipped", "timed-out"] = "skipped" if fate == "skipped" else "timed-out"
            after = seconds(self._dice, 2.0) if fate == "skipped" else 20.0
            journal.record(QuestionDismissed(visit, member, question.id, WORDING, why), after)
            return 0
        value = question.answer(self._dice, mood, regular.kind)
        self._answer(sitting, question, value, attempt, MASHED if fate == "mashed" else None)
        if fate == "mashed":
            journal.record(AnswersFlagged(visit, member, (Given(question.id, attempt),), "too-quick"))
        if fate in {"changed", "taken back"}:
            journal.record(AnswerUndone(visit, member, question.id, attempt), 1.2)
        if fate == "changed":
            self._answer(sitting, question, question.worse(value), attempt + 1)
        return 2 if fate == "changed" else 1

    def _answer(
        self, sitting: Sitting, question: Question, value: int, attempt: int, took: float | None = None
    ) -> None:
        after = took or seconds(self._dice, 2.6)
        regular = sitting.regular
        head = (sitting.visit, regular.member, question.id, WORDING, regular.language)
        sitting.journal.record(QuestionAnswered(*head, question.scale, value, attempt, after), after)


def seconds(dice: Random, middle: float) -> float:
    """How long somebody takes, about."""
    return round(min(middle * dice.lognormvariate(0, 0.45), 18.0), 3)

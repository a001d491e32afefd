"""Whether all that happened is there, and there once: figures from the stored events and from the tables."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.db.models import F, Sum

from cloud.club.ledger import holders
from cloud.club.models import Entry
from cloud.club.rules import VISIT_POINTS
from cloud.collector.facts import Fact, columns, read_facts
from cloud.collector.models import Parked, StoredEvent, Stream
from cloud.voice.models import AnswerCount, TapCount
from mqtt.events import AnswerUndone, CardTapped, QuestionAnswered
from mqtt.vocabulary import CardKey, Epoch, KioskId, VisitId


@dataclass(frozen=True)
class Of:
    """Which streams are asked for: all, or a kiosk's, or the one of a kiosk's epoch."""

    kiosk: KioskId | None = None
    epoch: Epoch | None = None

    def holds(self, name: str) -> bool:
        """Whether a fact of this name is in one of the streams."""
        kiosk, _, place = name.partition("/")
        return self.kiosk in {None, kiosk} and self.epoch in {None, place.partition("-")[0]}

    def filters(self, prefix: str = "") -> dict[str, str]:
        """The same for a query."""
        wanted = {"kiosk": self.kiosk, "epoch": self.epoch}
        return {prefix + key: value for key, value in wanted.items() if value}


@dataclass(frozen=True)
class Seen:
    """What somebody saw on a kiosk's screen after laying a card: a greeting, or an answer taken."""

    what: Literal["tap", "answer"]
    card: CardKey
    value: int | None = None


@dataclass(frozen=True)
class Totals:
    """How many events are stored, how many of them are posted, and what was parked, in some streams."""

    collected: int
    posted: int
    taps: int
    answers: int
    parked: int


class Audit:
    """The facts of a database at one moment, read once."""

    def __init__(self) -> None:
        """Read every posted event that a figure depends on."""
        events = StoredEvent.objects.filter(sequence__lte=F("stream__posted"), parked=None)
        self.facts, _ = read_facts(columns(events.order_by("id")))

    def doubled(self) -> int:
        """How many things are stored, counted or credited beyond the once that they happened."""
        return sum(self.surplus().values())

    def surplus(self) -> dict[str, int]:
        """The same, one by one; 0 everywhere, or something is wrong."""
        taps, answers = list(self._taps()), list(self._answers())
        return {
            "visits": _repeated(tap.visit for _, tap in taps),
            "answers": _repeated((a.visit, a.question, a.attempt) for _, a in answers),
            "credits": _repeated(key.rsplit("/", 2)[0] for key in _source_keys()),
            "points": max(0, self.points_off()),
            "counted taps": max(0, _sum(TapCount) - len(taps)),
            "counted answers": max(0, _sum(AnswerCount) - len(answers) + len(self._undone())),
        }

    def points_off(self) -> int:
        """Points booked for visits beyond those that the events give; below 0 where some are missing."""
        booked = Entry.objects.filter(reason="visit").aggregate(points=Sum("points"))["points"] or 0
        return int(booked) - VISIT_POINTS * len(self._member_days())

    def lost(self, seen: Iterable[Seen], of: Of) -> int:
        """How much of what was seen is not in these streams."""
        cards = {tap.visit: tap.cards for fact, tap in self._taps() if of.holds(fact.name)}
        held = Counter[Seen](Seen("tap", card) for keys in cards.values() for card in keys)
        for fact, answer in self._answers():
            if of.holds(fact.name):
                held.update(Seen("answer", card, answer.value) for card in cards.get(answer.visit, ()))
        return (Counter(seen) - held).total()

    def _taps(self) -> Iterator[tuple[Fact, CardTapped]]:
        return ((fact, fact.event) for fact in self.facts if isinstance(fact.event, CardTapped))

    def _answers(self) -> Iterator[tuple[Fact, QuestionAnswered]]:
        return ((fact, fact.event) for fact in self.facts if isinstance(fact.event, QuestionAnswered))

    def _undone(self) -> set[tuple[VisitId, str, int]]:
        given = {(a.visit, a.question, a.attempt) for _, a in self._answers()}
        events = (fact.event for fact in self.facts)
        undone = {(e.visit, e.question, e.attempt) for e in events if isinstance(e, AnswerUndone)}
        return given & undone

    def _member_days(self) -> set[tuple[str, object]]:
        known = holders({card for _, tap in self._taps() for card in tap.cards})
        return {
            (member, fact.day)
            for fact, tap in self._taps()
            for member, group in [known[card] for card in tap.cards if card in known][:1]
            if group == fact.place.group
        }


def totals(of: Of) -> Totals:
    """Count what is stored."""
    events = StoredEvent.objects.filter(**of.filters("stream__"))
    posted = events.filter(sequence__lte=F("stream__posted"))
    return Totals(
        collected=events.count(),
        posted=posted.count(),
        taps=events.filter(type="club.card.tapped.v1").count(),
        answers=events.filter(type="club.question.answered.v1").count(),
        parked=Parked.objects.filter(**of.filters("stream__")).count(),
    )


def behind() -> bool:
    """Whether anything that is stored is not posted yet."""
    return Stream.objects.filter(posted__lt=F("upto")).exists()


def _repeated(names: Iterable[Hashable]) -> int:
    return sum(times - 1 for times in Counter(names).values())


def _source_keys() -> Iterator[str]:
    return Entry.objects.values_list("source_key", flat=True).iterator()


def _sum(counts: type[TapCount] | type[AnswerCount]) -> int:
    return counts.objects.aggregate(total=Sum("count"))["total"] or 0

"""Whether all that happened is there, and there once: figures from the stored events and from the tables."""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import F, Model, QuerySet, Sum

from cloud.club.earning import earn_next
from cloud.club.grants import judged
from cloud.club.models import Entry, LimitUse
from cloud.club.rule_sets import RuleSets
from cloud.collector.facts import Fact, Reader, stored_events
from cloud.collector.models import Closing, Parked, StoredEvent, Stream
from cloud.collector.occasions import EARNING, holders_of, occasions_of
from cloud.collector.posting import RULES
from cloud.voice import loyalty
from cloud.voice.buckets import UNSURE
from cloud.voice.models import AnswerCount, DayCount, ShownCount, TapCount
from cloud.voice.rollups import HourCount, MonthCount, MonthShown, Rolled, StoreCount, StoreShown
from mqtt.events import AnswersFlagged, AnswerUndone, CardTapped, QuestionAnswered, QuestionShown
from mqtt.vocabulary import CardKey, Epoch, KioskId, VisitId

PAGE = 5000
"""Events that are looked at together."""

_POSTED = (
    "e.sequence <= s.posted{} AND e.id > %s"
    " AND NOT EXISTS (SELECT 1 FROM collector_parked p WHERE p.event_id = e.id) ORDER BY e.id LIMIT %s"
)


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
    """Figures of a database at one moment, from one reading of its events."""

    def __init__(self) -> None:
        """Read every posted event that a figure depends on, a page at a time."""
        self._visits, self._given = _Once(), _Once()
        self._withdrawn: set[Hashable] = set()
        self._shown = 0
        self._owed, self._versions = 0, RuleSets().look()
        self._closed_points, self._used = _closed_entries()
        for facts in _posted(Of()):
            self._note(facts)

    def doubled(self) -> int:
        """How many things are stored, counted or credited beyond the once that they happened."""
        return sum(self.surplus().values())

    def surplus(self) -> dict[str, int]:
        """The same, one by one; 0 everywhere, or something is wrong."""
        given = self._given.times - len(self._withdrawn & self._given.things) + _closed("answer")
        return {
            "visits": self._visits.again,
            "answers": self._given.again,
            "credits": _repeated(key.rsplit("/", 2)[0] for key in _source_keys()),
            "points": max(0, self.points_off()),
            "counted taps": max(0, _sum(TapCount) - self._visits.times - _closed("tap")),
            "counted answers": max(0, _sum(AnswerCount) - given),
            "answers by day": max(0, _sum(DayCount, question=loyalty.QUESTION) - given),
            "impressions": max(0, _sum(ShownCount) - self._shown - _closed("shown")),
            **_summed_beyond(),
        }

    def points_off(self) -> int:
        """Points booked beyond those that the events give; below 0 where some are missing.

        Which of two occasions has the last place under a limit may depend on the order of streams; where
        they are worth different points, so does this figure.
        """
        earned = Entry.objects.filter(kind="earn", reason__in=EARNING.values())
        booked = earned.aggregate(points=Sum("points"))["points"] or 0
        return int(booked) - self._closed_points - self._owed

    def lost(self, seen: Iterable[Seen], of: Of) -> int:
        """How much of what was seen is not in these streams."""
        wanted, held = Counter(seen), Counter[Seen]()
        asked = {one.card for one in wanted}
        cards: dict[VisitId, Sequence[CardKey]] = {}
        for event in (fact.event for facts in _posted(of) for fact in facts):
            if isinstance(event, CardTapped):
                # a visit that is there twice stands for one that was seen
                if asked.intersection(event.cards) and event.visit not in cards:
                    cards[event.visit] = event.cards
                    held.update(Seen("tap", card) for card in event.cards)
            elif isinstance(event, QuestionAnswered):
                held.update(Seen("answer", card, event.value) for card in cards.get(event.visit, ()))
        return (wanted - held).total()

    def _note(self, facts: Sequence[Fact]) -> None:
        for rules, occasion in judged(self._versions, occasions_of(facts, holders_of(facts))):
            self._owed += sum(credit.points for credit in earn_next(rules, occasion, self._used))
        for fact in facts:
            if isinstance(fact.event, CardTapped):
                self._visits.add(fact.event.visit)
            elif isinstance(fact.event, QuestionAnswered):
                self._given.add((fact.event.visit, fact.event.question, fact.event.attempt))
            elif isinstance(fact.event, QuestionShown):
                self._shown += 1
            elif isinstance(fact.event, AnswerUndone):
                self._withdrawn.add((fact.event.visit, fact.event.question, fact.event.attempt))
            elif isinstance(fact.event, AnswersFlagged):
                self._withdrawn |= {
                    (fact.event.visit, one.question, one.attempt) for one in fact.event.answers
                }


class _Once:
    """Counts things that should be there once."""

    def __init__(self) -> None:
        self.things: set[Hashable] = set()
        self.times = 0

    @property
    def again(self) -> int:
        """How often one came that was there before."""
        return self.times - len(self.things)

    def add(self, thing: Hashable) -> None:
        """One more."""
        self.things.add(thing)
        self.times += 1


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


def _posted(of: Of) -> Iterator[list[Fact]]:
    """The posted events of streams, some at a time, in the order in which they were stored."""
    reader, last = Reader(RULES), 0
    wanted = "".join(f" AND s.{name} = %s" for name in of.filters())
    while rows := list(stored_events(_POSTED.format(wanted), (*of.filters().values(), last, PAGE))):
        last = rows[-1].row
        yield list(reader.facts(rows))


def _closed_entries() -> tuple[int, Counter[str]]:
    """The points that dropped events gave, and what that used of the limits."""
    entries = Closing.objects.filter(kind="entry").values_list("key", "points")
    closed = [(*json.loads(key)[1:], points) for key, points in entries]
    sources = {source for _, source, _ in closed}
    uses = LimitUse.objects.values_list("key", "source_key", "amount")
    used = Counter[str]()
    for key, source, amount in uses:
        used[key] += amount if source in sources else 0
    for limit, _, _ in closed:
        used[limit] = max(used[limit], 1)
    return sum(points for _, _, points in closed), used


def _repeated(names: Iterable[Hashable]) -> int:
    once = _Once()
    for name in names:
        once.add(name)
    return once.again


def _source_keys() -> Iterator[str]:
    # a till's documents and what people post are no events
    of_events = Entry.objects.filter(kind="earn", reason__in=EARNING.values())
    return of_events.values_list("source_key", flat=True).iterator()


def _summed_beyond() -> dict[str, int]:
    """What the roll-ups hold beyond the counts; those of stores hold days, and months of the sure ones."""
    answers, shown = _sum(DayCount, day=UNSURE), _sum(ShownCount, day=UNSURE)
    beyond = {
        "answers by store": _sum(StoreCount) - _sum(DayCount) - answers,
        "answers by month": _sum(MonthCount) - answers,
        "impressions by store": _sum(StoreShown) - _sum(ShownCount) - shown,
        "impressions by month": _sum(MonthShown) - shown,
        "answers by weekday": _sum(HourCount) - _sum(AnswerCount, bucket=UNSURE),
    }
    return {name: max(0, number) for name, number in beyond.items()}


def _sum(counts: type[TapCount | AnswerCount | DayCount | ShownCount | Rolled], **but: str) -> int:
    """All that is counted, but under what is named."""
    total = QuerySet[Model](counts).exclude(**but).aggregate(total=Sum("count"))["total"]
    return int(total or 0)


def _closed(kind: str) -> int:
    return Closing.objects.filter(kind=kind).aggregate(total=Sum("count"))["total"] or 0

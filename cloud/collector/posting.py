"""What each type of event means for the ledger and the counts: one function a type, in a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cloud.club import ledger, rules
from cloud.collector.models import Outbox
from cloud.voice.buckets import day_of, hour_of
from cloud.voice.counts import Given, Tally
from cloud.voice.models import UNSURE
from mqtt.events import AnswerUndone, CardTapped, Event, QuestionAnswered
from mqtt.vocabulary import CardKey, GroupId, MemberId, StoreId

Holders = Mapping[CardKey, tuple[MemberId, GroupId]]


@dataclass(frozen=True, slots=True)
class Place:
    """The store where something happened."""

    store: StoreId
    group: GroupId
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Fact:
    """A stored event as the rules see it. `name` is its name for ever: `<kiosk>/<epoch>-<sequence>`."""

    row: int
    name: str
    place: Place
    occurred_at: datetime
    received_at: datetime
    sure: bool
    event: Event

    @property
    def bucket(self) -> str:
        """Where it counts: its store-local hour, or apart where the kiosk's clock could not be trusted."""
        return hour_of(self.occurred_at, self.place.zone) if self.sure else UNSURE

    @property
    def moment(self) -> datetime:
        """When it counts: an unsure time decides nothing, the time of arrival stands in."""
        return self.occurred_at if self.sure else self.received_at

    @property
    def day(self) -> date:
        """The store-local day of that moment."""
        return day_of(self.moment, self.place.zone)


class Book:
    """What a number of facts change, gathered in order; the tables see nothing before `write`."""

    def __init__(self, holders: Holders) -> None:
        """Begin empty; `holders` knows the cards that occur."""
        self.holders = holders
        self.tally = Tally()
        self.credits: list[rules.Credit] = []

    def post(self, fact: Fact) -> None:
        """Apply the rule for the fact's type; most types have none."""
        rule = RULES.get(type(fact.event))
        if rule is not None:
            rule(self, fact, fact.event)

    def write(self) -> None:
        """Bring everything into the tables, in the caller's transaction."""
        self.tally.write()
        touched = ledger.book(self.credits)
        Outbox.objects.bulk_create(Outbox(member_id=member) for member in sorted(touched))


def _tapped(book: Book, fact: Fact, event: CardTapped) -> None:
    book.tally.tap(fact.place.store, fact.bucket)
    known = (book.holders[card] for card in event.cards if card in book.holders)
    member, group = next(known, (None, None))
    # stores of another group do not know this member, so nothing is earned there
    if member is not None and group == fact.place.group:
        book.credits.append(_visit(fact, member))


def _visit(fact: Fact, member: MemberId) -> rules.Credit:
    return rules.for_visit(
        fact.name,
        member,
        fact.place.store,
        day=fact.day,
        occurred_at=fact.moment,
        received_at=fact.received_at,
    )


def _answered(book: Book, fact: Fact, event: QuestionAnswered) -> None:
    book.tally.answer(
        Given(
            name=(event.visit, event.question, event.attempt, fact.place.store),
            wording=event.wording,
            value=event.value,
            member=event.member,
            bucket=fact.bucket,
            occurred_at=fact.occurred_at,
            source_key=fact.name,
        )
    )


def _undone(book: Book, fact: Fact, event: AnswerUndone) -> None:
    book.tally.undo((event.visit, event.question, event.attempt, fact.place.store))


RULES: dict[type[Event], Callable[[Book, Fact, Any], None]] = {
    CardTapped: _tapped,
    QuestionAnswered: _answered,
    AnswerUndone: _undone,
}
"""What is not here has nothing to post."""

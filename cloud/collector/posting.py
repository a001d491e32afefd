"""What each type of event means for the ledger and the counts: one function a type, in a table."""

from collections.abc import Callable, Mapping
from typing import Any

from cloud.club import ledger, rules
from cloud.collector.facts import Fact
from cloud.collector.models import Outbox
from cloud.voice.counts import Given, Tally
from mqtt.events import AnswerUndone, CardTapped, Event, QuestionAnswered
from mqtt.vocabulary import CardKey, GroupId, MemberId

Holders = Mapping[CardKey, tuple[MemberId, GroupId]]


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

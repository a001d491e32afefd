"""What each type of event means for the ledger and the counts: one function a type, in a table."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from cloud.club import accounts, asked, grants, redeemed
from cloud.club.rules import Versions
from cloud.collector import personal, redemptions
from cloud.collector.closings import take_back
from cloud.collector.facts import Fact
from cloud.collector.occasions import holders_of, occasions_of
from cloud.collector.unearning import Unearning
from cloud.fleet import commands
from cloud.fleet.moments import stored
from cloud.fleet.rows import Into, insert
from cloud.voice import conversations
from cloud.voice.counts import Given, Shown, Tally, Withdrawn
from mqtt.events import (
    AnswersFlagged,
    AnswerUndone,
    CardTapped,
    CommandDone,
    ConsentGiven,
    Event,
    MemberJoined,
    MemberLeft,
    QuestionAnswered,
    QuestionShown,
    ReplySeen,
    TicketOpened,
)
from mqtt.vocabulary import MemberId

LATER = timedelta(seconds=30)
"""For so long a row waits that tells only of questions: the visit may bring more, and a cool-down is days."""

_OUTBOX = Into("collector_outbox", ("member_id",))
_OUTBOX_LATER = Into("collector_outbox", ("member_id", "due"))


class Book:
    """What a number of facts change, gathered in order; the tables see nothing before `write`."""

    def __init__(self, versions: Versions, *, anew: bool = False) -> None:
        """Begin empty; `versions` knows what is earned when.

        `anew`: all of it was posted before, and nobody joins, agrees or leaves once more.
        """
        self._versions, self._anew = versions, anew
        self.tally = Tally()
        self.earning: list[Fact] = []
        self.personal: list[Fact] = []
        self.pays_answers = "answer" in versions.occasions
        self.shown: list[asked.Impression] = []
        self.done: list[commands.Done] = []
        self.redeemed: list[redemptions.Told] = []
        self.opened: list[conversations.Opened] = []
        self.seen: list[conversations.Seen] = []
        self._received_at: datetime | None = None

    def post(self, fact: Fact) -> None:
        """Apply the rule for the fact's type; most types have none."""
        self._received_at = fact.received_at
        rule = RULES.get(type(fact.event))
        if rule is not None:
            rule(self, fact, fact.event)

    def write(self) -> None:
        """Bring everything into the tables, in the caller's transaction."""
        if not self._anew:
            personal.post(self.personal)
        self.tally.write()
        if self.tally.taken_back:
            take_back(self.tally.taken_back, f"{self._received_at:%Y-%m}")
        commands.finish(self.done)
        conversations.open_tickets(self.opened)
        redemptions.note(self.redeemed)
        touched = self._book() | conversations.note_seen(self.seen)
        self._tell(touched, asked.note(self.shown) - touched)

    def _book(self) -> set[MemberId]:
        occasions = occasions_of(self.earning, holders_of(self.earning))
        granted = grants.grant(grants.judged(self._versions, occasions))
        touched = accounts.book(granted)
        grants.note_uses(granted)
        return touched | self._unearn()

    def _unearn(self) -> set[MemberId]:
        if not (self.pays_answers and self._received_at):
            return set()
        return Unearning(self._versions.ids(), self._received_at).book(self.tally.touched())

    def _tell(self, now: set[MemberId], later: set[MemberId]) -> None:
        """Let the kiosks have the rows of these members."""
        with connection.cursor() as cursor:
            insert(cursor, _OUTBOX, [(member,) for member in sorted(now)])
            if later and self._received_at:
                due = stored(self._received_at + LATER)
                insert(cursor, _OUTBOX_LATER, [(member, due) for member in sorted(later)])


def _tapped(book: Book, fact: Fact, _event: CardTapped) -> None:
    book.tally.tap(fact.place.store, fact.bucket)
    book.earning.append(fact)


def _joined(book: Book, fact: Fact, _event: MemberJoined) -> None:
    book.personal.append(fact)
    book.earning.append(fact)


def _personal(book: Book, fact: Fact, _event: ConsentGiven | MemberLeft) -> None:
    book.personal.append(fact)


def _shown(book: Book, fact: Fact, event: QuestionShown) -> None:
    # nothing was shown after it was told of: a clock that is ahead would keep every kiosk silent for long
    at = min(fact.moment, fact.received_at)
    book.shown.append(asked.Impression(event.member, event.question, at, fact.row))
    store, kiosk = fact.place.store, fact.kiosk
    book.tally.show(Shown(event.question, event.wording, event.member, store, kiosk, fact.bucket))


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
            kiosk=fact.kiosk,
        )
    )
    if book.pays_answers:
        book.earning.append(fact)


def _undone(book: Book, fact: Fact, event: AnswerUndone) -> None:
    book.tally.withdraw(Withdrawn(fact.row, (event.visit, event.question, event.attempt, fact.place.store)))


def _flagged(book: Book, fact: Fact, event: AnswersFlagged) -> None:
    for answer in event.answers:
        name = event.visit, answer.question, answer.attempt, fact.place.store
        book.tally.withdraw(Withdrawn(fact.row, name, flagged=True))


def _done(book: Book, fact: Fact, event: CommandDone) -> None:
    book.done.append(commands.Done(fact.kiosk, event, fact.received_at))


def _opened(book: Book, fact: Fact, event: TicketOpened) -> None:
    book.opened.append(conversations.Opened(fact.row, fact.place.store, fact.moment, event))


def _seen(book: Book, fact: Fact, event: ReplySeen) -> None:
    book.seen.append(conversations.Seen(fact.row, fact.moment, event))


def _redeemed(book: Book, fact: Fact, event: redeemed.Told) -> None:
    book.redeemed.append(redemptions.Told(fact, event))


RULES: dict[type[Event], Callable[[Book, Fact, Any], None]] = {
    CardTapped: _tapped,
    QuestionShown: _shown,
    QuestionAnswered: _answered,
    AnswerUndone: _undone,
    AnswersFlagged: _flagged,
    CommandDone: _done,
    TicketOpened: _opened,
    ReplySeen: _seen,
    MemberJoined: _joined,
    ConsentGiven: _personal,
    MemberLeft: _personal,
    **dict.fromkeys(redemptions.ALONE, _redeemed),
}
"""What is not here has nothing to post."""

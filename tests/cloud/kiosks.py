"""A kiosk as the cloud sees it: a journal's rows with their chain, in messages of any shape."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from mqtt.down import Hello, encode
from mqtt.envelope import START, Clock, Envelope, encode_batch, encode_data, next_chain, type_name
from mqtt.events import (
    AnswersFlagged,
    AnswerUndone,
    CardTapped,
    Event,
    Given,
    QuestionAnswered,
    QuestionShown,
    ReaderWentUp,
    Scale,
)
from mqtt.topics import up
from mqtt.vocabulary import CardKey, Chain, Epoch, KioskId, MemberId, Sequence, StoreId, VisitId

EPOCH = Epoch("e" * 16)
NOON = datetime(2026, 3, 21, 8, 30, tzinfo=UTC)
"""Noon in Tehran."""
CES = Scale(worst=1, best=7)
MEMBER = MemberId("m-aaaaaaaaaa")
CARD = CardKey(f"1:{1:032x}")
UNKNOWN = CardKey(f"1:{0:032x}")


@dataclass(frozen=True)
class Sent:
    """A message on its way to the collector."""

    topic: str
    payload: bytes


@dataclass
class Kiosk:
    """Records events like a kiosk, and sends any part of them as often as a test wants."""

    kiosk: KioskId = KioskId("vanak-1")  # noqa: RUF009 - a NewType is a plain text
    store: StoreId = StoreId("vanak")  # noqa: RUF009 - likewise
    epoch: Epoch = EPOCH
    rows: list[Envelope] = field(default_factory=list)

    @property
    def topic(self) -> str:
        return up(self.kiosk, "events")

    @property
    def chain(self) -> Chain:
        return self.rows[-1].chain if self.rows else START

    def record(self, *events: Event, at: datetime = NOON, clock: Clock = "synced") -> "Kiosk":
        for event in events:
            self.add(type_name(event), encode_data(event), at, clock)
        return self

    def add(self, kind: str, data: bytes, at: datetime = NOON, clock: Clock = "synced") -> None:
        sequence = Sequence(len(self.rows) + 1)
        chain = next_chain(self.chain, f"{self.epoch}-{sequence}", kind, data)
        self.rows.append(Envelope(self.store, self.kiosk, self.epoch, sequence, chain, kind, at, clock, data))

    def idle(self, number: int) -> "Kiosk":
        """Record events that change nothing."""
        return self.record(*(ReaderWentUp(f"reader-{n}") for n in range(number)))

    def send(self, first: int = 1, last: int | None = None) -> Sent:
        """Rows `first` to `last`, both included, in one message."""
        return self.message(self.rows[first - 1 : last])

    def message(self, rows: Iterable[Envelope]) -> Sent:
        return Sent(self.topic, encode_batch(rows))

    def hello(self, lowest: int = 1, probe: Iterable[int] = (), nonce: str = "n") -> Sent:
        """A hello with the rows from `lowest` on in the journal, that probes the rows `probe`."""
        pairs = tuple((number, self.chain_at(number)) for number in probe)
        asked = Hello(
            *(self.epoch, nonce, lowest, len(self.rows), self.chain, "", 0, "0.1.0"),
            chain_below=self.chain_at(lowest - 1),
            probe=pairs,
        )
        return Sent(up(self.kiosk, "hello"), encode(asked))

    def chain_at(self, sequence: int) -> Chain:
        return self.rows[sequence - 1].chain if sequence else START

    def fork(self, at: int) -> "Kiosk":
        """Another journal of the same name that shares only the first `at` rows."""
        other = replace(self, rows=self.rows[:at])
        return other.record(ReaderWentUp("another")).idle(len(self.rows) - at)


def tap(visit: int, *cards: CardKey, member: MemberId | None = MEMBER) -> CardTapped:
    return CardTapped(visit_id(visit), "em4100", cards or (CARD,), member)


def answer(visit: int, value: int, attempt: int = 1) -> QuestionAnswered:
    return QuestionAnswered(visit_id(visit), MEMBER, "ces", 1, "fa", CES, value, attempt, 2.5)


def undo(visit: int, attempt: int = 1) -> AnswerUndone:
    return AnswerUndone(visit_id(visit), MEMBER, "ces", attempt)


def flag(visit: int, *attempts: int) -> AnswersFlagged:
    answers = tuple(Given("ces", attempt) for attempt in attempts or (1,))
    return AnswersFlagged(visit_id(visit), MEMBER, answers, "touches")


def shown(visit: int, question: str = "ces", member: MemberId = MEMBER) -> QuestionShown:
    return QuestionShown(visit_id(visit), member, question, 1, "fa")


def visit_id(number: int) -> VisitId:
    return VisitId(f"{number:016x}")


def days(number: int) -> datetime:
    """Noon in Tehran, so many days later."""
    return NOON + timedelta(days=number)

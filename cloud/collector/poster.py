"""The poster: stored events become entries and counts, each once, in the order of their stream."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from django.db import IntegrityError, OperationalError, connection, transaction

from cloud.club import cards
from cloud.club.rule_sets import RuleSets
from cloud.collector.facts import Fact, Failed, Reader, Stored, stored_events
from cloud.collector.models import Parked, StoredEvent
from cloud.collector.posting import RULES, Book
from cloud.collector.redemptions import ALONE
from mqtt.events import CardTapped, Event, MemberJoined
from mqtt.vocabulary import CardKey

BATCH = 500
"""Events posted in one transaction."""
EARLY: Final[tuple[type[Event], ...]] = (MemberJoined, *ALONE)
"""Types of event that are posted before that, each by itself: who joined may have spent points since."""

_BEHIND = (
    "SELECT id, kiosk, epoch, posted, upto FROM collector_stream WHERE posted < upto"
    # behind the last one served, so that a busy stream does not starve the others
    " ORDER BY id <= %s, id LIMIT %s"
)
_NEXT = (
    "s.id = %s AND e.sequence > %s AND e.sequence <= %s"
    # what was parked is posted when it is replayed, never by the way
    " AND NOT EXISTS (SELECT 1 FROM collector_parked p WHERE p.event_id = e.id)"
    " ORDER BY e.sequence LIMIT %s"
)
_MOVE = "UPDATE collector_stream SET posted = %s WHERE id = %s AND posted = %s"

Point = Literal["before commit", "after commit"]
log = logging.getLogger("cloud.poster")


class Portion(NamedTuple):
    """The part of one stream that is posted next: the events after `was`, up to `to`."""

    stream: int
    name: str
    was: int
    to: int
    rows: Sequence[Stored]


class PostedElsewhere(Exception):
    """Another poster moved a stream within this transaction."""


def _nothing(_point: Point) -> None:
    """Where tests let the process die."""


class Poster:
    """Follows the streams. Of two on one database that take the same portion, one raises PostedElsewhere."""

    def __init__(
        self,
        batch: int = BATCH,
        at: Callable[[Point], None] = _nothing,
        newest_key: str = "",
        *,
        anew: bool = False,
    ) -> None:
        """Begin with the first stream that is behind; `batch` events go into one transaction.

        While a club key is rotated, `newest_key` is the new one's id: cards go over to it as they are tapped.
        `anew`: all of it was posted before, and goes beside what came of it.
        """
        self._batch, self._at, self._last, self._newest_key = batch, at, 0, newest_key
        self._anew = anew
        self._sets = RuleSets()

    def turn(self) -> int:
        """Post what is next; how many events it was, 0 if all are posted."""
        portions = self._next()
        if portions:
            self._post(portions)
        return sum(len(portion.rows) for portion in portions) or len(portions)

    def _next(self) -> list[Portion]:
        with connection.cursor() as cursor:
            cursor.execute(_BEHIND, (self._last, self._batch))
            behind = cursor.fetchall()
        room, portions = self._batch, []
        for stream, kiosk, epoch, posted, upto in behind:
            if room <= 0:
                break
            portions.append(_portion(stream, f"{kiosk}/{epoch}", posted, upto, room))
            room -= max(1, len(portions[-1].rows))
            self._last = stream
        return portions

    def _post(self, portions: Sequence[Portion]) -> None:
        reader = Reader(RULES)
        told = list(reader.facts(row for portion in portions for row in portion.rows))
        early = ALONE if self._anew else EARLY
        facts = [fact for fact in told if not isinstance(fact.event, early)]
        failed = reader.failed + self._post_early(fact for fact in told if isinstance(fact.event, early))
        try:
            with transaction.atomic():
                write(facts, self._sets, anew=self._anew)
                self._close(portions, failed)
        except (OperationalError, PostedElsewhere):
            raise
        except Exception:
            log.exception("%d events failed together; posting them one by one", len(facts))
            self._post_singly(portions, facts, failed)
        self._at("after commit")
        if self._newest_key:
            rekey(facts, self._newest_key)

    def _post_early(self, facts: Iterable[Fact]) -> list[Failed]:
        if self._anew:
            return []
        return [bad for fact in facts for bad in write_alone(fact, self._sets)]

    def _post_singly(self, portions: Sequence[Portion], facts: Sequence[Fact], failed: list[Failed]) -> None:
        with transaction.atomic():
            singly = [bad for fact in facts for bad in write_alone(fact, self._sets, anew=self._anew)]
            self._close(portions, failed + singly)

    def _close(self, portions: Iterable[Portion], failed: Sequence[Failed]) -> None:
        if failed:
            _park(failed)
        with connection.cursor() as cursor:
            # in one order everywhere, so that two who hold streams never wait for each other
            for portion in sorted(portions):
                cursor.execute(_MOVE, (portion.to, portion.stream, portion.was))
                if cursor.rowcount != 1:
                    raise PostedElsewhere(portion.name)
        self._at("before commit")


def write(facts: Iterable[Fact], sets: RuleSets, *, anew: bool = False) -> None:
    """Bring what facts mean into the tables, in the caller's transaction. Raises what the rules raise."""
    book = Book(sets.look(), anew=anew)
    for fact in facts:
        book.post(fact)
    book.write()


def rekey(facts: Iterable[Fact], newest: str) -> None:
    """Know the cards that were tapped by their names under the newest club key, which the taps carry too.

    What a crash leaves out, or another process is at, the card's next tap brings.
    """
    names: dict[CardKey, CardKey] = {}
    for fact in facts:
        if isinstance(fact.event, CardTapped):
            newer = [card for card in fact.event.cards if card.startswith(f"{newest}:")]
            older = [card for card in fact.event.cards if card not in newer]
            names |= {old: new for old in older for new in newer}
    with suppress(IntegrityError):
        cards.rekey(names)


def write_alone(fact: Fact, sets: RuleSets, *, anew: bool = False) -> list[Failed]:
    """The same for one fact, under a savepoint, or by itself; what it failed with, if it did."""
    try:
        with transaction.atomic():
            write([fact], sets, anew=anew)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an event does to a rule, the others are posted
        return [Failed(fact.row, repr(error))]
    return []


def _portion(stream: int, name: str, posted: int, upto: int, room: int) -> Portion:
    rows = list(stored_events(_NEXT, (stream, posted, upto, room)))
    return Portion(stream, name, posted, upto if len(rows) < room else rows[-1].sequence, rows)


def _park(failed: Iterable[Failed]) -> None:
    reasons = {bad.row: bad.reason for bad in failed}
    now = datetime.now(UTC)
    Parked.objects.bulk_create(
        (
            Parked(
                kiosk=event.stream.kiosk,
                stream=event.stream,
                sequence=event.sequence,
                event=event,
                reason=reasons[event.id][:300],
                raw=b"",
                received_at=now,
            )
            for event in StoredEvent.objects.filter(id__in=reasons).select_related("stream")
        ),
        ignore_conflicts=True,
    )

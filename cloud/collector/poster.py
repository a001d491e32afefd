"""The poster: stored events become entries and counts, each once, in the order of their stream."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import OperationalError, transaction
from django.db.models import F

from cloud.club import ledger
from cloud.collector.facts import Fact, Failed, Stored, columns, read_facts
from cloud.collector.models import Parked, StoredEvent, Stream
from cloud.collector.posting import Book, Holders
from mqtt.events import CardTapped

BATCH = 500
"""Events posted in one transaction."""

log = logging.getLogger("cloud.poster")


@dataclass(frozen=True, slots=True)
class _Portion:
    """The part of one stream that is posted next: the events after `was`, up to `to`."""

    stream: Stream
    was: int
    to: int
    rows: list[Stored]


class PostedElsewhere(Exception):
    """Another poster moved a stream within this transaction."""


class Poster:
    """Follows the streams; one for a database."""

    def __init__(self, batch: int = BATCH) -> None:
        """Begin with the first stream that is behind; `batch` events go into one transaction."""
        self._batch, self._last = batch, 0

    def turn(self) -> int:
        """Post what is next; how many events it was, 0 if all are posted."""
        portions = self._next()
        if portions:
            self._post(portions)
        return sum(len(portion.rows) for portion in portions) or len(portions)

    def _next(self) -> list[_Portion]:
        behind = list(Stream.objects.filter(posted__lt=F("upto")).order_by("id"))
        # begin behind the last one served, so that a busy stream does not starve the others
        behind.sort(key=lambda stream: stream.id <= self._last)
        room, portions = self._batch, []
        for stream in behind:
            if room <= 0:
                break
            portions.append(_portion(stream, room))
            room -= max(1, len(portions[-1].rows))
            self._last = stream.id
        return portions

    def _post(self, portions: list[_Portion]) -> None:
        facts, failed = read_facts(row for portion in portions for row in portion.rows)
        holders = _holders(facts)
        try:
            with transaction.atomic():
                _write(facts, holders)
                _close(portions, failed)
        except (OperationalError, PostedElsewhere):
            raise
        except Exception:
            log.exception("%d events failed together; posting them one by one", len(facts))
            with transaction.atomic():
                failed += [bad for fact in facts for bad in _write_alone(fact, holders)]
                _close(portions, failed)


def _portion(stream: Stream, room: int) -> _Portion:
    events = StoredEvent.objects.filter(stream=stream, sequence__gt=stream.posted, sequence__lte=stream.upto)
    rows = columns(events.order_by("sequence")[:room])
    to = stream.upto if len(rows) < room else rows[-1].sequence
    return _Portion(stream, stream.posted, to, rows)


def _holders(facts: Iterable[Fact]) -> Holders:
    return ledger.holders(
        {card for fact in facts if isinstance(fact.event, CardTapped) for card in fact.event.cards}
    )


def _write(facts: Iterable[Fact], holders: Holders) -> None:
    book = Book(holders)
    for fact in facts:
        book.post(fact)
    book.write()


def _write_alone(fact: Fact, holders: Holders) -> list[Failed]:
    try:
        with transaction.atomic():
            _write([fact], holders)
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an event does to a rule, the others are posted
        return [Failed(fact.row, repr(error))]
    return []


def _close(portions: Iterable[_Portion], failed: Iterable[Failed]) -> None:
    _park(failed)
    for portion in portions:
        moved = Stream.objects.filter(id=portion.stream.id, posted=portion.was).update(posted=portion.to)
        if moved != 1:
            raise PostedElsewhere(f"{portion.stream.kiosk}/{portion.stream.epoch}")


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

"""What was parked, tried again after a mend: a row takes its own place, an event is posted, each once.

The mark and what is posted are not moved back. What fails again stays parked, with its newest reason.
Who takes the parked row out of its table, in the transaction that posts it, is the one who posts.
"""

from collections import Counter
from typing import Literal

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from cloud.club.rule_sets import RuleSets
from cloud.collector.facts import Reader, stored_events
from cloud.collector.models import Parked, StoredEvent, Stream
from cloud.collector.poster import write
from cloud.collector.posting import RULES
from cloud.collector.writer import make_room
from cloud.fleet.models import Kiosk
from mqtt.envelope import START, Envelope, decode_batch, next_chain
from mqtt.vocabulary import BadMessage, Chain

Outcome = Literal["posted", "failed", "waits", "message", "gone"]
"""`waits`: the poster has not come so far; `message`: it has no place in a stream; `gone`: another had it."""

_ONE = "e.id = %s"


class _Gone(Exception):
    """Another replay has taken it."""


def replay(parked: QuerySet[Parked]) -> Counter[Outcome]:
    """Try everything again, in the order of the streams; how often each outcome was had."""
    rows = parked.order_by("stream_id", "sequence", "id").values_list("id", flat=True)
    return Counter(_again(Parked.objects.select_related("stream").get(id=row)) for row in list(rows))


def _again(parked: Parked) -> Outcome:
    if parked.stream is None or parked.sequence is None:
        return "message"
    if parked.sequence > parked.stream.posted:
        return "waits"
    try:
        with transaction.atomic():
            _take(parked)
            _post(parked.event or _stored(parked, parked.stream, parked.sequence))
    except _Gone:
        return "gone"
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it does to a rule, the others are tried
        why = str(error) if isinstance(error, BadMessage) else repr(error)
        Parked.objects.filter(id=parked.id).update(reason=why[:300])
        return "failed"
    return "posted"


def _take(parked: Parked) -> None:
    if Parked.objects.filter(id=parked.id).delete()[0] != 1:
        raise _Gone


def _stored(parked: Parked, stream: Stream, sequence: int) -> StoredEvent:
    """The row as the event that this release reads in it; BadMessage if it reads none."""
    [row] = decode_batch(b"[" + bytes(parked.raw) + b"]")
    if not isinstance(row, Envelope):
        raise BadMessage(row.reason)
    if (row.epoch, row.sequence) != (stream.epoch, sequence) or row.chain != (parked.chain or row.chain):
        raise BadMessage("not the row that was parked")
    if not Kiosk.objects.filter(id=stream.kiosk, store=row.store).exists() or row.kiosk != stream.kiosk:
        raise BadMessage("the source is not the kiosk that sent it")
    if next_chain(_before(stream, row), row.id, row.type, row.data) != row.chain:
        raise BadMessage("its chain does not follow")
    make_room(parked.received_at)
    return StoredEvent.objects.create(
        stream=stream,
        sequence=row.sequence,
        chain=row.chain,
        store=row.store,
        type=row.type,
        occurred_at=row.time,
        clock=row.clock,
        received_at=parked.received_at,
        data=row.data.decode(),
    )


def _before(stream: Stream, row: Envelope) -> Chain:
    """The chain of the row before; BadMessage where it is not known any more."""
    if row.sequence == 1:
        return START
    place = {"stream": stream, "sequence": row.sequence - 1}
    for table in (StoredEvent.objects.filter(**place), Parked.objects.filter(**place).exclude(chain="")):
        found = table.values_list("chain", flat=True).first()
        if found is not None:
            return Chain(found)
    raise BadMessage("the row before it is gone")


def _post(event: StoredEvent) -> None:
    reader = Reader(RULES)
    facts = list(reader.facts(stored_events(_ONE, (event.id,))))
    if reader.failed:
        raise BadMessage(reader.failed[0].reason)
    write(facts, RuleSets())

"""Returns: what a sale earned is taken back, what was spent on it given back, by line and pro rata."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from cloud.club import postings
from cloud.club.account import Cause
from cloud.club.documents import alone_with, assert_same, sale_name
from cloud.club.ledger import Moved, ReturnRefused, Sale, SaleLine, reverse
from cloud.club.lineage import lapsed
from cloud.club.models import Entry, Purchase, Return
from mqtt.vocabulary import MemberId, Points, StoreId

State = Literal["waiting", "applied", "refused"]
WAITING: Final = "waiting"
APPLIED: Final = "applied"
REFUSED: Final = "refused"
_SAYS = ("invoice", "occurred_at", "lines")


class Returned(NamedTuple):
    """A return as it is stored, and whether it was not there before."""

    document: Return
    new: bool


@transaction.atomic
def take_back(asked: Return) -> Returned:
    """Store a return and undo its part of the sale, or let it wait for the sale.

    Raises Otherwise, and ReturnRefused where the sale has not as much left.
    """
    alone_with(f"return:{asked.store_id}/{asked.number}")
    alone_with(sale_name(asked.store_id, asked.invoice))
    found = Return.objects.filter(store=asked.store_id, number=asked.number).first()
    if found is not None:
        assert_same(found, asked, *_SAYS)
        return Returned(found, new=False)
    asked.state = WAITING
    asked.save(force_insert=True)
    sale = Purchase.objects.filter(store=asked.store_id, invoice=asked.invoice).first()
    if sale is not None:
        _apply(sale, asked)
    return Returned(asked, new=True)


def apply_waiting(sale: Purchase) -> None:
    """Apply what came before its sale, in the caller's transaction; what does not fit it is refused."""
    for document in _of(sale, WAITING):
        try:
            _apply(sale, document)
        except ReturnRefused:
            _end(document, REFUSED)


def apply_all_waiting(sales: Iterable[Purchase]) -> None:
    """The same for many sales, without asking for each of them."""
    named = {(sale.store_id, sale.invoice): sale for sale in sales}
    waiting = Return.objects.filter(state=WAITING, invoice__in={invoice for _, invoice in named})
    for name in waiting.order_by("id").values_list("store_id", "invoice"):
        if name in named:
            apply_waiting(named.pop(name))


def entries(document: Return) -> list[Entry]:
    """What a return brought about."""
    # by the invoice, of which there are few: a name's beginning has no index everywhere
    found = Entry.objects.filter(store=document.store_id, invoice=document.invoice)
    return list(found.filter(source_key__startswith=f"{_name(document)}/").order_by("id"))


def left(sale: Purchase) -> dict[str, int]:
    """How much of each line can still come back, in Rial."""
    return {line.line: line.amount - line.returned for line in _lines(sale)}


def _apply(sale: Purchase, document: Return) -> None:
    cause = _cause(document)
    for member in {sale.member_id, *_spent(sale).values_list("member_id", flat=True)}:
        # what has lapsed by then is not asked for, even where the nightly job has not come by yet
        postings.lapse(MemberId(member), cause)
    undone = reverse(_frozen(sale), document.lines)
    moved = Entry.objects.in_bulk([*undone.give, *undone.claw])
    for entry, points in undone.give.items():
        postings.give_back(moved[entry], points, _for(cause, entry))
    for entry, points in undone.claw.items():
        postings.claw_back(moved[entry], points, _for(cause, entry))
    _end(document, APPLIED)


def _frozen(sale: Purchase) -> Sale:
    earned = Entry.objects.filter(store=sale.store_id, invoice=sale.invoice, kind="earn")
    return Sale(_lines(sale), _moved(earned, "clawback"), _moved(_spent(sale), "redeem_return"))


def _spent(sale: Purchase) -> QuerySet[Entry]:
    return Entry.objects.filter(store=sale.store_id, invoice=sale.invoice, kind="redeem")


def _moved(entries: Iterable[Entry], undoing: str) -> list[Moved]:
    found = {entry.id: entry for entry in entries}
    undone: Counter[tuple[int, str]] = Counter()
    for since in Entry.objects.filter(reverses__in=found):
        undone[since.reverses_id or 0, since.kind] += abs(since.points)
    return [
        Moved(
            entry.id,
            Points(abs(entry.points)),
            reversed=Points(undone[entry.id, undoing]),
            lapsed=lapsed([entry.id]) if entry.points > 0 else Points(0),
        )
        for entry in found.values()
    ]


def _lines(sale: Purchase) -> list[SaleLine]:
    back: Counter[str] = Counter()
    for document in _of(sale, APPLIED):
        back.update(document.lines)
    sold: Counter[str] = Counter()
    for line in sale.lines:
        sold[line["id"]] += max(0, line["amount"])
    return [SaleLine(name, amount, back[name]) for name, amount in sold.items() if amount]


def _of(sale: Purchase, state: str) -> QuerySet[Return]:
    return Return.objects.filter(store=sale.store_id, invoice=sale.invoice, state=state).order_by("id")


def _end(document: Return, state: str) -> None:
    document.state = state
    document.save(update_fields=("state",))


def _cause(document: Return) -> Cause:
    return Cause(
        source=_name(document),
        occurred_at=document.occurred_at,
        received_at=document.received_at,
        reason="return",
        store=StoreId(document.store_id),
        invoice=document.invoice,
    )


def _for(cause: Cause, entry: int) -> Cause:
    return replace(cause, source=f"{cause.source}/{entry}")


def _name(document: Return) -> str:
    return f"return:{document.id}"

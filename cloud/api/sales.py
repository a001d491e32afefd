"""What tills tell: quotes, purchases, returns and redemptions. Each document counts once."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from ninja import Router

from cloud.api.documents import (
    Buying,
    CreditShown,
    Invoice,
    PurchaseShown,
    QuoteShown,
    Quoting,
    Redeeming,
    RedemptionShown,
    Returning,
    ReturnShown,
)
from cloud.api.guard import Asked, Key, assert_speaks_for
from cloud.api.idempotency import Reply, idempotent
from cloud.api.members import entry_shown, known
from cloud.api.models import ApiKey
from cloud.api.problems import CONFLICT, NOT_FOUND, Problem
from cloud.club import recalls, returns, sales
from cloud.club.documents import Otherwise
from cloud.club.errors import Untimely
from cloud.club.ledger import ReturnRefused
from cloud.club.models import Entry, Purchase, Return
from cloud.club.postings import NotEnough
from cloud.club.spending import Spending, spend
from cloud.fleet.models import Store
from mqtt.vocabulary import MemberId, Points, StoreId

SENT_OTHERWISE = "This document was sent before with other content: send that, or take a new number."
router = Router(tags=["sales"])


@router.post("/quotes", auth=Key("quotes:read"), response=QuoteShown)
def quote(request: Asked, asked: Quoting) -> QuoteShown:
    """What an invoice would earn now, with limits as they are used so far. Nothing is stored."""
    store = _store(request.auth, asked.store, asked.member)
    found = sales.quote(_purchase(asked, store, asked.member or ""))
    shown = [
        CreditShown(rule=one.rule, points=one.points, active_from=one.active_from, expires_at=one.expires_at)
        for one in found
    ]
    return QuoteShown(points=sum(one.points for one in shown), credits=shown)


@router.post("/purchases", auth=Key("purchases:write"), response={200: PurchaseShown, 201: PurchaseShown})
@idempotent
def purchase(request: Asked, asked: Buying) -> Reply:
    """An invoice of a member earns by the rules, once: 201, and 200 where it was there before."""
    bought = _purchase(asked, _store(request.auth, asked.store, asked.member), asked.member)
    bought.invoice, bought.due_on, bought.paid_on = asked.invoice, asked.due_on, asked.paid_on
    with _refusals():
        stored, new = sales.buy(bought)
    return Reply(201 if new else 200, _purchase_shown(stored))


@router.post(
    "/returns",
    auth=Key("returns:write"),
    response={200: ReturnShown, 201: ReturnShown, 202: ReturnShown},
)
@idempotent
def returned(request: Asked, asked: Returning) -> Reply:
    """Lines of an invoice come back, once: 201; 202 where the sale is not there yet; 200 where this was."""
    _store(request.auth, asked.store)
    back: Counter[str] = Counter()
    for line in asked.lines:
        back[line.line] += line.amount
    document = Return(
        store_id=asked.store,
        number=asked.number,
        invoice=asked.invoice,
        occurred_at=asked.occurred_at,
        received_at=datetime.now(UTC),
        lines=dict(back),
    )
    with _refusals():
        stored, new = _taken_back(document)
    return Reply(_status(stored, new=new), _return_shown(stored))


@router.post(
    "/redemptions", auth=Key("redemptions:write"), response={200: RedemptionShown, 201: RedemptionShown}
)
@idempotent
def redemption(request: Asked, asked: Redeeming) -> Reply:
    """Points pay part of an invoice, once: 201, and 200 where the document was there before."""
    _store(request.auth, asked.store, asked.member)
    spending = Spending(
        StoreId(asked.store), asked.number, asked.invoice, MemberId(asked.member), Points(asked.points)
    )
    now = datetime.now(UTC)
    with _refusals(), _enough(spending.member, now):
        entry, new = spend(spending, now)
    said = asked.model_dump(exclude={"points"})
    return Reply(201 if new else 200, RedemptionShown(**said, entry=entry_shown(entry)))


@contextmanager
def _refusals() -> Iterator[None]:
    """Say what the club refuses."""
    try:
        yield
    except Otherwise:
        raise Problem(CONFLICT, SENT_OTHERWISE) from None
    except Untimely:
        raise Problem(CONFLICT, "This member has left, or was merged: look up whose the card is.") from None


@contextmanager
def _enough(member: MemberId, now: datetime) -> Iterator[None]:
    """Say how many points there are, and have called back what kiosks hold of them."""
    try:
        yield
    except NotEnough as error:
        said = f"Spend at most what is available: {max(0, error.available)}."
        out = recalls.out(member)
        if not out:
            raise Problem(CONFLICT, said) from None
        more = f"{out} more are out at a kiosk and have been called back: try again in a moment."
        raise Problem(CONFLICT, f"{said} {more}", afterwards=lambda: recalls.recall(member, now)) from None


def _store(key: ApiKey, store: str, member: str | None = None) -> Store:
    """A store for which a key speaks, and whose group a member is of. Raises Problem."""
    assert_speaks_for(key, store)
    found = Store.objects.get(id=store)
    if member is not None and known(key, member).group_id != found.group_id:
        raise Problem(NOT_FOUND, "Name a member of the store's own group.")
    return found


def _purchase(asked: Invoice, store: Store, member: str) -> Purchase:
    return Purchase(
        store=store,
        member_id=member,
        occurred_at=asked.occurred_at,
        received_at=datetime.now(UTC),
        lines=[line.stored() for line in asked.lines],
        paid=asked.paid,
    )


def _taken_back(document: Return) -> returns.Returned:
    try:
        return returns.take_back(document)
    except ReturnRefused:
        sale = Purchase.objects.get(store=document.store_id, invoice=document.invoice)
        there = ", ".join(f"line {line}: {amount}" for line, amount in returns.left(sale).items())
        raise Problem(CONFLICT, f"Return at most what is left, in Rial. {there or 'Nothing'}.") from None


def _status(document: Return, *, new: bool) -> int:
    if document.state == returns.WAITING:
        return 202
    return 201 if new else 200


def _purchase_shown(stored: Purchase) -> PurchaseShown:
    earned = Entry.objects.filter(store=stored.store_id, invoice=stored.invoice, kind="earn").order_by("id")
    return PurchaseShown(
        store=stored.store_id,
        invoice=stored.invoice,
        member=stored.member_id,
        earned=[entry_shown(entry) for entry in earned],
    )


def _return_shown(stored: Return) -> ReturnShown:
    return ReturnShown(
        store=stored.store_id,
        number=stored.number,
        invoice=stored.invoice,
        state=cast("returns.State", stored.state),
        entries=[entry_shown(entry) for entry in returns.entries(stored)],
    )

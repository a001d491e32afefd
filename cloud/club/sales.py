"""Invoices: what they would earn, and what they earn, each once for its store and number."""

from collections.abc import Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from django.db import transaction

from cloud.club import accounts, grants, returns
from cloud.club.changes import tell
from cloud.club.documents import alone_with, assert_same, sale_name
from cloud.club.membership import all_held, held
from cloud.club.models import Purchase
from cloud.club.occasions import Line, Occasion
from cloud.club.rule_sets import RuleSets
from cloud.club.rules import Credit
from cloud.voice.buckets import day_of
from mqtt.vocabulary import GroupId, MemberId, StoreId

_SAYS = ("member_id", "occurred_at", "lines", "paid", "due_on", "paid_on")


class Bought(NamedTuple):
    """A purchase as it is stored, and whether it was not there before."""

    purchase: Purchase
    new: bool


def quote(asked: Purchase) -> list[Credit]:
    """What an invoice would earn if it came now; nothing is stored."""
    ((rules, occasion),) = grants.judged(RuleSets().look(), [_occasion(asked)])
    return grants.foresee(rules, occasion)


@transaction.atomic
def buy(asked: Purchase) -> Bought:
    """Store an invoice and let its member earn. Raises Otherwise, Unknown, and Untimely for who has left."""
    alone_with(sale_name(asked.store_id, asked.invoice))
    found = Purchase.objects.filter(store=asked.store_id, invoice=asked.invoice).first()
    if found is not None:
        assert_same(found, asked, *_SAYS)
        return Bought(found, new=False)
    held(asked.member_id)
    asked.save(force_insert=True)
    _earn([asked])
    returns.apply_waiting(asked)
    tell(asked.member_id)
    return Bought(asked, new=True)


@transaction.atomic
def buy_all(invoices: Sequence[Purchase]) -> None:
    """The same for many that are known to be new, at once and in their order.

    Raises IntegrityError where one of them is there, Unknown and Untimely; then none is stored.
    """
    members = {one.member_id for one in invoices}
    for name in sorted(sale_name(one.store_id, one.invoice) for one in invoices):
        alone_with(name)
    all_held(members)
    Purchase.objects.bulk_create(invoices)
    _earn(invoices)
    returns.apply_all_waiting(invoices)
    tell(*sorted(members))


def _earn(purchases: Sequence[Purchase]) -> None:
    granted = grants.grant(grants.judged(RuleSets().look(), map(_occasion, purchases)))
    accounts.book(granted)
    grants.note_uses(granted)


def _occasion(of: Purchase) -> Occasion:
    store, source = of.store, sale_name(of.store_id, of.invoice)
    return Occasion(
        kind="purchase",
        source=source,
        member=MemberId(of.member_id),
        group=GroupId(store.group_id),
        store=StoreId(store.id),
        day=day_of(of.occurred_at, ZoneInfo(store.time_zone)),
        occurred_at=of.occurred_at,
        received_at=of.received_at,
        visit=source,
        lines=msgspec.convert(of.lines, tuple[Line, ...]),
        paid=of.paid,
        invoice=of.invoice,
    )

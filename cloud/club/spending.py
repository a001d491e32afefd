"""Points that are spent at a till, each document once."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from cloud.club import postings
from cloud.club.account import Cause
from cloud.club.documents import Otherwise, alone_with
from cloud.club.membership import held
from cloud.club.models import Entry
from mqtt.vocabulary import MemberId, Points, StoreId


class Spending(NamedTuple):
    """A document by which a member pays part of an invoice with points."""

    store: StoreId
    number: str
    invoice: str
    member: MemberId
    points: Points

    @property
    def name(self) -> str:
        """What names it for ever."""
        return f"redeem:{self.store}/{self.number}"


class Spent(NamedTuple):
    """The entry, and whether it was not there before."""

    entry: Entry
    new: bool


@transaction.atomic
def spend(asked: Spending, at: datetime) -> Spent:
    """Spend points. Raises NotEnough, Otherwise, Unknown, and Untimely for a member who has left."""
    alone_with(asked.name)
    found = Entry.objects.filter(source_key=asked.name).first()
    if found is not None:
        if (found.invoice, found.member_id, found.points) != (asked.invoice, asked.member, -asked.points):
            raise Otherwise("this document was sent before and said something else")
        return Spent(found, new=False)
    held(asked.member)
    cause = Cause(asked.name, at, at, store=asked.store, invoice=asked.invoice)
    return Spent(postings.redeem(asked.member, asked.points, cause), new=True)

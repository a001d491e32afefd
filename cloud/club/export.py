"""What the club knows of a member, as JSON for the member: docs/operations.md says what is in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec
from django.db.models import QuerySet

from cloud.club.errors import Unknown
from cloud.club.membership import merged
from cloud.club.models import Card, Consent, Coupon, Entry, KioskJoin, Member, MemberAsked, Person, Purchase
from cloud.voice.models import Answer
from mqtt.vocabulary import MemberId

Shape = TypeVar("Shape", bound=msgspec.Struct)


class ExportedPerson(msgspec.Struct, frozen=True):
    """Who the member is."""

    given_name: str
    family_name: str
    phone: str | None
    birthday: date | None
    email: str


class ExportedCard(msgspec.Struct, frozen=True):
    """A card, without anything by which to know it again."""

    key_id: str
    status: str
    issued_at: datetime | None


class ExportedJoin(msgspec.Struct, frozen=True):
    """Where and when the member joined, at a kiosk."""

    kiosk: str
    joined_at: datetime


class ExportedConsent(msgspec.Struct, frozen=True):
    """A purpose, the wording agreed to, and from when until when."""

    purpose: str
    wording: int
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


class ExportedEntry(msgspec.Struct, frozen=True):
    """A line of the ledger."""

    kind: str
    points: int
    reason: str
    occurred_at: datetime
    store: str


class ExportedPurchase(msgspec.Struct, frozen=True):
    """An invoice, as its store sent it; what it gave is in the entries."""

    store: str
    invoice: str
    occurred_at: datetime
    lines: list[dict[str, str | int]]
    paid: int | None
    due_on: date | None
    paid_on: date | None


class ExportedCoupon(msgspec.Struct, frozen=True):
    """Money off that was had for points, in Rial, and where it was used."""

    store: str
    points: int
    rial: int
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_store: str | None
    invoice: str | None


class ExportedAnswer(msgspec.Struct, frozen=True):
    """An answer; the wording's number names what was asked."""

    question: str
    wording: int
    value: int
    occurred_at: datetime
    store: str


class ExportedAsked(msgspec.Struct, frozen=True):
    """When a question was last asked."""

    question: str
    at: datetime


class Export(msgspec.Struct, frozen=True):
    """All of it; `members` are the ids, more than one where members were merged."""

    members: Sequence[MemberId]
    kind: str
    language: str
    joined_on: date
    joins: Sequence[ExportedJoin]
    persons: Sequence[ExportedPerson]
    cards: Sequence[ExportedCard]
    consents: Sequence[ExportedConsent]
    entries: Sequence[ExportedEntry]
    purchases: Sequence[ExportedPurchase]
    coupons: Sequence[ExportedCoupon]
    answers: Sequence[ExportedAnswer]
    asked: Sequence[ExportedAsked]


def export(member: MemberId) -> bytes:
    """The member's own data, as JSON in UTF-8. Raises Unknown."""
    row = Member.objects.filter(id=member).first()
    if row is None:
        raise Unknown("there is no such member")
    return msgspec.json.format(msgspec.json.encode(_export(row, merged(member))), indent=2)


def _export(row: Member, ids: Sequence[MemberId]) -> Export:
    of = {"member__in": ids}
    return Export(
        members=ids,
        kind=row.kind,
        language=row.language,
        joined_on=row.joined_on,
        joins=_rows(ExportedJoin, KioskJoin.objects.filter(**of).order_by("joined_at", "event")),
        persons=_rows(ExportedPerson, Person.objects.filter(**of)),
        cards=[_card(card) for card in Card.objects.filter(**of).order_by("issued_at", "key")],
        consents=_rows(ExportedConsent, Consent.objects.filter(**of).order_by("id")),
        entries=_rows(ExportedEntry, Entry.objects.filter(**of).order_by("id")),
        purchases=_rows(ExportedPurchase, Purchase.objects.filter(**of).order_by("id")),
        coupons=_rows(ExportedCoupon, Coupon.objects.filter(**of).order_by("issued_at", "code")),
        answers=_rows(ExportedAnswer, Answer.objects.filter(**of).order_by("id")),
        asked=_rows(ExportedAsked, MemberAsked.objects.filter(**of).order_by("at")),
    )


def _rows(shape: type[Shape], found: QuerySet[Any]) -> list[Shape]:
    """Rows as a shape whose fields are columns."""
    return [shape(*values) for values in found.values_list(*shape.__struct_fields__)]


def _card(card: Card) -> ExportedCard:
    return ExportedCard(card.key.partition(":")[0], card.status, card.issued_at)

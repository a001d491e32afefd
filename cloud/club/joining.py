"""Joining: a member by an empty card or a telephone number; the person behind one, at once or later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import msgspec
from django.db import IntegrityError, transaction

from cloud.club import cards, consents, decisions, naming
from cloud.club.arrangement import Agreed, Details, Joining, Way, check_consents, checked
from cloud.club.changes import tell
from cloud.club.errors import Taken, Unfit
from cloud.club.membership import day_in, held, new_id
from cloud.club.models import Member, Person
from mqtt.vocabulary import CardKey, GroupId, Language, MemberId


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where and when somebody joins, and as what: `consumer` or `business`.

    `on` is the store-local day, where the store is known.
    """

    group: GroupId
    language: Language
    at: datetime
    kind: str = "consumer"
    on: date | None = None


def rules() -> Joining:
    """What the club decided about joining; the built-in ways where it has not."""
    return decisions.decided(Joining)


def decide(document: str) -> Joining:
    """Let a document be the club's from now on. Raises Unfit."""
    return decisions.decide(Joining, document)


@transaction.atomic
def join_with_card(card: CardKey, occasion: Occasion) -> MemberId:
    """A member without a name, who holds an empty card. Raises Unfit and Taken."""
    _offered("card")
    member = _made(new_id(), occasion)
    cards.issue(member, card, occasion.at)
    return member


@transaction.atomic
def join_with_phone(
    said: Details, agreed: tuple[Agreed, ...], occasion: Occasion, card: CardKey | None = None
) -> MemberId:
    """A member with a person, and with a card if there is one. Raises Unfit, BadPhone and Taken."""
    _offered("phone")
    member = _made(new_id(), occasion)
    add_person(member, said, agreed, occasion.at)
    if card is not None:
        cards.issue(member, card, occasion.at)
    return member


@transaction.atomic
def join_at_kiosk(member: MemberId, card: CardKey, way: Way, occasion: Occasion) -> None:
    """A new member of that id with an empty card; who joins by `phone` is a person later, by `add_person`.

    Raises Unfit and Taken.
    """
    _offered(way)
    cards.issue(_made(member, occasion), card, occasion.at)


@transaction.atomic
def add_person(
    member: MemberId,
    said: Details,
    agreed: tuple[Agreed, ...],
    at: datetime,
    needed: Callable[[Joining], Joining] = lambda decided: decided,
) -> None:
    """Say who a member is, for the first time or anew; points, cards and the id stay as they are.

    `needed` gives what of the club's rules counts where it was said. Consents that stand count as well as
    those `agreed` to now.
    Raises Unknown, Untimely, Unfit, BadPhone and Taken: one telephone number is one member's.
    """
    decided = needed(rules())
    kept = checked(said, decided, at.date())
    held(member)
    if not Person.objects.filter(member=member).exists():
        check_consents(consents.standing(member) | {one.purpose for one in agreed}, decided)
    _keep(member, kept)
    consents.give(member, agreed, at)
    tell(member)


@transaction.atomic
def speak(member: MemberId, language: Language) -> None:
    """Let kiosks speak another language to a member. Raises Unknown and Untimely."""
    held(member)
    Member.objects.filter(id=member).update(language=language)
    tell(member)


def _offered(way: Way) -> None:
    if way not in rules().ways:
        raise Unfit(f"nobody can join this club by {way}")


def _made(name: MemberId, occasion: Occasion) -> MemberId:
    member = Member(
        id=name,
        group_id=occasion.group,
        kind=occasion.kind,
        language=occasion.language,
        joined_on=occasion.on or day_in(occasion.group, occasion.at),
    )
    member.save(force_insert=True)
    tell(member.id)
    return MemberId(member.id)


def _keep(member: MemberId, said: Details) -> None:
    fields = msgspec.structs.asdict(said) | {"phone": said.phone or None}
    try:
        with transaction.atomic():
            person, _ = Person.objects.update_or_create(member_id=member, defaults=fields)
    except IntegrityError:
        raise Taken("this telephone number cannot be used for this membership: ask at the till") from None
    naming.index(person)

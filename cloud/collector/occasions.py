"""Which stored events are occasions to earn something, and whose."""

from collections.abc import Iterable, Iterator, Mapping

from cloud.club import accounts
from cloud.club.models import Member
from cloud.club.occasions import Kind, Occasion
from cloud.collector.facts import Fact
from mqtt.events import CardTapped, Event, QuestionAnswered
from mqtt.vocabulary import CardKey, GroupId, MemberId

EARNING: dict[type[Event], Kind] = {CardTapped: "visit", QuestionAnswered: "answer"}

Holders = Mapping[CardKey, tuple[MemberId, GroupId]]


def holders_of(facts: Iterable[Fact]) -> Holders:
    """Whose the cards are that were tapped."""
    return accounts.holders(
        {card for fact in facts if isinstance(fact.event, CardTapped) for card in fact.event.cards}
    )


def occasions_of(facts: Iterable[Fact], holders: Holders) -> Iterator[Occasion]:
    """The occasions that facts are, in order; stores of another group do not know a member."""
    facts = list(facts)
    groups = _groups(facts)
    for fact in facts:
        match fact.event:
            case CardTapped(visit=visit, cards=cards):
                known = (holders[card] for card in cards if card in holders)
                member, group = next(known, (None, None))
                if member is not None and group == fact.place.group:
                    yield _occasion(fact, "visit", member, visit)
            case QuestionAnswered(visit=visit, member=member, question=question):
                if groups.get(member) == fact.place.group:
                    yield _occasion(fact, "answer", member, visit, question)


def _occasion(fact: Fact, kind: Kind, member: MemberId, visit: str, subject: str = "") -> Occasion:
    group, store, day = fact.place.group, fact.place.store, fact.day
    happened, arrived = fact.moment, fact.received_at
    return Occasion(kind, fact.name, member, group, store, day, happened, arrived, fact.sure, visit, subject)


def _groups(facts: Iterable[Fact]) -> dict[str, str]:
    members = {fact.event.member for fact in facts if isinstance(fact.event, QuestionAnswered)}
    return dict(Member.objects.filter(id__in=members).values_list("id", "group_id")) if members else {}

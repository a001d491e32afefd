"""Which stored events are occasions to earn something, and whose."""

from collections.abc import Iterable, Iterator, Mapping

from cloud.club.holding import Holding, holdings
from cloud.club.models import KioskJoin, Member
from cloud.club.occasions import Kind, Occasion
from cloud.collector.facts import Fact
from mqtt.events import CardTapped, Event, MemberJoined, QuestionAnswered
from mqtt.vocabulary import CardKey, MemberId

EARNING: dict[type[Event], Kind] = {
    CardTapped: "visit",
    QuestionAnswered: "answer",
    MemberJoined: "joining",
}

Holders = Mapping[CardKey, Holding]


def holders_of(facts: Iterable[Fact]) -> Holders:
    """Whose the cards are that were tapped."""
    return holdings(
        {card for fact in facts if isinstance(fact.event, CardTapped) for card in fact.event.cards}
    )


def occasions_of(facts: Iterable[Fact], holders: Holders) -> Iterator[Occasion]:
    """The occasions that facts are, in order; stores of another group do not know a member."""
    facts = list(facts)
    groups, joiners = _groups(facts), _joiners(facts)
    for fact in facts:
        match fact.event:
            case CardTapped(visit=visit, cards=cards):
                member = _earner(fact, [holders[card] for card in cards if card in holders])
                if member is not None:
                    yield _occasion(fact, "visit", member, visit)
            case QuestionAnswered(visit=visit, member=member, question=question):
                if groups.get(member) == fact.place.group:
                    yield _occasion(fact, "answer", member, visit, question)
            case MemberJoined(visit=visit) if fact.name in joiners:
                yield _occasion(fact, "joining", joiners[fact.name], visit)


def _earner(fact: Fact, known: Iterable[Holding]) -> MemberId | None:
    here = (holding for holding in known if holding.group == fact.place.group)
    earners = (holding.earner(fact.moment, fact.received_at, fact.name) for holding in here)
    return next((earner for earner in earners if earner is not None), None)


def _occasion(fact: Fact, kind: Kind, member: MemberId, visit: str, subject: str = "") -> Occasion:
    group, store, day = fact.place.group, fact.place.store, fact.day
    happened, arrived = fact.moment, fact.received_at
    return Occasion(kind, fact.name, member, group, store, day, happened, arrived, fact.sure, visit, subject)


def _joiners(facts: Iterable[Fact]) -> dict[str, MemberId]:
    joined = [fact.name for fact in facts if isinstance(fact.event, MemberJoined)]
    found = KioskJoin.objects.filter(event__in=joined, member__isnull=False) if joined else ()
    return {join.event: MemberId(str(join.member_id)) for join in found}


def _groups(facts: Iterable[Fact]) -> dict[str, str]:
    members = {fact.event.member for fact in facts if isinstance(fact.event, QuestionAnswered)}
    return dict(Member.objects.filter(id__in=members).values_list("id", "group_id")) if members else {}

"""What kiosks tell of points spent there, brought to the ledger: each event in a transaction of its own.

Each locks the accounts that it needs and no more, so that none waits in a circle for a batch that locks
many; and each changes nothing when it is posted again, so that none needs the batch's transaction.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from cloud.club import redeemed
from cloud.collector.facts import Fact
from mqtt.events import (
    AllowanceReturned,
    Event,
    RedemptionAbandoned,
    RedemptionAsked,
    RedemptionConfirmed,
    RedemptionGrantedOffline,
)

ALONE: Final[tuple[type[Event], ...]] = (
    RedemptionAsked,
    RedemptionConfirmed,
    RedemptionAbandoned,
    RedemptionGrantedOffline,
    AllowanceReturned,
)
"""Types of event that are posted before the batch in which they are."""


class Told(NamedTuple):
    """An event of one of these types."""

    fact: Fact
    event: redeemed.Told


def note(told: Iterable[Told]) -> None:
    """Book what was told, in order. Raises ClubError for what is not that kiosk's to tell."""
    for fact, event in told:
        kiosk, place = fact.kiosk, fact.place
        redeemed.note(event, redeemed.Kiosk(kiosk, place.store, place.group, fact.moment, fact.received_at))

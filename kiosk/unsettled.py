"""What a kiosk that went off had asked for and not decided: nobody waits for it any more."""

from collections.abc import Iterable

from mqtt.events import Event, RedemptionAbandoned, RedemptionAsked, RedemptionConfirmed
from mqtt.vocabulary import VisitId

ABOUT_ASKING = (RedemptionAsked, RedemptionConfirmed, RedemptionAbandoned)


def unsettled(facts: Iterable[Event]) -> tuple[RedemptionAbandoned, ...]:
    """What to say before anything else happens, so that the cloud sets those points aside no longer.

    `facts` are a journal's, oldest first.
    """
    waiting: dict[VisitId, RedemptionAsked] = {}
    for fact in facts:
        match fact:
            case RedemptionAsked(visit=visit):
                waiting[visit] = fact
            case RedemptionConfirmed(visit=visit) | RedemptionAbandoned(visit=visit):
                waiting.pop(visit, None)
    return tuple(
        RedemptionAbandoned(asked.visit, asked.member, asked.points, "restarted")
        for asked in waiting.values()
    )

"""What a member's points buy at this kiosk, here and now; pure."""

from kiosk.catalogue import Redeeming
from kiosk.stages import Greeting, State
from kiosk.views import Offer

MOST = 6
"""How many amounts a screen has room for."""
RIAL = 2**53
"""The most money that an event can tell."""


def own(greeting: Greeting) -> int:
    """Points of the member's row that are out, but at this very kiosk.

    A row from before they were lent counts them among those that are available: then they are not added.
    """
    lent = greeting.purse.lent
    return min(lent.points, greeting.member.held) if lent else 0


def available(greeting: Greeting) -> int:
    """What can be spent here; below 0 it is a debt."""
    return greeting.member.available + own(greeting)


def unasked(greeting: Greeting) -> int:
    """What can be spent without asking."""
    return greeting.purse.lent.points if greeting.purse.lent else 0


def choices(redeeming: Redeeming, greeting: Greeting) -> tuple[Offer, ...]:
    """The largest amounts within reach, the smallest of them first; none where points buy nothing."""
    reach = max(unasked(greeting), available(greeting) if greeting.purse.asks else 0)
    each = redeeming.rial_per_point
    within = sorted(points for points in set(redeeming.amounts) if points <= reach and points * each <= RIAL)
    return tuple(Offer(points, points * each) for points in within[-MOST:]) if each else ()


def is_offered(redeeming: Redeeming, state: State, greeting: Greeting) -> bool:
    """Whether points buy something now, and it could be kept that they did."""
    return state.guest is not None and state.guest.keeps and bool(choices(redeeming, greeting))

"""From a redemption's stages to their views; pure."""

from kiosk import purse
from kiosk.catalogue import Redeeming
from kiosk.stages import Greeting, Redeemed, Spending, State
from kiosk.views import Countdown
from kiosk.views import Redeem as RedeemView
from kiosk.views import Redeemed as RedeemedView
from mqtt.tracking import spaced


def choosing(state: State, greeting: Greeting, redeeming: Redeeming, until: Countdown) -> RedeemView:
    """What points buy, or what was chosen of it."""
    at_hand, chosen = purse.available(greeting), greeting.purse.chosen
    return RedeemView(
        state.language,
        at_hand,
        redeeming.currency,
        until,
        () if chosen else purse.choices(redeeming, greeting),
        chosen,
        at_hand - chosen.points if chosen else 0,
        fewer=greeting.purse.fewer,
        away=greeting.purse.away,
        look=state.look,
    )


def spent(
    state: State, stage: Spending | Redeemed, redeeming: Redeeming, until: Countdown
) -> RedeemView | RedeemedView:
    """What is being spent, while nothing answers; or the coupon."""
    if isinstance(stage, Spending):
        return _spending(state, stage, redeeming, until)
    return _redeemed(state, stage, redeeming, until)


def _spending(state: State, stage: Spending, redeeming: Redeeming, until: Countdown) -> RedeemView:
    at_hand = purse.available(stage.greeting)
    return RedeemView(
        state.language,
        at_hand,
        redeeming.currency,
        until,
        chosen=stage.offer,
        left=at_hand - stage.offer.points,
        keeping=True,
        look=state.look,
    )


def _redeemed(state: State, stage: Redeemed, redeeming: Redeeming, until: Countdown) -> RedeemedView:
    return RedeemedView(
        state.language,
        spaced(stage.coupon),
        stage.offer,
        redeeming.currency,
        redeeming.days,
        until,
        state.look,
    )

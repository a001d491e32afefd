"""What points buy: a key for each choice, and what will be left of them before it is so."""

from kivy.properties import BooleanProperty, ListProperty, StringProperty

from kiosk.views import Offer, Redeem
from ui import figures
from ui.screens.screen import Screen
from ui.widgets.offers import Price


class RedeemScreen(Screen[Redeem]):
    """Asks once more before anything is spent; while it is kept a spinner turns and nothing answers."""

    title = StringProperty("")
    notice = StringProperty("")
    worth = StringProperty("")
    line = StringProperty("")
    """What the one choice costs, or why there is none."""
    left = StringProperty("")
    prices = ListProperty()
    asking = BooleanProperty(defaultvalue=False)
    keeping = BooleanProperty(defaultvalue=False)

    def fill(self, view: Redeem) -> None:
        """Put up the choices, or the one that is to be confirmed."""
        self.asking, self.keeping = view.chosen is not None, view.keeping
        prices = [] if self.asking else [self._price(offer, view) for offer in view.choices]
        if prices != self.prices:
            self.let_go()  # a finger that meant another choice means nothing now
        self.prices = prices
        self.title = self._title(view)
        self.notice = self._notice(view) if prices else ""
        self.worth = self.left = ""
        self.line = "" if prices else self._nothing(view)
        if view.chosen:
            self._ask(view.chosen, view)

    def clear(self) -> None:
        """Forget the choices, too."""
        super().clear()
        self.prices, self.asking, self.keeping = [], False, False

    def _title(self, view: Redeem) -> str:
        words = self.words
        asked = words.moment if view.keeping else words.redeem_ask if view.chosen else ""
        return str(asked or (words.redeem_gone if view.fewer else words.redeem_title))

    def _notice(self, view: Redeem) -> str:
        have = self.words.have(view.available, figures.grouped(max(0, view.available), view.language))
        return str(self.words.redeem_away if view.away else have)

    def _nothing(self, view: Redeem) -> str:
        return str(self.words.redeem_away_none if view.away else self.words.redeem_none)

    def _ask(self, chosen: Offer, view: Redeem) -> None:
        price = self._price(chosen, view)
        self.worth, self.line = self.words.money_off.format(price.worth), price.cost
        self.left = self.words.remain(view.left, figures.grouped(max(0, view.left), view.language))

    def _price(self, offer: Offer, view: Redeem) -> Price:
        money = figures.amount(offer.rial, view.currency, view.language)
        return Price(money, self.words.cost(offer.points, figures.grouped(offer.points, view.language)))

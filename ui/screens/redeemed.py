"""The coupon that points became."""

from kivy.properties import StringProperty

from kiosk.views import Redeemed
from ui import figures
from ui.screens.screen import Screen


class RedeemedScreen(Screen[Redeemed]):
    """The code can be read, typed and photographed; a till's scanner finds it without its dash."""

    code = StringProperty("")
    content = StringProperty("")
    worth = StringProperty("")
    until = StringProperty("")

    def fill(self, view: Redeemed) -> None:
        """Show the code as it is, in Latin letters and digits."""
        self.code, self.content = view.code, view.code.replace("-", "")
        money = figures.amount(view.worth.rial, view.currency, view.language)
        self.worth = self.words.money_off.format(money)
        self.until = self.words.coupon_days(view.days, figures.digits(str(view.days), view.language))
